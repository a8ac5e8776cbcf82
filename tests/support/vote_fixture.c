#include "tests/support/vote_fixture.h"

#include "protocol/meeting/vote_terms.h"

#include <assert.h>
#include <string.h>

static char test_text[THRESHOLD_TEXT_SIZE];

void vote_fixture_open(const struct meeting_state *state,
                       struct event_vote_started *body)
{
    static struct vote_people people[category_count_];
    static struct vote_terms terms;
    struct ruleset rules = { .majority_numerator = 1,
                             .majority_denominator = 2,
                             .is_majority_strict = true };
    enum result result;

    ruleset_complete(&rules);
    result = vote_terms_of(state, &rules, MATTER_RESOLUTION, &terms);
    assert(result == RESULT_OK);
    (void)result;
    threshold_text(&terms.test.test, test_text);
    memcpy(people, terms.people, sizeof people);
    body->matter = MATTER_RESOLUTION;
    body->form = VOTE_FORM_OPEN;
    body->remote = true;
    body->rule = rule_id_place(terms.test.rule);
    body->measure = (int)terms.test.of;
    body->test = text_view_of(test_text);
    body->d = terms.d;
    body->present = terms.present;
    body->need = terms.need;
    body->people = (struct items){ people, terms.count };
}

void vote_fixture_open_author(struct event_vote_started *body)
{
    static struct vote_people people[] = {
        { CATEGORY_OFFICIAL, COUNTS_ALWAYS, true, 3, 3, 3 },
        { CATEGORY_GUEST, COUNTS_NEVER, false, 1, 1, 0 },
    };

    body->matter = MATTER_RESOLUTION;
    body->form = VOTE_FORM_OPEN;
    body->remote = true;
    body->rule = TEXT_LITERAL("ordinary_motion");
    body->measure = MEASURE_MEETING;
    body->test = TEXT_LITERAL("2*yes > D");
    body->d = 3;
    body->present = 3;
    body->need = 2;
    body->people = (struct items){ people, 2 };
}

void vote_fixture_close(const struct meeting_state *state,
                        struct event_vote_closed *body)
{
    const struct meeting_vote *vote = meeting_state_vote(state, &body->vote);

    assert(vote);
    threshold_text(&vote->test.test, test_text);
    body->test = text_view_of(test_text);
    body->rule = rule_id_place(vote->test.rule);
    body->denominator = vote->d;
    body->need = vote->need;
    body->passed = body->yes >= vote->need;
}
