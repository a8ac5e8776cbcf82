/* Commands about the floor's order, silencing, and who leads the meeting. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    N_("The floor:\n"
       "  /hand  /lower                raise and lower your hand\n"
       "  /point                       a point of order: goes before\n"
       "  /hands  /times               the queue; who has spoken how long\n"
       "  /mute  /unmute               yourself\n"
       "For the chair and co-chairs:\n"
       "  /floor NAME [MINUTES]  /extend MINUTES  /end  /lower NAME\n"
       "  /floor-mode free|called      everybody is heard, or who is called\n"
       "  /floor-mode least|raised     who has spoken least, or raised the\n"
       "                               hand first, is called first\n"
       "For moderators, too:\n"
       "  /mute NAME                   silence that the member cannot end\n"
       "  /release NAME                the member may end it again\n"
       "For the chair:\n"
       "  /co-chair NAME  /moderator NAME\n"
       "  /dismiss NAME                is neither from now on\n"
       "  /give-chair NAME             to a co-chair, the deputy, or back\n"
       "For the chair as called, the deputy, co-chairs:\n"
       "  /take-chair                  when who presides is away\n"
       "Nobody of them is there? Any member with a vote:\n"
       "  /elect-chair NAME            opens the vote on it\n"
       "  /settle-chair                ends it; elected, NAME presides\n");

const char *cli_floor_help(void) { return _(help); }

/* Words of the mode, of the order, or of both. */
static void read_mode(struct reading *r, const char *op)
{
    static const char *const free_words[] = { "free", "tudo", NULL };
    static const char *const called[] = { "called", "duocmoi", "moi", NULL };
    static const char *const least[] = { "least", "leastspoken", "itnoi",
                                         NULL };
    static const char *const raised[] = { "raised", "giotay", "thutu", NULL };
    const struct meeting_state *state = r->view->state;
    enum floor_mode mode = state ? state->floor_mode : FLOOR_CALLED;
    enum floor_order order = state ? state->floor_order : FLOOR_BY_HAND;
    char *word = r->rest;

    do {
        char *more = cli_cut_word(word);

        if (cli_is_word(word, free_words))
            mode = FLOOR_FREE;
        else if (cli_is_word(word, called))
            mode = FLOOR_CALLED;
        else if (cli_is_word(word, least))
            order = FLOOR_BY_TIME;
        else if (cli_is_word(word, raised))
            order = FLOOR_BY_HAND;
        else {
            PROBLEM(r, "%s",
                    _("how? As in: /floor-mode free, called, least or raised"));
            return;
        }
        word = more;
    } while (word[0] != '\0');
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s}", "mode",
                               enum_word(&floor_mode_words, (int)mode), "order",
                               enum_word(&floor_order_words, (int)order)));
}

static void send_role(struct reading *r, const char *op,
                      const struct identifier *member, enum officer_role role)
{
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s}", "member", member->text, "role",
                               enum_word(&officer_role_words, (int)role)));
}

static void read_co_chair(struct reading *r, const char *op)
{
    struct identifier member;

    if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        send_role(r, op, &member, ROLE_OF_CO_CHAIR);
}

static void read_moderator(struct reading *r, const char *op)
{
    struct identifier member;

    if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        send_role(r, op, &member, ROLE_OF_MODERATOR);
}

/* From the role that the member has; co-chair first, who has both. */
static void read_dismiss(struct reading *r, const char *op)
{
    const struct meeting_person *person;
    struct identifier member;

    if (!cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        return;
    person =
        r->view->state ? meeting_state_person(r->view->state, &member) : NULL;
    if (person && (person->is_co_chair || person->is_moderator))
        send_role(r, op, &member,
                  person->is_co_chair ? ROLE_OF_CO_CHAIR : ROLE_OF_MODERATOR);
    else
        PROBLEM_NOW(r, _("%s is neither co-chair nor moderator"),
                    cli_who(r->view, &member).text);
}

static void read_elect_chair(struct reading *r, const char *op)
{
    struct identifier member;
    char motion[800];

    if (!cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        return;
    (void)snprintf(motion, sizeof motion, _("Elect %s to chair this meeting"),
                   cli_who(r->view, &member).text);
    cli_reading_send(
        r, op,
        json_pack("{s:s, s:s}", "subject", member.text, "motion", motion));
}

static void read_settle_chair(struct reading *r, const char *op)
{
    const struct meeting_state *state = r->view->state;
    size_t i;

    for (i = state ? state->vote_count : 0; i > 0; i--) {
        const struct meeting_vote *vote = &state->votes[i - 1];

        if (vote->phase != VOTE_OPEN || identifier_is_empty(&vote->proposer))
            continue;
        cli_reading_send(r, op, json_pack("{s:s}", "vote", vote->id.text));
        return;
    }
    PROBLEM_NOW(r, "%s", _("no vote on who presides is open"));
}

const struct cli_verb cli_floor_verbs[] = {
    { { "times", "thoigian" }, CLI_ACTION_TIMES, NULL, NULL },
    { { "point", "thutuc", "pointoforder" },
      CLI_ACTION_SEND,
      cli_read_hand,
      "raise_point_of_order" },
    { { "floormode", "chedophatbieu" },
      CLI_ACTION_SEND,
      read_mode,
      "set_floor_mode" },
    { { "release", "botattieng" },
      CLI_ACTION_SEND,
      cli_read_holder,
      "release_mute" },
    { { "cochair", "dongchutri" },
      CLI_ACTION_SEND,
      read_co_chair,
      "appoint_officer" },
    { { "moderator", "dieuhanh" },
      CLI_ACTION_SEND,
      read_moderator,
      "appoint_officer" },
    { { "dismiss", "thoinhiemvu" },
      CLI_ACTION_SEND,
      read_dismiss,
      "dismiss_officer" },
    { { "givechair", "traochutri" },
      CLI_ACTION_SEND,
      cli_read_member,
      "give_chair" },
    { { "electchair", "bauchutri" },
      CLI_ACTION_SEND,
      read_elect_chair,
      "propose_chair" },
    { { "settlechair", "ketthucbauchutri" },
      CLI_ACTION_SEND,
      read_settle_chair,
      "settle_chair" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
