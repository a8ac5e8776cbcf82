/* The command about the score sheet of the meeting. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_score_text.h"
#include "client/cli/cli_text.h"

#include <stdio.h>

static const char help[] = N_(
    "The score sheet of the meeting.\n"
    "  /score                       what the record says, and the sheet\n"
    "For the chair and the minute-taker:\n"
    "  /score P1 P2 P3 P4 P5 P6 P7 [NOTE]\n"
    "                               points for: length, attendance,\n"
    "                               preparation, how it was held, principles,\n"
    "                               results of the last resolution, closing;\n"
    "                               - for the first two: as the record has "
    "it;\n"
    "                               a second sheet replaces the first\n");

const char *cli_score_help(void) { return _(help); }

enum { CRITERIA = criterion_count_ - 1 };
static const char *const fields[CRITERIA] = { "time",        "attendance",
                                              "preparation", "conduct",
                                              "principles",  "results",
                                              "closing" };

/* A number, or "-" for what the record proposes. */
static bool read_points(const struct reading *r, const char *word, size_t i,
                        uint64_t *points)
{
    struct meeting_score_proposal proposal;

    if (cli_number(word, SCORE_TOTAL, points))
        return true;
    if (word[0] != '-' || word[1] != '\0' || i >= CRITERION_ATTENDANCE ||
        !cli_score_propose(r->view, &proposal))
        return false;
    *points = i + 1 == CRITERION_TIME ? proposal.time : proposal.attendance;
    return true;
}

static void read_score(struct reading *r, const char *op)
{
    char *word = r->rest;
    json_t *command;
    size_t i;

    if (!word[0]) {
        r->out->action = CLI_ACTION_SCORE;
        return;
    }
    command = json_object();
    for (i = 0; i < CRITERIA; i++) {
        char *more = cli_cut_word(word);
        uint64_t points;

        if (!read_points(r, word, i, &points)) {
            PROBLEM(r, "%s",
                    _("seven numbers are needed, as in: /score 5 4 8 36 5 25 "
                      "5; see /help score"));
            json_decref(command);
            return;
        }
        (void)json_object_set_new(command, fields[i],
                                  json_integer((json_int_t)points));
        word = more;
    }
    (void)json_object_set_new(command, "note", json_string(word));
    cli_reading_send(r, op, command);
}

const struct cli_verb cli_score_verbs[] = {
    { { "score", "chamdiem", "diem" },
      CLI_ACTION_SEND,
      read_score,
      "complete_score" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
