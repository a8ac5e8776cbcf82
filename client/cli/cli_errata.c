#include "client/cli/cli_errata_internal.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_text.h"

#include "protocol/document/zone_clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- may it be asked? ---------------------------------------------------- */

static void end(struct cli_erratum_dialogue *dialogue)
{
    *dialogue = (struct cli_erratum_dialogue){ .number = 0 };
}

void cli_erratum_cancel(struct cli_erratum_dialogue *dialogue, FILE *out)
{
    end(dialogue);
    (void)fputs(_("Nothing was done.\n"), out);
}

/* Are there minutes to be corrected? Says so otherwise. */
static bool are_corrigible(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    const struct register_meeting *call =
        view->org ? register_state_meeting(view->org, &view->log) : NULL;

    if (!state || !view->org)
        (void)fputs(_("The list of devices is not here yet: try again in a "
                      "moment.\n"),
                    out);
    else if (state->minutes.adopted_version == 0)
        (void)fputs(_("The minutes were not adopted: there is nothing to "
                      "correct.\n"),
                    out);
    else if (!call || call->phase != CALL_ENDED)
        (void)fputs(_("The meeting has not ended: object to the minutes with "
                      "/object.\n"),
                    out);
    else
        return true;
    return false;
}

/* In which role this member may sign; none: in no role. */
static enum minutes_signer role_for(const struct meeting_view *view,
                                    const struct register_erratum *erratum)
{
    static const enum minutes_signer roles[] = { SIGNER_MINUTE_TAKER,
                                                 SIGNER_CHAIR };
    size_t i;

    for (i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (!(erratum && register_erratum_signature(erratum, roles[i])) &&
            erratum_standing(view->org, view->state, erratum, &view->me,
                             roles[i]) != ERRATUM_STANDING_NONE)
            return roles[i];
    return minutes_signer_none_;
}

static void say_who(FILE *out)
{
    (void)fputs(_("Errata are signed by who presided and who took the minutes "
                  "when the meeting was closed;\nwhere one of them has left "
                  "the cell, by its leader or deputy in that place.\n"),
                out);
}

/* --- questions ----------------------------------------------------------- */

static const struct meeting_vote *vote_of(const struct meeting_state *state,
                                          const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(state, id);

    return vote && vote->closed_seq > 0 ? vote : NULL;
}

/* "e3", "v1", the number of an event, "-" for all; false: none of these. */
static bool take_place(struct cli_erratum_dialogue *dialogue,
                       const struct meeting_view *view, const char *typed)
{
    const struct meeting_state *state = view->state;
    const struct meeting_entry *entry = NULL;
    const struct meeting_vote *vote = NULL;
    struct identifier id = { "" };
    uint64_t seq = 0;

    dialogue->entry = (struct identifier){ "" };
    dialogue->line = 0;
    if (strcmp(typed, "-") == 0)
        return true;
    if (cli_number(typed, state->next_seq - 1, &seq) && seq > 0) {
        dialogue->line = seq;
        return true;
    }
    if (identifier_parse(text_view_of(typed), &id) != RESULT_OK)
        return false;
    entry = meeting_state_entry(state, &id);
    vote = vote_of(state, &id);
    if (entry && !entry->is_removed)
        dialogue->entry = id;
    else if (vote)
        dialogue->line = vote->closed_seq;
    else
        return false;
    return true;
}

static void ask_place(struct cli_erratum_dialogue *dialogue, FILE *out)
{
    dialogue->question = CLI_ERRATUM_ASKS_PLACE;
    (void)fputs(
        _("What is wrong? Type the entry (e3; see /minutes), the vote "
          "(v1), or - for the\nminutes as a whole; /cancel ends this.\n"),
        out);
}

static void ask_stands(struct cli_erratum_dialogue *dialogue,
                       const struct meeting_view *view, FILE *out)
{
    const struct text_view text =
        identifier_is_empty(&dialogue->entry)
            ? (struct text_view){ NULL, 0 }
            : meeting_view_entry_text(view, &dialogue->entry);

    dialogue->question = CLI_ERRATUM_ASKS_STANDS;
    if (text.data) {
        (void)fprintf(out, _("Entry %s says: "), dialogue->entry.text);
        cli_text_write(text, out);
        (void)fputc('\n', out);
    }
    (void)fputs(_("Which words are wrong? Type them as they stand; - if "
                  "something is missing.\n"),
                out);
}

static void ask_yes(struct cli_erratum_dialogue *dialogue, FILE *out)
{
    const struct erratum_text text = {
        .stands = text_view_of(dialogue->stands),
        .should = text_view_of(dialogue->should),
        .reason = text_view_of(dialogue->reason),
    };

    dialogue->question = CLI_ERRATUM_ASKS_YES;
    cli_erratum_put_text(&text, out);
    (void)fprintf(out,
                  _("Sign this %s with the key of this device? The adopted "
                    "minutes stay as they are.\nType yes or no.\n"),
                  cli_erratum_role(dialogue->role));
}

void cli_erratum_begin(struct cli_erratum_dialogue *dialogue,
                       const struct meeting_view *view, const char *place,
                       FILE *out)
{
    end(dialogue);
    if (!are_corrigible(view, out))
        return;
    dialogue->role = role_for(view, NULL);
    if (dialogue->role == minutes_signer_none_) {
        say_who(out);
        end(dialogue);
    } else if (place[0] != '\0' && take_place(dialogue, view, place)) {
        ask_stands(dialogue, view, out);
    } else {
        ask_place(dialogue, out);
    }
}

/* The one of this number that can be signed here; NULL, and why. */
static const struct register_erratum *
to_be_signed(const struct meeting_view *view, const char *typed, FILE *out)
{
    const struct register_erratum *erratum = NULL;
    uint64_t number = register_state_errata(view->org, &view->log);

    if (typed[0] == '\0' || cli_number(typed, LIMIT_ERRATA, &number))
        erratum = register_state_erratum(view->org, &view->log, number);
    if (!erratum)
        (void)fputs(_("Which erratum? By its number, as /errata shows it: "
                      "/sign-erratum 1\n"),
                    out);
    else if (register_erratum_is_in_force(erratum))
        (void)fputs(_("This erratum is in force already.\n"), out);
    else if (role_for(view, erratum) == minutes_signer_none_)
        say_who(out);
    else
        return erratum;
    return NULL;
}

void cli_erratum_sign(struct cli_erratum_dialogue *dialogue,
                      const struct meeting_view *view, const char *number,
                      FILE *out)
{
    const struct register_erratum *erratum;
    struct erratum_text text = { .root = NULL };

    end(dialogue);
    if (!are_corrigible(view, out))
        return;
    erratum = to_be_signed(view, number, out);
    if (!erratum)
        return;
    /* Nobody signs what is not shown. */
    if (!cli_erratum_read(view, erratum, &text)) {
        (void)fputs(_("The text of this erratum is not here: it cannot be "
                      "signed.\n"),
                    out);
        return;
    }
    (void)fprintf(out, _("Erratum %" PRIu64 ", "), erratum->number);
    cli_erratum_put_place(&text, out);
    (void)fputs(":\n", out);
    dialogue->number = erratum->number;
    dialogue->role = role_for(view, erratum);
    (void)snprintf(dialogue->stands, sizeof dialogue->stands, "%s",
                   text.stands.data);
    (void)snprintf(dialogue->should, sizeof dialogue->should, "%s",
                   text.should.data);
    (void)snprintf(dialogue->reason, sizeof dialogue->reason, "%s",
                   text.reason.data);
    erratum_text_release(&text);
    ask_yes(dialogue, out);
}

/* --- answers ------------------------------------------------------------- */

/* The line in NFC; "-" is nothing. False, and said so, if it is too long. */
static bool keep(const char *line, char *out, size_t size, size_t code_points,
                 FILE *complain)
{
    char *normal = NULL;
    enum result result = text_to_nfc(text_view_of(line), &normal);

    if (result == RESULT_OK && strcmp(normal, "-") == 0)
        normal[0] = '\0';
    if (result == RESULT_OK)
        result = text_check(text_view_of(normal), code_points, false);
    if (result == RESULT_OK)
        (void)snprintf(out, size, "%s", normal);
    else
        (void)fputs(_("This text cannot be taken: it is too long, or has signs "
                      "that no text may have.\n"),
                    complain);
    free(normal);
    return result == RESULT_OK;
}

static bool holds(struct text_view text, const char *part)
{
    const size_t size = strlen(part);
    size_t i;

    for (i = 0; i + size <= text.size; i++)
        if (memcmp(&text.data[i], part, size) == 0)
            return true;
    return false;
}

static void take_stands(struct cli_erratum_dialogue *dialogue,
                        const struct meeting_view *view, const char *line,
                        FILE *out)
{
    const struct text_view text =
        identifier_is_empty(&dialogue->entry)
            ? (struct text_view){ NULL, 0 }
            : meeting_view_entry_text(view, &dialogue->entry);

    if (!keep(line, dialogue->stands, sizeof dialogue->stands,
              LIMIT_ERRATUM_PART, out))
        return;
    if (text.data && !holds(text, dialogue->stands)) {
        (void)fputs(_("These words do not stand in the entry.\n"), out);
        ask_stands(dialogue, view, out);
        return;
    }
    dialogue->question = CLI_ERRATUM_ASKS_SHOULD;
    (void)fputs(_("What should stand there? - if nothing should.\n"), out);
}

static void take_should(struct cli_erratum_dialogue *dialogue, const char *line,
                        FILE *out)
{
    if (!keep(line, dialogue->should, sizeof dialogue->should,
              LIMIT_ERRATUM_PART, out))
        return;
    if (strcmp(dialogue->stands, dialogue->should) == 0) {
        (void)fputs(_("That is what stands there. What should stand there?\n"),
                    out);
        return;
    }
    dialogue->question = CLI_ERRATUM_ASKS_REASON;
    (void)fputs(_("Why?\n"), out);
}

static void take_reason(struct cli_erratum_dialogue *dialogue, const char *line,
                        FILE *out)
{
    if (!keep(line, dialogue->reason, sizeof dialogue->reason,
              LIMIT_REASON_LENGTH, out))
        return;
    if (dialogue->reason[strspn(dialogue->reason, " ")] == '\0')
        (void)fputs(_("Why?\n"), out);
    else
        ask_yes(dialogue, out);
}

/* The day on which it is, where the meeting was. */
static bool write_date(const struct meeting_view *view, int64_t now_ms,
                       char out[16])
{
    struct zone_clock *clock = zone_clock_new(view->state->zone);
    struct zone_moment at;

    if (!clock)
        return false;
    at = zone_clock_at(clock, now_ms);
    (void)snprintf(out, 16, "%04u-%02u-%02u", (unsigned)at.year % 10000u,
                   (unsigned)at.month % 100u, (unsigned)at.day % 100u);
    zone_clock_free(clock);
    return true;
}

static json_t *proposal(const struct cli_erratum_dialogue *dialogue,
                        const struct meeting_view *view, int64_t now_ms)
{
    char date[16], minutes[HEX_SIZE(HASH_SIZE)];
    struct erratum_text text = { .entry = dialogue->entry,
                                 .line = dialogue->line,
                                 .stands = text_view_of(dialogue->stands),
                                 .should = text_view_of(dialogue->should),
                                 .reason = text_view_of(dialogue->reason) };
    char *json = NULL;
    json_t *command;

    if (!write_date(view, now_ms, date))
        return NULL;
    text.date = text_view_of(date);
    if (erratum_text_write(&text, &json) != RESULT_OK)
        return NULL;
    hex_encode(view->state->minutes.c.bytes, HASH_SIZE, minutes);
    command = json_pack(
        "{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "op", "propose_erratum", "log",
        view->organisation.text, "meeting", view->log.text, "number",
        (json_int_t)register_state_errata(view->org, &view->log) + 1, "minutes",
        minutes, "erratum", json, "role",
        enum_word(&minutes_signer_words, (int)dialogue->role));
    free(json);
    return command;
}

static json_t *signature(const struct cli_erratum_dialogue *dialogue,
                         const struct meeting_view *view)
{
    const struct register_erratum *erratum =
        register_state_erratum(view->org, &view->log, dialogue->number);
    char minutes[HEX_SIZE(HASH_SIZE)], c[HEX_SIZE(HASH_SIZE)];

    if (!erratum)
        return NULL;
    hex_encode(view->state->minutes.c.bytes, HASH_SIZE, minutes);
    hex_encode(erratum->c.bytes, HASH_SIZE, c);
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "op",
                     "sign_erratum", "log", view->organisation.text, "meeting",
                     view->log.text, "number", (json_int_t)erratum->number,
                     "minutes", minutes, "c", c, "role",
                     enum_word(&minutes_signer_words, (int)dialogue->role));
}

static json_t *take_yes(struct cli_erratum_dialogue *dialogue,
                        const struct meeting_view *view, const char *line,
                        int64_t now_ms, FILE *out)
{
    json_t *command = NULL;

    if (cli_is_yes(line)) {
        command = dialogue->number > 0 ? signature(dialogue, view)
                                       : proposal(dialogue, view, now_ms);
        if (!command)
            (void)fputs(_("Nothing was done.\n"), out);
        end(dialogue);
    } else if (cli_is_no(line)) {
        cli_erratum_cancel(dialogue, out);
    } else {
        (void)fputs(_("Type yes or no.\n"), out);
    }
    return command;
}

json_t *cli_erratum_take(struct cli_erratum_dialogue *dialogue,
                         const struct meeting_view *view, const char *line,
                         int64_t now_ms, FILE *out)
{
    /* The meeting or the register was left. */
    if (!view->org || !view->state) {
        cli_erratum_cancel(dialogue, out);
        return NULL;
    }
    switch (dialogue->question) {
    case CLI_ERRATUM_ASKS_NOTHING:
        break;
    case CLI_ERRATUM_ASKS_PLACE:
        if (take_place(dialogue, view, line))
            ask_stands(dialogue, view, out);
        else
            ask_place(dialogue, out);
        break;
    case CLI_ERRATUM_ASKS_STANDS:
        take_stands(dialogue, view, line, out);
        break;
    case CLI_ERRATUM_ASKS_SHOULD:
        take_should(dialogue, line, out);
        break;
    case CLI_ERRATUM_ASKS_REASON:
        take_reason(dialogue, line, out);
        break;
    case CLI_ERRATUM_ASKS_YES:
        return take_yes(dialogue, view, line, now_ms, out);
    }
    return NULL;
}
