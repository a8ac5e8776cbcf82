/* Whether a cell may meet online: the grounds of its members, the arithmetic,
 * and the rule with its source, before anybody calls a meeting. */
#include "server/control/chiboctl.h"

#include "protocol/meeting/meeting_eligibility.h"
#include "protocol/meeting/spoken_words.h"
#include "protocol/program/rule_words.h"
#include "server/control/ruleset_folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One answer, with what it rests on. */
struct answer {
    struct identifier unit;
    struct summons summons;
    const struct ruleset_book *book; /* borrowed from a shelf */
    struct eligibility found;
};

/* --- Finding the answer -------------------------------------------------- */

static bool has_rule(const struct answer *answer)
{
    return ruleset_has(&answer->book->rules, RULESET_ELIGIBILITY);
}

/* The ruleset for new meetings, of `shelf`, which is released in any case;
 * false: said why. */
static bool read_rules(struct chiboctl *ctl, struct ruleset_shelf *shelf,
                       struct answer *answer)
{
    if (ruleset_folder_read(ctl->config.rules_directory, shelf) == RESULT_OK)
        answer->book = ruleset_shelf_by_name(shelf, ctl->config.ruleset);
    if (answer->book)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("the ruleset %s of the settings cannot be read here"),
                  ctl->config.ruleset);
    return false;
}

static bool decide(struct chiboctl *ctl, struct answer *answer)
{
    if (register_state_eligibility(
            register_book_state(ctl->book), &answer->summons,
            &answer->book->rules.eligibility, &answer->found) == RESULT_OK)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("the ruleset %s of the settings cannot be read here"),
                  ctl->config.ruleset);
    return false;
}

/* --- In words ------------------------------------------------------------ */

/* "2 of 3 members cannot come to one place; 2 are needed …: the condition …" */
static void print_sum(const struct outcome *outcome, FILE *out)
{
    (void)fprintf(out,
                  _("%" PRIu64 " of %" PRIu64
                    " members cannot come to one place; %" PRIu64
                    " are needed to meet online: "),
                  outcome->yes, outcome->d, outcome->need);
    (void)fprintf(out, "%s\n",
                  outcome->is_met ? _("the condition is met")
                                  : _("the condition is NOT met: a document "
                                      "has to allow it"));
}

/* "2×2 = 4 > 1×3 = 3" */
static void print_arithmetic(const struct outcome *outcome)
{
    const struct threshold *test = &outcome->test;
    const char *sign = test->is_strict   ? outcome->is_met ? ">" : "≤"
                       : outcome->is_met ? "≥"
                                         : "<";

    (void)printf(_("Arithmetic: %" PRIu64 "×%" PRIu64 " = %" PRIu64
                   " %s %" PRIu64 "×%" PRIu64 " = %" PRIu64 "\n"),
                 test->denominator, outcome->yes,
                 test->denominator * outcome->yes, sign, test->numerator,
                 outcome->d, test->numerator * outcome->d);
}

static void print_rule(const struct answer *answer)
{
    const struct ruleset *rules = &answer->book->rules;
    const char *source = answer->book->notes.of[RULE_ID_ELIGIBILITY].source;

    (void)printf(_("Rule: %s of the ruleset %s, from: %s%s\n"),
                 rule_words(RULE_ID_ELIGIBILITY, ""), rules->name,
                 source ? source : "",
                 ruleset_is_unverified(rules, RULE_ID_ELIGIBILITY)
                     ? _(" (not compared with the official text)")
                     : "");
}

/* Whether a member counts, and for what ground she cannot come. */
static const char *ground_text(const struct answer *answer,
                               const struct register_member *member)
{
    const struct eligibility_rules *rules = &answer->book->rules.eligibility;

    if (!rule_set_has(rules->counts, (int)member->category))
        return _("is not counted");
    if (member->ground == ground_none_)
        return _("can come");
    if (!rule_set_has(rules->grounds, (int)member->ground))
        return _("can come: the rule does not take the ground that is given");
    return _(spoken_value(&ground_words, (int)member->ground));
}

static void print_members(struct chiboctl *ctl, const struct answer *answer)
{
    static const int widths[] = { 5, 28, 22, 0 };
    const struct register_state *state = register_book_state(ctl->book);

    for (size_t i = 0; i < state->member_count; i++) {
        const struct register_member *member = &state->members[i];

        if (summons_has(&answer->summons, member))
            chiboctl_row(
                ctl,
                json_pack(
                    "{s:s, s:s, s:s, s:s}", "member", member->id.text, "name",
                    register_book_name(ctl->book, member->name_seq), "category",
                    chiboctl_word(ctl, &category_words, (int)member->category),
                    "ground", ground_text(answer, member)),
                widths);
    }
}

static void print_answer(struct chiboctl *ctl, const struct answer *answer)
{
    const struct register_unit *unit =
        register_state_unit(register_book_state(ctl->book), &answer->unit);

    (void)printf("%s (%s):\n", register_book_name(ctl->book, unit->name_seq),
                 unit->id.text);
    print_members(ctl, answer);
    print_sum(&answer->found.outcome, stdout);
    print_arithmetic(&answer->found.outcome);
    print_rule(answer);
}

/* --- In JSON ------------------------------------------------------------- */

static json_t *members_json(struct chiboctl *ctl, const struct answer *answer)
{
    const struct eligibility_rules *rules = &answer->book->rules.eligibility;
    const struct register_state *state = register_book_state(ctl->book);
    json_t *list = json_array();

    for (size_t i = 0; i < state->member_count; i++) {
        const struct register_member *member = &state->members[i];

        if (!summons_has(&answer->summons, member))
            continue;
        json_array_append_new(
            list,
            json_pack(
                "{s:s, s:s, s:s, s:b}", "member", member->id.text, "category",
                enum_word(&category_words, (int)member->category), "ground",
                chiboctl_word(ctl, &ground_words, (int)member->ground),
                "counts", rule_set_has(rules->counts, (int)member->category)));
    }
    return list;
}

static void print_json(struct chiboctl *ctl, const struct answer *answer)
{
    const struct outcome *outcome = &answer->found.outcome;
    const struct ruleset *rules = &answer->book->rules;
    const char *source = answer->book->notes.of[RULE_ID_ELIGIBILITY].source;
    char test[THRESHOLD_TEXT_SIZE];

    threshold_text(&outcome->test, test);
    chiboctl_row(
        ctl,
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:I, s:I, s:I, s:b, s:o}",
                  "unit", answer->unit.text, "ruleset", rules->name, "rule",
                  rule_id_words.words[RULE_ID_ELIGIBILITY], "source",
                  source ? source : "", "unverified",
                  ruleset_is_unverified(rules, RULE_ID_ELIGIBILITY), "test",
                  test, "unable", (json_int_t)outcome->yes, "members",
                  (json_int_t)outcome->d, "need", (json_int_t)outcome->need,
                  "met", outcome->is_met, "people", members_json(ctl, answer)),
        NULL);
}

/* --- The command --------------------------------------------------------- */

/* The cell's meeting as --cell says, or that of a call. */
static bool find_summons(struct chiboctl *ctl, struct answer *answer)
{
    const struct register_meeting *meeting;
    enum meeting_kind kind = KIND_REGULAR;

    if (ctl->argument_count > 0) {
        if (!chiboctl_find_meeting(ctl, ctl->arguments[0], &meeting))
            return false;
        answer->unit = meeting->unit;
        kind = meeting->kind;
    } else if (!chiboctl_find_cell(ctl, &answer->unit)) {
        return false;
    }
    if (summons_of(register_book_state(ctl->book), &answer->unit, kind,
                   &answer->summons))
        return true;
    chiboctl_fail(CHIBOCTL_FAILED, _("%s is no cell: only a cell meets"),
                  answer->unit.text);
    return false;
}

static int say_answer(struct chiboctl *ctl, struct answer *answer)
{
    if (!has_rule(answer)) {
        if (!ctl->is_json)
            (void)printf(_("the ruleset %s asks nothing of a cell that meets "
                           "online\n"),
                         answer->book->rules.name);
        return CHIBOCTL_OK;
    }
    if (!decide(ctl, answer))
        return CHIBOCTL_FAILED;
    if (ctl->is_json)
        print_json(ctl, answer);
    else
        print_answer(ctl, answer);
    return CHIBOCTL_OK;
}

static int run_online(struct chiboctl *ctl)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct answer answer = { .book = NULL };
    int code = CHIBOCTL_FAILED;

    if (chiboctl_load_config(ctl) && chiboctl_connect(ctl) &&
        find_summons(ctl, &answer) && read_rules(ctl, &shelf, &answer))
        code = say_answer(ctl, &answer);
    ruleset_shelf_release(&shelf);
    return code;
}

void chiboctl_note_online(struct chiboctl *ctl, const struct identifier *unit,
                          enum meeting_kind kind)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct answer answer = { .unit = *unit };

    if (!ctl->is_json && ctl->has_config &&
        summons_of(register_book_state(ctl->book), unit, kind,
                   &answer.summons) &&
        read_rules(ctl, &shelf, &answer) && has_rule(&answer) &&
        decide(ctl, &answer))
        print_sum(&answer.found.outcome, stderr);
    ruleset_shelf_release(&shelf);
}

static const struct chiboctl_option online_options[] = {
    { "cell", "UNIT", N_("the cell; needed where there are several") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_online_commands[] = {
    { "meeting", "online", "[MEETING]",
      N_("say whether a cell may meet online: grounds, numbers, rule"),
      online_options, 0, 1, run_online },
    { 0 }
};
