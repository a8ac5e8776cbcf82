/* Commands about meetings in parts: by party groups, and in sub-rooms. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static const char help[] = N_(
    "Meetings in parts.\n"
    "Where a meeting is held by party groups, for the chair and the\n"
    "minute-taker:\n"
    "  /gather [NUMBER]             take in the record of the next group\n"
    "                               whose meeting is over, or of that one\n"
    "  /add-up VOTES MATTER TEXT    one decision of what the groups voted on:\n"
    "                               v1, or one of each as v1+v2\n"
    "Sub-rooms for discussion, for the chair:\n"
    "  /sub-rooms COUNT [empty]     open them; all are sent into them\n"
    "                               evenly, or nobody\n"
    "  /to-room NAME ROOM           into a room; 0 is the plenary\n"
    "  /return-all                  everybody back into the plenary\n"
    "Those in a sub-room hear each other and nobody else. /rooms shows who\n"
    "is where, /groups which groups are gathered.\n");

const char *cli_kinds_help(void) { return _(help); }

static void read_nothing(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

/* --- party groups --------------------------------------------------------- */

static const struct register_meeting *row_of(const struct reading *r,
                                             const struct meeting_group *group)
{
    return register_state_meeting(r->view->org, &group->meeting);
}

/* The one of this number, or the first whose meeting is over. */
static const struct meeting_group *find_group(struct reading *r)
{
    const struct meeting_kinds *kinds = &r->view->state->kinds;
    uint64_t number;
    size_t i;

    if (r->rest[0] != '\0') {
        if (cli_number(r->rest, kinds->group_count, &number) && number > 0)
            return &kinds->groups[number - 1];
        PROBLEM(r, "%s", _("which group? Type its number; see /groups"));
        return NULL;
    }
    for (i = 0; i < kinds->group_count; i++) {
        const struct register_meeting *row = row_of(r, &kinds->groups[i]);

        if (!kinds->groups[i].is_gathered && row && row->phase == CALL_ENDED)
            return &kinds->groups[i];
    }
    PROBLEM_NOW(r, "%s", _("no group's meeting is over that is not gathered"));
    return NULL;
}

static void read_gather(struct reading *r, const char *op)
{
    const struct meeting_group *group;
    const struct register_meeting *row;
    char head[HEX_SIZE(HASH_SIZE)];

    if (!r->view->state || r->view->state->kinds.group_count == 0) {
        PROBLEM_NOW(r, "%s", _("this meeting is not held by party groups"));
        return;
    }
    if (!r->view->org) {
        PROBLEM_NOW(r, "%s", _("the register is not here yet: try again"));
        return;
    }
    group = find_group(r);
    row = group ? row_of(r, group) : NULL;
    if (row && row->phase == CALL_ENDED) {
        hex_encode(row->final_head.bytes, HASH_SIZE, head);
        cli_reading_send(r, op,
                         json_pack("{s:s, s:I, s:s}", "meeting",
                                   group->meeting.text, "final_seq",
                                   (json_int_t)row->final_seq, "head", head));
    } else if (group) {
        PROBLEM_NOW(r, "%s", _("the meeting of that group is not over yet"));
    }
}

/* "v1" for all groups, "v1+v2" for one of each; NULL and told if it is none. */
static json_t *votes_of_groups(struct reading *r, char *typed)
{
    const size_t count = r->view->state->kinds.group_count;
    json_t *votes = json_array();
    const char *part = typed;

    while (votes && json_array_size(votes) < count) {
        const size_t size = strcspn(part, "+");

        json_array_append_new(votes, json_pack("{s:s#}", "vote", part, size));
        if (part[size] == '+')
            part += size + 1;
        else if (part != typed && json_array_size(votes) < count)
            break;
    }
    if (json_array_size(votes) == count && typed[0] != '\0')
        return votes;
    json_decref(votes);
    PROBLEM(r, "%s", _("which votes? v1, or one of each group as v1+v2"));
    return NULL;
}

static void read_add_up(struct reading *r, const char *op)
{
    const struct meeting_item *item = cli_reading_item(r);
    char *matter = cli_cut_word(r->rest);
    char *text = cli_cut_word(matter);
    const char *word = cli_matter_typed(matter);
    json_t *votes;

    if (!r->view->state || r->view->state->kinds.group_count == 0)
        PROBLEM_NOW(r, "%s", _("this meeting is not held by party groups"));
    else if (!word)
        PROBLEM(r, "%s",
                _("what is voted on? agenda, minutes, procedure, admission, "
                  "recognition or resolution; see /help votes"));
    else if (text[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else if ((votes = votes_of_groups(r, r->rest)))
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s, s:o}", "item",
                                   item ? item->id.text : "", "motion", text,
                                   "matter", word, "votes", votes));
}

/* --- sub-rooms ------------------------------------------------------------ */

static void read_subrooms(struct reading *r, const char *op)
{
    static const char *const empty[] = { "empty", "trong", NULL };
    const char *more = cli_cut_word(r->rest);
    uint64_t count;

    if (cli_number(r->rest, LIMIT_SUBROOMS, &count) && count > 0 &&
        (more[0] == '\0' || cli_is_word(more, empty)))
        cli_reading_send(r, op,
                         json_pack("{s:I, s:b}", "count", (json_int_t)count,
                                   "spread", more[0] == '\0'));
    else
        PROBLEM(r, _("how many sub-rooms? Up to %d, as in: /sub-rooms 3"),
                LIMIT_SUBROOMS);
}

static void read_move(struct reading *r, const char *op)
{
    struct identifier holder;
    uint64_t room;
    char *more;

    if (!cli_reading_split(r, CLI_NAMES_BOTH, r->rest, &holder, &more))
        (void)cli_reading_name(r, CLI_NAMES_BOTH, r->rest, &holder);
    else if (!cli_number(more, LIMIT_SUBROOMS, &room))
        PROBLEM(r, "%s", _("into which sub-room? 0 is the plenary"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:I}", "holder", holder.text, "room",
                                   (json_int_t)room));
}

const struct cli_verb cli_kinds_verbs[] = {
    { { "rooms", "groups", "cacphong", "cacto" },
      CLI_ACTION_PARTS,
      NULL,
      NULL },
    { { "gather", "gomto" }, CLI_ACTION_SEND, read_gather, "gather_group" },
    { { "addup", "congphieu" },
      CLI_ACTION_SEND,
      read_add_up,
      "decide_by_groups" },
    { { "subrooms", "chiaphong" },
      CLI_ACTION_SEND,
      read_subrooms,
      "open_subrooms" },
    { { "toroom", "chuyenphong" },
      CLI_ACTION_SEND,
      read_move,
      "move_to_subroom" },
    { { "returnall", "gopphong" },
      CLI_ACTION_SEND,
      read_nothing,
      "return_all" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
