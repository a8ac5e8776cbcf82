/* Secret ballots: what their results come to. Whether that is right by the
 * ruleset is for decision_check.h to ask; the fold has no ruleset. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

/* Each candidate once, by place. */
static bool are_chosen(const struct meeting_ballot *ballot,
                       const struct items *chosen)
{
    const struct chosen_row *row = chosen->data;
    size_t i, j;

    for (i = 0; i < chosen->count; i++) {
        if (!meeting_ballot_has_candidate(ballot, &row[i].member) ||
            row[i].place != i + 1)
            return false;
        for (j = 0; j < i; j++)
            if (identifier_equal(&row[j].member, &row[i].member))
                return false;
    }
    return chosen->count == 0 || chosen->count == ballot->candidate_count;
}

static bool are_levels(const struct meeting_ballot *ballot,
                       const struct items *levels)
{
    const struct level_row *row = levels->data;
    size_t i;

    for (i = 0; i < levels->count; i++)
        if (i >= ballot->candidate_count ||
            !identifier_equal(&row[i].member, &ballot->candidates[i]))
            return false;
    return levels->count == 0 || levels->count == ballot->candidate_count;
}

enum result ballot_check_ballot_decided(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_decided *body = &event->body.ballot_decided;

    (void)state;
    return state_fits(
        ballot->matter.matter != matter_none_ && !ballot->is_decided &&
        body->denominator == ballot->denominator &&
        body->end > ballot_end_none_ && body->end < ballot_end_count_ &&
        are_chosen(ballot, &body->chosen) &&
        are_levels(ballot, &body->levels) &&
        body->forms.count < discipline_count_);
}

static bool copy_rows(const struct items *from, size_t size, struct items *to)
{
    void *copy = calloc(from->count + 1, size);

    if (!copy)
        return false;
    if (from->count > 0)
        memcpy(copy, from->data, from->count * size);
    *to = (struct items){ copy, from->count };
    return true;
}

/* NUL-terminated, too; without data when memory is out. */
static struct text_view copy_text(struct text_view text)
{
    char *copy = malloc(text.size + 1);

    if (!copy)
        return (struct text_view){ NULL, 0 };
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return (struct text_view){ copy, text.size };
}

void ballot_forget_decision(struct meeting_ballot *ballot)
{
    struct event_ballot_decided *decided = &ballot->decided;

    free(decided->chosen.data);
    free(decided->levels.data);
    free(decided->forms.data);
    free((void *)(uintptr_t)decided->test.data);
    free((void *)(uintptr_t)decided->rule.data);
    *decided = (struct event_ballot_decided){ 0 };
}

enum result ballot_apply_ballot_decided(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_decided *body = &event->body.ballot_decided;
    struct event_ballot_decided *decided = &ballot->decided;

    (void)state;
    *decided = *body;
    decided->chosen = decided->levels = decided->forms = (struct items){ 0 };
    decided->test = copy_text(body->test);
    decided->rule = copy_text(body->rule);
    if (!decided->test.data || !decided->rule.data ||
        !copy_rows(&body->chosen, sizeof(struct chosen_row),
                   &decided->chosen) ||
        !copy_rows(&body->levels, sizeof(struct level_row), &decided->levels) ||
        !copy_rows(&body->forms, sizeof(struct form_row), &decided->forms))
        return RESULT_NO_MEMORY; /* what is there is released with the state */
    ballot->is_decided = true;
    return RESULT_OK;
}
