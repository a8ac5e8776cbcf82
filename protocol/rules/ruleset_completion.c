/* A file that has the base only stands for these rules: one path for every
 * meeting. */
#include "protocol/rules/category.h"
#include "protocol/rules/ruleset.h"

static unsigned one(int value) { return 1U << value; }

static void complete_people(struct ruleset *rules)
{
    const unsigned all = (1U << matter_count_) - 2U;
    struct electorate_rule *meeting = &rules->electorate.meeting;
    int i;

    for (i = 1; i < category_count_; i++) {
        const enum category category = (enum category)i;

        rules->rights.of[i] = (struct rights_rule){
            .attends = category_may_attend(category),
            .speaks = category_may_speak(category),
            .votes = category_has_vote(category) ? all : 0,
        };
    }
    *meeting = (struct electorate_rule){
        .always = one(CATEGORY_OFFICIAL) |
                  (rules->is_suspended_counted ? one(CATEGORY_SUSPENDED) : 0U),
        .if_present = one(CATEGORY_EXEMPT),
    };
    rules->electorate.congress = *meeting;
    rules->electorate.committee = *meeting;
}

void ruleset_complete(struct ruleset *rules)
{
    const struct vote_test ordinary = { RULE_ID_ORDINARY_MOTION,
                                        ruleset_majority(rules),
                                        MEASURE_MEETING };
    int i;

    if ((rules->groups & ~(unsigned)RULESET_BESIDE_BASE) != 0)
        return;
    complete_people(rules);
    for (i = 1; i < matter_count_; i++) {
        if (rule_id_of_threshold((enum matter)i) == rule_id_none_)
            continue;
        rules->forms.of[i] = (struct form_rule){
            .rule = RULE_ID_ORDINARY_MOTION,
            .allowed = one(VOTE_FORM_OPEN) | one(VOTE_FORM_SECRET),
            .usual = VOTE_FORM_OPEN,
            .is_published = true,
            .remote = REMOTE_ALLOWED,
        };
        rules->thresholds[i] = ordinary;
    }
    rules->rating.test = ordinary;
    rules->election.elected = ordinary;
}
