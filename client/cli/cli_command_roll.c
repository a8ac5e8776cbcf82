/* Commands about how people take part: seats, checking in, heads at sites. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <stdio.h>

static const char help[] = N_(
    "The roll, and from where people take part.\n"
    "  /check-in CODE [SITE]        I am at the place whose screen shows it\n"
    "For the chair:\n"
    "  /declare-open                nothing here is a state secret: before\n"
    "                               it, no seat outside the hall opens\n"
    "For chair, minute-taker and sites:\n"
    "  /heads NUMBER [SITE]         so many people are there; keepers, too\n"
    "  /open-check-in [SITE]        members there may check in by code\n"
    "  /close-check-in [SITE]       and no longer\n"
    "  /show-code [SITE]            show the code, which changes\n"
    "  /hide-code                   no longer\n"
    "  /check-in NAME               a member, who enters the PIN here\n"
    "For chair and minute-taker:\n"
    "  /hearing                     who hears gaps in speech, or badly\n"
    "  /left NAME                   who was ticked has left (/untick takes\n"
    "                               back a mistake); sites, too\n"
    "  /absent NAME throughout REASON   from the whole congress, for a\n"
    "                               reason that was accepted\n");

const char *cli_roll_help(void) { return _(help); }

static void read_nothing(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

static void read_member(struct reading *r, const char *op)
{
    struct identifier member;

    if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        cli_reading_send(r, op, json_pack("{s:s}", "member", member.text));
}

static bool is_site(const struct reading *r)
{
    return r->view->state &&
           meeting_state_site(r->view->state, &r->view->me) != NULL;
}

/* A site, typed or that of this device; "" is the meeting's own place. */
static bool read_place(struct reading *r, const char *typed,
                       struct identifier *out)
{
    *out = is_site(r) ? r->view->me : (struct identifier){ "" };
    return typed[0] == '\0' || cli_reading_name(r, CLI_NAMES_SITES, typed, out);
}

static void read_site(struct reading *r, const char *op)
{
    struct identifier site;

    if (read_place(r, r->rest, &site))
        cli_reading_send(r, op, json_pack("{s:s}", "site", site.text));
}

static void read_show_code(struct reading *r, const char *op)
{
    (void)op;
    (void)read_place(r, r->rest, &r->out->holder);
}

/* Where the only place is that checks people in by code. */
static struct identifier place_of_code(const struct meeting_state *state)
{
    const struct identifier hall = { "" };
    const struct identifier *only = NULL;
    size_t i, count = 0;

    if (!state || state->attendance.is_check_in_open)
        return hall;
    for (i = 0; i < state->site_count; i++) {
        if (!state->sites[i].is_check_in_open)
            continue;
        only = &state->sites[i].holder.id;
        count++;
    }
    return count == 1 ? *only : hall;
}

/* "123 456 [SITE]" on one's own device; a name, whose PIN is asked for, at that
 * of a site, the chair or the minute-taker. */
static void read_check_in(struct reading *r, const char *op)
{
    struct identifier site = place_of_code(r->view->state);
    char digits[8];
    const char *at = r->rest;
    size_t count = 0;

    for (; (*at >= '0' && *at <= '9') || *at == ' '; at++)
        if (*at != ' ' && count < sizeof digits - 1)
            digits[count++] = *at;
    digits[count] = '\0';
    if (r->rest[0] == '\0') {
        PROBLEM(r, "%s", _("a code is missing, or a name"));
        return;
    }
    if (count == 0) {
        if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &r->out->holder))
            r->out->action = CLI_ACTION_CHECK_IN_PIN;
        return;
    }
    if (*at != '\0' && !cli_reading_name(r, CLI_NAMES_SITES, at, &site))
        return;
    cli_reading_send(
        r, op, json_pack("{s:s, s:s}", "site", site.text, "code", digits));
}

/* "35 [SITE]" */
static void read_heads(struct reading *r, const char *op)
{
    char *more = cli_cut_word(r->rest);
    struct identifier site;
    uint64_t count;

    if (!cli_number(r->rest, LIMIT_HEADS, &count))
        PROBLEM(r, "%s", _("how many people? As in: /heads 35 SITE"));
    else if (read_place(r, more, &site))
        cli_reading_send(r, op,
                         json_pack("{s:s, s:I}", "site", site.text, "count",
                                   (json_int_t)count));
}

const struct cli_verb cli_roll_verbs[] = {
    { { "heads", "songuoi" }, CLI_ACTION_SEND, read_heads, "count_heads" },
    { { "opencheckin", "modiemdanh" },
      CLI_ACTION_SEND,
      read_site,
      "open_check_in" },
    { { "closecheckin", "dongdiemdanh" },
      CLI_ACTION_SEND,
      read_site,
      "close_check_in" },
    { { "showcode", "hienma" }, CLI_ACTION_SHOW_CODE, read_show_code, NULL },
    { { "hidecode", "anma" }, CLI_ACTION_HIDE_CODE, NULL, NULL },
    { { "checkin", "nhapma" }, CLI_ACTION_SEND, read_check_in, "check_in" },
    { { "left", "dave", "roihop" }, CLI_ACTION_SEND, read_member, "note_left" },
    { { "hearing", "ainghe" }, CLI_ACTION_SEND, read_nothing, "who_hears" },
    { { "declareopen", "tuyenbokhongmat", "khongmat" },
      CLI_ACTION_SEND,
      read_nothing,
      "declare_open_content" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
