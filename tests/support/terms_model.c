#include "tests/support/terms_model.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- people --------------------------------------------------------------- */

static void expect(struct terms_model *model, bool is_so, const char *what)
{
    if (!is_so && !model->wrong)
        model->wrong = what;
}

static size_t place_of(const struct terms_model *model,
                       const struct identifier *id)
{
    size_t i = 0;

    while (i < model->count && !identifier_equal(&model->people[i].id, id))
        i++;
    return i;
}

/* Who counts, as config/rules has it. */
static bool is_in(const struct terms_model *model, enum matter matter,
                  const struct terms_person *person)
{
    const bool is_official = person->category == CATEGORY_OFFICIAL;
    const bool is_exempt_here =
        person->category == CATEGORY_EXEMPT && person->is_there;

    if (model->kind == KIND_COMMITTEE && !person->is_in_committee)
        return false;
    if (model->rules == TERMS_BY_ASSOCIATION)
        return is_official && person->is_there;
    if (model->rules == TERMS_BY_PARTY && matter == MATTER_STRAW)
        return (is_official && person->is_there) || is_exempt_here;
    if (model->rules == TERMS_BY_PARTY && matter == MATTER_ELECTION &&
        model->kind == KIND_CONGRESS)
        return (is_official && !person->is_throughout) || is_exempt_here;
    return is_official || is_exempt_here;
}

uint64_t terms_model_count(const struct terms_model *model, enum matter matter)
{
    uint64_t d = 0;
    size_t i;

    for (i = 0; i < model->count; i++)
        d += is_in(model, matter, &model->people[i]);
    return d;
}

static bool is_two_thirds(const struct terms_model *model, enum matter matter)
{
    return model->rules == TERMS_BY_PARTY &&
           (matter == MATTER_ADMISSION || matter == MATTER_RECOGNITION);
}

static bool wants_roll(const struct terms_model *model, enum matter matter)
{
    return model->rules == TERMS_BY_PARTY &&
           (matter == MATTER_ADMISSION || matter == MATTER_RECOGNITION ||
            matter == MATTER_DISCIPLINE || matter == MATTER_CONFIDENCE ||
            matter == MATTER_ELECTION);
}

static uint64_t count_present(const struct terms_model *model,
                              const struct terms_fixed *fixed)
{
    uint64_t present = 0;
    size_t i;

    for (i = 0; i < model->count; i++)
        present += fixed->is_in[i] && model->people[i].is_there;
    return present;
}

/* Opened now: who counts is whoever the roll has. */
static void fix(struct terms_model *model, struct terms_fixed *fixed,
                enum matter matter, uint64_t d, uint64_t present)
{
    size_t i;

    *fixed = (struct terms_fixed){ .matter = matter,
                                   .is_known = true,
                                   .is_open = true,
                                   .d = terms_model_count(model, matter) };
    for (i = 0; i < model->count; i++)
        fixed->is_in[i] = is_in(model, matter, &model->people[i]);
    fixed->need = is_two_thirds(model, matter) ? (2 * fixed->d + 2) / 3
                                               : fixed->d / 2 + 1;
    expect(model, d == fixed->d, "D is not what the roll gives");
    expect(model, present == count_present(model, fixed), "present");
    expect(model, model->is_fresh || !wants_roll(model, matter),
           "opened without a fresh roll");
    model->since_roll +=
        model->d_of_roll != fixed->d && matter == MATTER_RESOLUTION;
}

/* --- events --------------------------------------------------------------- */

static void note_rows(struct terms_model *model, const struct items *roster)
{
    const struct roster_person *row = roster->data;
    size_t i;

    for (i = 0; i < roster->count; i++) {
        const size_t place = place_of(model, &row[i].member);
        const bool is_in_committee = row[i].office == OFFICE_CELL_LEADER ||
                                     row[i].office == OFFICE_DEPUTY_LEADER ||
                                     row[i].office == OFFICE_COMMITTEE_MEMBER;
        struct terms_person *person = &model->people[place];

        if (place == model->count) {
            assert_true(model->count < TERMS_PEOPLE);
            *person = (struct terms_person){ .id = row[i].member };
            model->count++;
        }
        if (person->category != row[i].category ||
            person->is_in_committee != is_in_committee)
            model->is_fresh = false;
        person->category = row[i].category;
        person->is_in_committee = is_in_committee;
    }
}

static void note_person(struct terms_model *model, const struct identifier *id,
                        bool is_there, bool is_throughout)
{
    struct terms_person *person = &model->people[place_of(model, id)];

    if (person->is_there != is_there || person->is_throughout != is_throughout)
        model->is_fresh = false;
    person->is_there = is_there;
    person->is_throughout = is_throughout;
}

static size_t number_of(const struct identifier *id)
{
    const size_t number = (size_t)strtoul(id->text + 1, NULL, 10);

    assert_in_range(number, 1, TERMS_VOTES - 1);
    return number;
}

static void note_cast(struct terms_model *model,
                      const struct event_vote_cast *body)
{
    struct terms_fixed *vote = &model->votes[number_of(&body->vote)];
    const size_t place = place_of(model, &body->member);

    expect(model, vote->is_open && vote->is_in[place],
           "a vote of one who is not counted");
    expect(model, !vote->has_voted[place], "a second vote");
    vote->has_voted[place] = true;
    vote->own[body->choice]++;
}

static void note_hall(struct terms_model *model,
                      const struct event_hall_votes_entered *body)
{
    struct terms_fixed *vote = &model->votes[number_of(&body->vote)];
    uint64_t *hall =
        vote->hall[identifier_is_empty(&body->site) ? 0
                                                    : number_of(&body->site)];

    hall[CHOICE_YES] = body->yes;
    hall[CHOICE_NO] = body->no;
    hall[CHOICE_OTHER] = body->other;
    hall[CHOICE_ABSTAIN] = body->abstain;
}

static uint64_t votes_of(const struct terms_fixed *vote, int choice)
{
    return vote->own[choice] + vote->hall[0][choice] + vote->hall[1][choice] +
           vote->hall[2][choice];
}

static void note_closed(struct terms_model *model,
                        const struct event_vote_closed *body)
{
    struct terms_fixed *vote = &model->votes[number_of(&body->vote)];
    const uint64_t yes = votes_of(vote, CHOICE_YES);
    const bool has_passed = is_two_thirds(model, vote->matter)
                                ? 3 * yes >= 2 * vote->d
                                : 2 * yes > vote->d;

    expect(model,
           body->yes == yes && body->no == votes_of(vote, CHOICE_NO) &&
               body->other == votes_of(vote, CHOICE_OTHER) &&
               body->abstain == votes_of(vote, CHOICE_ABSTAIN),
           "the votes");
    expect(model, body->denominator == vote->d, "D of the result");
    expect(model, body->need == vote->need, "what is needed");
    expect(model, body->passed == has_passed, "the result");
    expect(model, yes + body->no + body->other + body->abstain <= vote->d,
           "more votes than D");
    model->moved += terms_model_count(model, vote->matter) != vote->d;
    vote->is_open = false;
}

static void note_started(struct terms_model *model,
                         const struct event_vote_started *body)
{
    struct terms_fixed *vote = &model->votes[number_of(&body->vote)];

    fix(model, vote, (enum matter)body->matter, body->d, body->present);
    expect(model, body->need == vote->need, "what is needed at the opening");
    model->opened[body->matter]++;
}

static enum matter matter_of(const struct meeting_transcript *meeting,
                             const struct identifier *ballot)
{
    return meeting_state_ballot(meeting->state, ballot)->matter.matter;
}

static void note_adopted(struct terms_model *model,
                         const struct meeting_transcript *meeting,
                         const struct event_ballot_adopted *body)
{
    struct terms_fixed *ballot = &model->ballots[number_of(&body->ballot)];
    const enum matter matter = matter_of(meeting, &body->ballot);
    const struct ballot_channel_row *row = body->channels.data;
    size_t i;

    fix(model, ballot, matter, body->denominator, body->present);
    for (i = 0; i < body->channels.count; i++)
        expect(model, ballot->is_in[place_of(model, &row[i].member)],
               "a ballot of one who is not counted");
    model->adopted[matter]++;
}

static void note_event(struct terms_model *model,
                       const struct meeting_transcript *meeting,
                       const struct meeting_event *event)
{
    const struct event_absence_noted *absence = &event->body.absence_noted;
    const struct event_ballot_channel_set *way =
        &event->body.ballot_channel_set;

    switch ((int)event->kind) {
    case EVENT_ROSTER_CHANGED_KIND:
        note_rows(model, &event->body.roster_changed.roster);
        return;
    case EVENT_PRESENCE_CONFIRMED_KIND:
        note_person(model, &event->body.presence_confirmed.member, true, false);
        return;
    case EVENT_PRESENCE_ENDED_KIND:
        note_person(model, &event->body.presence_ended.member, false, false);
        return;
    case EVENT_ABSENCE_NOTED_KIND:
        note_person(model, &absence->member, false, absence->throughout);
        return;
    case EVENT_ROLL_CONFIRMED_KIND:
        model->is_fresh = true;
        model->d_of_roll = terms_model_count(model, MATTER_RESOLUTION);
        return;
    case EVENT_VOTE_STARTED_KIND:
        note_started(model, &event->body.vote_started);
        return;
    case EVENT_VOTE_CAST_KIND:
        note_cast(model, &event->body.vote_cast);
        return;
    case EVENT_HALL_VOTES_ENTERED_KIND:
        note_hall(model, &event->body.hall_votes_entered);
        return;
    case EVENT_VOTE_CLOSED_KIND:
        note_closed(model, &event->body.vote_closed);
        return;
    case EVENT_BALLOT_ADOPTED_KIND:
        note_adopted(model, meeting, &event->body.ballot_adopted);
        return;
    case EVENT_BALLOT_CHANNEL_SET_KIND:
        expect(model,
               model->ballots[number_of(&way->ballot)]
                   .is_in[place_of(model, &way->member)],
               "a ballot for one who is not counted");
        return;
    default:
        return;
    }
}

/* --- what holds at every moment ------------------------------------------- */

void terms_model_compare(struct terms_model *model,
                         const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->vote_count; i++) {
        const struct meeting_vote *vote = &state->votes[i];
        const struct terms_fixed *kept = &model->votes[i + 1];

        expect(model,
               !kept->is_known ||
                   (vote->d == kept->d && vote->need == kept->need &&
                    vote->matter == kept->matter),
               "D of a vote did not stay");
    }
    for (i = 0; i < state->ballot_count; i++) {
        const struct terms_fixed *kept = &model->ballots[i + 1];

        if (!kept->is_known)
            continue;
        expect(model, state->ballots[i].denominator == kept->d,
               "D of a ballot did not stay");
        expect(model, state->ballots[i].voter_count <= kept->d,
               "more ballots than D");
        model->moved += terms_model_count(model, kept->matter) != kept->d;
    }
}

/* A refusal for a stale roll has to be right, too. */
static void check_refusal(struct terms_model *model,
                          const struct meeting_decision *decision)
{
    if (decision->refusal.code == REFUSAL_ROLL_STALE)
        expect(model, model->rules == TERMS_BY_PARTY && !model->is_fresh,
               "a fresh roll was refused");
}

void terms_model_learn(struct terms_model *model,
                       const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->person_count; i++)
        model->people[model->count++] = (struct terms_person){
            .id = state->people[i].holder.id,
            .category = (int)state->people[i].category,
            .is_there = state->people[i].mode != presence_mode_none_,
        };
    assert_true(model->count <= TERMS_PEOPLE);
}

void terms_model_note(struct terms_model *model,
                      const struct meeting_transcript *meeting)
{
    size_t i;

    for (i = 0; i < meeting->decision->count; i++)
        note_event(model, meeting, &meeting->decision->events[i]);
    check_refusal(model, meeting->decision);
}
