#include "server/domain/votes.h"

void draft_add_rule(struct draft *draft, enum rule_id rule)
{
    refusal_add_text(&draft->out->refusal, "rule", rule_id_place(rule));
}

void draft_refuse_voter(struct draft *draft,
                        const struct meeting_person *person, enum matter matter)
{
    const enum rule_id rule = rule_id_of_category(person->category);

    draft_refuse(draft, REFUSAL_CANNOT_VOTE);
    refusal_add_text(
        &draft->out->refusal, "category",
        text_view_of(enum_word(&category_words, (int)person->category)));
    refusal_add_text(&draft->out->refusal, "matter",
                     text_view_of(enum_word(&matter_words, (int)matter)));
    if (ruleset_has_rule(draft->rules, rule))
        draft_add_rule(draft, rule);
}

enum rule_id draft_counting_rule(const struct draft *draft,
                                 const struct vote_test *test)
{
    const enum rule_id rule = rule_id_of_measure(test->of);

    if (rule == rule_id_none_)
        return test->rule;
    return ruleset_has_rule(draft->rules, rule) ? rule : RULE_ID_DENOMINATOR;
}

static void add_word(struct draft *draft, const char *name,
                     const struct enum_words *words, int value)
{
    refusal_add_text(&draft->out->refusal, name,
                     text_view_of(enum_word(words, value)));
}

static void refuse_matter(struct draft *draft, enum refusal_code code,
                          enum matter matter)
{
    draft_refuse(draft, code);
    add_word(draft, "matter", &matter_words, (int)matter);
}

/* --- terms --------------------------------------------------------------- */

bool draft_terms_by(struct draft *draft, enum matter matter,
                    const struct vote_test *test, struct vote_terms *out)
{
    if (vote_terms_by(draft->state, draft->rules, matter, test, out) ==
        RESULT_OK)
        return true;
    refuse_matter(draft, REFUSAL_NO_MATTER, matter);
    return false;
}

bool draft_terms(struct draft *draft, enum matter matter,
                 struct vote_terms *out)
{
    if (vote_terms_of(draft->state, draft->rules, matter, out) == RESULT_OK)
        return true;
    refuse_matter(draft, REFUSAL_NO_MATTER, matter);
    return false;
}

/* --- form and remote seats ----------------------------------------------- */

bool draft_is_remote_on(const struct draft *draft, enum matter matter)
{
    const struct form_rule *rule = &draft->rules->forms.of[matter];

    return rule->remote == REMOTE_ALLOWED ||
           (rule->remote == REMOTE_WITH_AUTHORITY &&
            draft->state->terms.authority.is_named);
}

/* How many who may vote on this would do so from a remote seat. */
static uint64_t count_remote(const struct draft *draft, enum matter matter)
{
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < draft->state->person_count; i++) {
        const struct meeting_person *person = &draft->state->people[i];

        count +=
            (person->mode == MODE_ONLINE || person->mode == MODE_VOICE_RELAY) &&
            rights_has_vote(&draft->rules->rights, person->category, matter);
    }
    return count;
}

static bool is_form_good(struct draft *draft, enum matter matter,
                         enum vote_form form)
{
    const uint64_t remote = count_remote(draft, matter);
    const struct form_asked asked = {
        .matter = matter,
        .form = form,
        .has_remote = remote > 0,
        .has_authority = draft->state->terms.authority.is_named
    };
    const struct form_decision decision =
        form_decide(&draft->rules->forms, &asked);

    switch (decision.refusal) {
    case FORM_ACCEPTED:
        return true;
    case FORM_NOT_ALLOWED:
        refuse_matter(draft,
                      ruleset_has_matter(draft->rules, matter)
                          ? REFUSAL_OTHER_FORM
                          : REFUSAL_NO_MATTER,
                      matter);
        add_word(draft, "form", &vote_form_words, (int)form);
        break;
    case FORM_REMOTE_NEVER:
        refuse_matter(draft, REFUSAL_REMOTE_NEVER, matter);
        refusal_add_number(&draft->out->refusal, "have", remote);
        break;
    case FORM_REMOTE_UNAUTHORISED:
        refuse_matter(draft, REFUSAL_REMOTE_UNAUTHORISED, matter);
        refusal_add_number(&draft->out->refusal, "have", remote);
        break;
    }
    if (decision.rule != rule_id_none_)
        draft_add_rule(draft, decision.rule);
    return false;
}

bool draft_may_open_vote(struct draft *draft, enum matter matter,
                         enum vote_form form)
{
    return is_form_good(draft, matter, form) && draft_has_roll(draft, matter) &&
           draft_has_quorum(draft, matter);
}
