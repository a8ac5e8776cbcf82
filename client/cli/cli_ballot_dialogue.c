#include "client/cli/cli_ballot_dialogue_internal.h"

#include "client/cli/cli_ballot_paper.h"
#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/base/encoding.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { PIN_DIGITS_MIN = 6 };

bool cli_ballot_dialogue_is_open(const struct cli_ballot_dialogue *dialogue)
{
    return dialogue->question != CLI_BALLOT_ASKS_NOTHING;
}

bool cli_ballot_dialogue_is_secret(const struct cli_ballot_dialogue *dialogue)
{
    return dialogue->question == CLI_BALLOT_ASKS_PIN ||
           dialogue->question == CLI_BALLOT_ASKS_PIN_AGAIN ||
           dialogue->question == CLI_BALLOT_ASKS_HALL_PIN;
}

void cli_ballot_dialogue_end(struct cli_ballot_dialogue *dialogue)
{
    free(dialogue->form);
    cli_ballot_matter_release(&dialogue->matter);
    cli_paper_copy_release(&dialogue->paper);
    OPENSSL_cleanse(dialogue, sizeof *dialogue);
    dialogue->question = CLI_BALLOT_ASKS_NOTHING;
}

void cli_ballot_dialogue_cancel(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    cli_ballot_dialogue_end(dialogue);
    cli_paragraph_write(_("Nothing was done.\n"), out);
}

const struct meeting_ballot *
cli_ballot_dialogue_ballot(const struct cli_ballot_dialogue *dialogue,
                           const struct meeting_view *view, FILE *out)
{
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &dialogue->ballot)
                    : NULL;

    if (!ballot)
        cli_paragraph_write(_("There is no such ballot here any more.\n"), out);
    return ballot;
}

void cli_ballot_say(FILE *out, const char *format, ...)
{
    char text[1500];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    cli_paragraph_write(text, out);
}

void cli_ballot_ask_yes(FILE *out)
{
    cli_paragraph_write(_("Type yes or no.\n"), out);
}

/* --- the ballots of a hall ------------------------------------------------ */

void cli_ballot_dialogue_confirm_hall(struct cli_ballot_dialogue *dialogue,
                                      const struct meeting_view *view,
                                      const struct identifier *ballot_id,
                                      const struct identifier *site, FILE *out)
{
    const struct meeting_ballot *ballot;
    const struct meeting_ballot_pool *pool;

    cli_ballot_dialogue_end(dialogue);
    dialogue->ballot = *ballot_id;
    dialogue->holder = *site;
    ballot = cli_ballot_dialogue_ballot(dialogue, view, out);
    pool = ballot ? meeting_ballot_pool(ballot, site) : NULL;
    if (!ballot)
        return;
    if (!pool || !pool->has_attested) {
        cli_paragraph_write(
            _("The device of this site has no list to confirm yet.\n"), out);
        return;
    }
    (void)fprintf(
        out,
        pool->is_transcribed
            ? _("At the device of %s the committee enters %" PRIu64
                " paper ballots, of:\n  ")
            : _("The hall device of %s holds %" PRIu64 " ballots, for:\n  "),
        cli_who(view, site).text, pool->k);
    cli_members_write(view, pool->members, pool->k, pool->k, out);
    (void)fputs(
        pool->is_transcribed
            ? _("\nConfirm only if these members, and no others, vote on this "
                "paper, and you look on\nwhile it is entered. Your name will "
                "stand in the record for it.\n")
            : _("\nConfirm only if you see that these members, and no others, "
                "vote there.\nYour name will stand in the record for it.\n"),
        out);
    dialogue->question = CLI_BALLOT_ASKS_HALL;
    cli_ballot_ask_yes(out);
}

static json_t *confirm_hall(struct cli_ballot_dialogue *dialogue,
                            const struct meeting_view *view, FILE *out)
{
    const struct meeting_ballot *ballot =
        cli_ballot_dialogue_ballot(dialogue, view, out);
    const struct meeting_ballot_pool *pool =
        ballot ? meeting_ballot_pool(ballot, &dialogue->holder) : NULL;
    char setup[HEX_SIZE(HASH_SIZE)];
    char hash[HEX_SIZE(HASH_SIZE)];
    json_t *members = json_array();
    json_t *command = NULL;
    size_t i;

    for (i = 0; pool && i < pool->k; i++)
        (void)json_array_append_new(
            members, json_pack("{s:s}", "member", pool->members[i].text));
    if (pool) {
        hex_encode(ballot->setup.bytes, HASH_SIZE, setup);
        hex_encode(pool->pool.bytes, HASH_SIZE, hash);
        command = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:O}", "op",
                            "confirm_hall", "log", view->log.text, "ballot",
                            ballot->id.text, "site", pool->site.text, "setup",
                            setup, "k", (json_int_t)pool->k, "pool", hash,
                            "members", members);
    }
    json_decref(members);
    cli_ballot_dialogue_end(dialogue);
    return command;
}

/* --- the list ------------------------------------------------------------- */

void cli_ballot_dialogue_close_issue(struct cli_ballot_dialogue *dialogue,
                                     const struct meeting_view *view,
                                     const struct identifier *ballot_id,
                                     FILE *out)
{
    const struct meeting_ballot *ballot;

    cli_ballot_dialogue_end(dialogue);
    dialogue->ballot = *ballot_id;
    ballot = cli_ballot_dialogue_ballot(dialogue, view, out);
    if (!ballot)
        return;
    cli_ballot_list_show(view, ballot, out);
    dialogue->question = CLI_BALLOT_ASKS_CLOSE;
    cli_ballot_say(
        out,
        _("Close this list? Nobody else gets a ballot on a device then.\n"));
    cli_ballot_ask_yes(out);
}

static json_t *close_issue(struct cli_ballot_dialogue *dialogue,
                           const struct meeting_view *view)
{
    json_t *command =
        json_pack("{s:s, s:s, s:s}", "op", "close_issue", "log", view->log.text,
                  "ballot", dialogue->ballot.text);

    cli_ballot_dialogue_end(dialogue);
    return command;
}

/* --- void ----------------------------------------------------------------- */

void cli_ballot_dialogue_void(struct cli_ballot_dialogue *dialogue,
                              const struct meeting_view *view,
                              const struct identifier *ballot_id,
                              const char *reason, FILE *out)
{
    cli_ballot_dialogue_end(dialogue);
    dialogue->ballot = *ballot_id;
    if (!cli_ballot_dialogue_ballot(dialogue, view, out))
        return;
    (void)snprintf(dialogue->reason, sizeof dialogue->reason, "%s", reason);
    dialogue->question = CLI_BALLOT_ASKS_VOID;
    cli_ballot_say(
        out,
        _("Make secret ballot %s void? Its ballots are then never "
          "opened; to repeat it, it\nis drafted and adopted anew.\n"),
        ballot_id->text);
    cli_ballot_ask_yes(out);
}

static json_t *make_void(struct cli_ballot_dialogue *dialogue,
                         const struct meeting_view *view)
{
    json_t *command = json_pack(
        "{s:s, s:s, s:s, s:s}", "op", "void_ballot", "log", view->log.text,
        "ballot", dialogue->ballot.text, "reason", dialogue->reason);

    cli_ballot_dialogue_end(dialogue);
    return command;
}

static json_t *take_yes(struct cli_ballot_dialogue *dialogue,
                        const struct meeting_view *view, const char *line,
                        FILE *out)
{
    if (cli_is_yes(line)) {
        if (dialogue->question == CLI_BALLOT_ASKS_VOID)
            return make_void(dialogue, view);
        if (dialogue->question == CLI_BALLOT_ASKS_CLOSE)
            return close_issue(dialogue, view);
        return confirm_hall(dialogue, view, out);
    }
    if (cli_is_no(line))
        cli_ballot_dialogue_cancel(dialogue, out);
    else
        cli_ballot_ask_yes(out);
    return NULL;
}

/* --- PINs ----------------------------------------------------------------- */

void cli_ballot_dialogue_pin(struct cli_ballot_dialogue *dialogue,
                             const struct identifier *member, FILE *out)
{
    cli_ballot_dialogue_end(dialogue);
    dialogue->holder = *member;
    dialogue->question = CLI_BALLOT_ASKS_PIN;
    cli_ballot_say(out,
                   _("A PIN of at least %d digits, with which you vote at a "
                     "hall device. It is not shown.\nPIN:\n"),
                   PIN_DIGITS_MIN);
}

const struct identifier *
cli_ballot_dialogue_member(const struct cli_ballot_dialogue *dialogue)
{
    return identifier_is_empty(&dialogue->holder) ? NULL : &dialogue->holder;
}

void cli_ballot_dialogue_unlock(struct cli_ballot_dialogue *dialogue,
                                const struct identifier *ballot,
                                const struct identifier *member, FILE *out)
{
    cli_ballot_dialogue_end(dialogue);
    dialogue->ballot = *ballot;
    dialogue->holder = *member;
    dialogue->is_unlocking = true;
    dialogue->question = CLI_BALLOT_ASKS_HALL_PIN;
    cli_paragraph_write(_("Your PIN (it is not shown):\n"), out);
}

void cli_ballot_dialogue_check_in(struct cli_ballot_dialogue *dialogue,
                                  const struct identifier *member, FILE *out)
{
    cli_ballot_dialogue_end(dialogue);
    dialogue->holder = *member;
    dialogue->is_checking_in = true;
    dialogue->question = CLI_BALLOT_ASKS_HALL_PIN;
    cli_paragraph_write(_("Your PIN (it is not shown):\n"), out);
}

static bool is_pin(const char *line)
{
    size_t size = strlen(line);

    return size >= PIN_DIGITS_MIN && size <= LIMIT_PIN_LENGTH &&
           strspn(line, "0123456789") == size;
}

static void take_pin(struct cli_ballot_dialogue *dialogue, const char *line,
                     FILE *out)
{
    line += strspn(line, " \t");
    switch ((int)dialogue->question) {
    case CLI_BALLOT_ASKS_HALL_PIN:
        (void)snprintf(dialogue->pin, sizeof dialogue->pin, "%s", line);
        dialogue->is_pin_ready = true;
        break;
    case CLI_BALLOT_ASKS_PIN:
        if (!is_pin(line)) {
            cli_ballot_say(out,
                           _("A PIN has %d to %d digits and nothing else.\n"
                             "PIN:\n"),
                           PIN_DIGITS_MIN, LIMIT_PIN_LENGTH);
            break;
        }
        (void)snprintf(dialogue->pin, sizeof dialogue->pin, "%s", line);
        dialogue->question = CLI_BALLOT_ASKS_PIN_AGAIN;
        cli_paragraph_write(_("Once more:\n"), out);
        break;
    default:
        if (strlen(line) == strlen(dialogue->pin) &&
            CRYPTO_memcmp(line, dialogue->pin, strlen(line)) == 0) {
            dialogue->is_pin_ready = true;
            break;
        }
        dialogue->question = CLI_BALLOT_ASKS_PIN;
        cli_paragraph_write(_("These were two different ones.\nPIN:\n"), out);
        break;
    }
}

/* --- answers -------------------------------------------------------------- */

json_t *cli_ballot_dialogue_take(struct cli_ballot_dialogue *dialogue,
                                 const struct meeting_view *view,
                                 const char *line, FILE *out)
{
    switch (dialogue->question) {
    case CLI_BALLOT_ASKS_NOTHING:
        break;
    case CLI_BALLOT_ASKS_SOURCE:
    case CLI_BALLOT_ASKS_TELLERS:
    case CLI_BALLOT_ASKS_THRESHOLD:
    case CLI_BALLOT_ASKS_REVOTE:
    case CLI_BALLOT_ASKS_HALLS:
    case CLI_BALLOT_ASKS_DRAFT:
        return cli_ballot_take_draft(dialogue, view, line, out);
    case CLI_BALLOT_ASKS_PAPER:
    case CLI_BALLOT_ASKS_PAPER_RIGHT:
    case CLI_BALLOT_ASKS_PAPER_SAME:
        return cli_ballot_take_paper(dialogue, view, line, out);
    case CLI_BALLOT_ASKS_HALL:
    case CLI_BALLOT_ASKS_CLOSE:
    case CLI_BALLOT_ASKS_VOID:
        return take_yes(dialogue, view, line, out);
    case CLI_BALLOT_ASKS_PIN:
    case CLI_BALLOT_ASKS_PIN_AGAIN:
    case CLI_BALLOT_ASKS_HALL_PIN:
        take_pin(dialogue, line, out);
        break;
    }
    return NULL;
}
