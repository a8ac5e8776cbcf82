/* What was counted on paper: entered by one teller, confirmed by another. */
#include "client/cli/cli_ballot_dialogue_internal.h"

#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/base/encoding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- what is asked for ---------------------------------------------------- */

static const char *name_of_number(size_t number)
{
    static const char *const names[CLI_PAPER_NUMBERS] = {
        N_("Paper ballots issued"), N_("Paper ballots returned"),
        N_("Of these valid"), N_("Of these invalid")
    };

    return gettext(names[number]);
}

/* Writes what count `position` of the paper counts: "2. Name", "Row: in
 * favour", "Blank ballot". */
static void put_position(const struct cli_paper *paper, size_t position,
                         FILE *out)
{
    size_t i = 0;
    size_t answer;

    while (i + 1 < paper->question_count &&
           cli_paper_position(paper, i + 1) <= position)
        i++;
    answer = position - cli_paper_position(paper, i);
    if (paper->questions[i].has_blank) {
        if (answer == 0) {
            cli_paragraph_write(_("Blank ballot"), out);
            return;
        }
        answer--;
    }
    if (cli_paper_is_table(&paper->questions[i]))
        (void)fprintf(out, "%s: %s", cli_paper_row(&paper->questions[i]),
                      paper->questions[i].answers[answer]);
    else
        (void)fprintf(out, "%zu. %s", answer + 1,
                      paper->questions[i].answers[answer]);
}

static void put_name(const struct cli_ballot_dialogue *dialogue, size_t number,
                     FILE *out)
{
    if (number < CLI_PAPER_NUMBERS)
        (void)fputs(name_of_number(number), out);
    else
        put_position(&dialogue->paper.paper, number - CLI_PAPER_NUMBERS, out);
}

static void ask_number(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    dialogue->question = CLI_BALLOT_ASKS_PAPER;
    put_name(dialogue, dialogue->at, out);
    (void)fputs("?\n", out);
}

static void show_numbers(const struct cli_ballot_dialogue *dialogue, FILE *out)
{
    size_t i;

    for (i = 0; i < dialogue->number_count; i++) {
        (void)fputs("  ", out);
        put_name(dialogue, i, out);
        (void)fprintf(out, ": %" PRIu64 "\n", dialogue->numbers[i]);
    }
}

/* --- entering ------------------------------------------------------------- */

/* Where the paper ballots of this ballot can be entered; NULL after a word. */
static const struct meeting_ballot *
ballot_with_paper(struct cli_ballot_dialogue *dialogue,
                  const struct meeting_view *view, FILE *out)
{
    const struct meeting_ballot *ballot =
        cli_ballot_dialogue_ballot(dialogue, view, out);
    struct meeting_ballot_numbers numbers;

    if (!ballot)
        return NULL;
    meeting_ballot_numbers(ballot, &numbers);
    dialogue->paper_voters = numbers.by_channel[BALLOT_BY_PAPER];
    if (numbers.by_channel[BALLOT_BY_PAPER] == 0)
        cli_paragraph_write(_("Nobody votes on paper in this ballot.\n"), out);
    else if (ballot->phase != BALLOT_PHASE_ENDED)
        cli_paragraph_write(
            _("Paper ballots are entered after voting has ended and "
              "before the count begins.\n"),
            out);
    else if (cli_ballot_paper_of(view, ballot, &dialogue->paper) != RESULT_OK)
        cli_paragraph_write(
            _("The questions of this ballot are not here yet: try "
              "again in a moment.\n"),
            out);
    else
        return ballot;
    return NULL;
}

void cli_ballot_dialogue_paper(struct cli_ballot_dialogue *dialogue,
                               const struct meeting_view *view,
                               const struct identifier *ballot, FILE *out)
{
    cli_ballot_dialogue_end(dialogue);
    dialogue->ballot = *ballot;
    if (!ballot_with_paper(dialogue, view, out))
        return;
    dialogue->number_count =
        CLI_PAPER_NUMBERS + cli_paper_position_count(&dialogue->paper.paper);
    cli_paragraph_write(
        _("Type each number as it was counted. (/cancel leaves.)\n"), out);
    ask_number(dialogue, out);
}

/* Whether the first four numbers hold together; else says what is wrong. */
static bool do_they_hold(const struct cli_ballot_dialogue *dialogue, FILE *out)
{
    const uint64_t *numbers = dialogue->numbers;
    const struct tally_sums sums = {
        .voters = dialogue->paper_voters,
        .issued = numbers[0],
        .returned = numbers[1],
        .not_returned = numbers[0] > numbers[1] ? numbers[0] - numbers[1] : 0,
        .valid = numbers[2],
        .invalid = numbers[3],
    };

    switch (tally_sums_check(&sums)) {
    case TALLY_SUMS_RIGHT:
        return true;
    case TALLY_ISSUED_TO_MANY:
        cli_ballot_say(out,
                       _("More were issued (%" PRIu64
                         ") than members vote on paper (%" PRIu64
                         "): count again.\n"),
                       sums.issued, sums.voters);
        break;
    case TALLY_ISSUED_DIFFERS:
        cli_ballot_say(out,
                       _("More were returned (%" PRIu64
                         ") than issued (%" PRIu64 "): count again.\n"),
                       sums.returned, sums.issued);
        break;
    case TALLY_RETURNED_DIFFERS:
        cli_ballot_say(out,
                       _("Valid and invalid together are %" PRIu64
                         ", but %" PRIu64 " were returned: count again.\n"),
                       sums.valid + sums.invalid, sums.returned);
        break;
    }
    return false;
}

static void take_number(struct cli_ballot_dialogue *dialogue, const char *line,
                        FILE *out)
{
    uint64_t *number = &dialogue->numbers[dialogue->at];

    if (!cli_number(line, LIMIT_ROSTER, number)) {
        cli_paragraph_write(_("Type a number.\n"), out);
        ask_number(dialogue, out);
        return;
    }
    if (dialogue->at >= CLI_PAPER_NUMBERS && *number > dialogue->numbers[2]) {
        cli_ballot_say(out,
                       _("Only %" PRIu64 " ballots are valid: count again.\n"),
                       dialogue->numbers[2]);
        ask_number(dialogue, out);
        return;
    }
    dialogue->at++;
    if (dialogue->at == CLI_PAPER_NUMBERS && !do_they_hold(dialogue, out))
        dialogue->at = 0;
    if (dialogue->at < dialogue->number_count) {
        ask_number(dialogue, out);
        return;
    }
    dialogue->question = CLI_BALLOT_ASKS_PAPER_RIGHT;
    show_numbers(dialogue, out);
    cli_paragraph_write(
        _("Is that what was counted? Your name will stand in the "
          "record for it.\n"),
        out);
    cli_ballot_ask_yes(out);
}

/* The numbers behind the first four, as rows; the caller ends it. */
static struct ballot_count *
counts_of(const struct cli_ballot_dialogue *dialogue, json_t *list)
{
    const size_t count = dialogue->number_count - CLI_PAPER_NUMBERS;
    struct ballot_count *rows = calloc(count, sizeof *rows);
    size_t i;

    for (i = 0; rows && i < count; i++) {
        rows[i].count = dialogue->numbers[CLI_PAPER_NUMBERS + i];
        (void)json_array_append_new(
            list, json_pack("{s:I}", "count", (json_int_t)rows[i].count));
    }
    return rows;
}

static json_t *enter_paper(struct cli_ballot_dialogue *dialogue,
                           const struct meeting_view *view, FILE *out)
{
    const struct meeting_ballot *ballot =
        cli_ballot_dialogue_ballot(dialogue, view, out);
    const uint64_t *numbers = dialogue->numbers;
    json_t *list = json_array();
    struct ballot_count *rows = counts_of(dialogue, list);
    json_t *command = NULL;

    if (ballot && rows) {
        const struct items counts = {
            .data = rows, .count = dialogue->number_count - CLI_PAPER_NUMBERS
        };
        const struct hash record = ballot_paper_record(
            numbers[0], numbers[1], numbers[2], numbers[3], &counts);
        char end[HEX_SIZE(HASH_SIZE)];
        char hash[HEX_SIZE(HASH_SIZE)];

        hex_encode(ballot->end.bytes, HASH_SIZE, end);
        hex_encode(record.bytes, HASH_SIZE, hash);
        command = json_pack(
            "{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:O, s:s}", "op",
            "enter_paper", "log", view->log.text, "ballot", ballot->id.text,
            "end", end, "issued", (json_int_t)numbers[0], "returned",
            (json_int_t)numbers[1], "valid", (json_int_t)numbers[2], "invalid",
            (json_int_t)numbers[3], "counts", list, "record", hash);
    }
    free(rows);
    json_decref(list);
    cli_ballot_dialogue_end(dialogue);
    return command;
}

/* --- confirming ----------------------------------------------------------- */

void cli_ballot_dialogue_confirm_paper(struct cli_ballot_dialogue *dialogue,
                                       const struct meeting_view *view,
                                       const struct identifier *ballot_id,
                                       FILE *out)
{
    const struct meeting_ballot *ballot;
    size_t i;

    cli_ballot_dialogue_end(dialogue);
    dialogue->ballot = *ballot_id;
    ballot = ballot_with_paper(dialogue, view, out);
    if (!ballot)
        return;
    if (!ballot->paper.is_entered ||
        ballot->paper.count_count !=
            cli_paper_position_count(&dialogue->paper.paper)) {
        cli_paragraph_write(
            _("Nothing was entered yet: another teller types /paper\n"), out);
        return;
    }
    dialogue->numbers[0] = ballot->paper.issued;
    dialogue->numbers[1] = ballot->paper.returned;
    dialogue->numbers[2] = ballot->paper.valid;
    dialogue->numbers[3] = ballot->paper.invalid;
    for (i = 0; i < ballot->paper.count_count; i++)
        dialogue->numbers[CLI_PAPER_NUMBERS + i] = ballot->paper.counts[i];
    dialogue->number_count = CLI_PAPER_NUMBERS + ballot->paper.count_count;
    cli_ballot_say(out, _("%s has entered:\n"),
                   cli_who(view, &ballot->paper.entered_by).text);
    show_numbers(dialogue, out);
    cli_paragraph_write(
        _("Compare with the paper itself. Is it the same? Your name "
          "will stand in the record\nfor it.\n"),
        out);
    dialogue->question = CLI_BALLOT_ASKS_PAPER_SAME;
    cli_ballot_ask_yes(out);
}

/* What was entered since is something else, and has not been seen. */
static bool is_still(const struct cli_ballot_dialogue *dialogue,
                     const struct meeting_ballot *ballot)
{
    return ballot->paper.is_entered &&
           ballot->paper.issued == dialogue->numbers[0] &&
           ballot->paper.returned == dialogue->numbers[1] &&
           ballot->paper.valid == dialogue->numbers[2] &&
           ballot->paper.invalid == dialogue->numbers[3] &&
           memcmp(ballot->paper.counts, dialogue->numbers + CLI_PAPER_NUMBERS,
                  ballot->paper.count_count * sizeof *dialogue->numbers) == 0;
}

static json_t *confirm_paper(struct cli_ballot_dialogue *dialogue,
                             const struct meeting_view *view, FILE *out)
{
    const struct meeting_ballot *ballot =
        cli_ballot_dialogue_ballot(dialogue, view, out);
    char end[HEX_SIZE(HASH_SIZE)];
    char hash[HEX_SIZE(HASH_SIZE)];
    json_t *command = NULL;

    if (ballot && !is_still(dialogue, ballot)) {
        cli_paragraph_write(
            _("Other numbers were entered meanwhile: look again with "
              "/confirm-paper\n"),
            out);
    } else if (ballot) {
        hex_encode(ballot->end.bytes, HASH_SIZE, end);
        hex_encode(ballot->paper.record.bytes, HASH_SIZE, hash);
        command = json_pack("{s:s, s:s, s:s, s:s, s:s}", "op", "confirm_paper",
                            "log", view->log.text, "ballot", ballot->id.text,
                            "end", end, "record", hash);
    }
    cli_ballot_dialogue_end(dialogue);
    return command;
}

/* --- answers -------------------------------------------------------------- */

static void refuse(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    if (dialogue->question == CLI_BALLOT_ASKS_PAPER_SAME) {
        cli_ballot_dialogue_end(dialogue);
        (void)fputs(
            _("Not confirmed. Count together once more; whoever counted "
              "enters it anew with /paper\n"),
            out);
        return;
    }
    dialogue->at = 0;
    cli_paragraph_write(_("From the beginning, then. (/cancel leaves.)\n"),
                        out);
    ask_number(dialogue, out);
}

json_t *cli_ballot_take_paper(struct cli_ballot_dialogue *dialogue,
                              const struct meeting_view *view, const char *line,
                              FILE *out)
{
    line += strspn(line, " \t");
    if (dialogue->question == CLI_BALLOT_ASKS_PAPER)
        take_number(dialogue, line, out);
    else if (cli_is_yes(line))
        return dialogue->question == CLI_BALLOT_ASKS_PAPER_SAME
                   ? confirm_paper(dialogue, view, out)
                   : enter_paper(dialogue, view, out);
    else if (cli_is_no(line))
        refuse(dialogue, out);
    else
        cli_ballot_ask_yes(out);
    return NULL;
}
