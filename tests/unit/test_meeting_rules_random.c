/*
 * Thousands of random commands and reports. Whatever is decided applies, a
 * replay of the log is equal (both asserted by the transcript), and a model
 * kept here by the events alone counts each member at most once a vote.
 */
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { STEPS = 6000, MEMBERS = 14, VOTES = 64 };

static uint64_t next(uint64_t *seed)
{
    /* xorshift64: the same run for the same seed, on every machine. */
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static unsigned pick(uint64_t *seed, unsigned count)
{
    return (unsigned)(next(seed) % count);
}

/* --- the model ----------------------------------------------------------- */

struct vote_model {
    unsigned casts[MEMBERS + 1]; /* by member number */
    bool was_there[MEMBERS + 1]; /* present with a vote while it was open */
    bool is_open;
    bool is_counted; /* what follows is known */
    uint64_t d;
    size_t rows;
};
struct model {
    struct vote_model votes[VOTES + 1];
    unsigned vote_count;
};

static unsigned number_of(const struct identifier *id)
{
    return (unsigned)strtoul(id->text + 1, NULL, 10);
}

static void note_presence(struct model *model,
                          const struct meeting_state *state)
{
    unsigned v, m;

    for (v = 1; v <= model->vote_count; v++) {
        for (m = 0; m < MEMBERS && model->votes[v].is_open; m++) {
            const struct meeting_person *person = &state->people[m];

            if (person->mode && category_has_vote(person->category))
                model->votes[v].was_there[m + 1] = true;
        }
    }
}

static void check_closed(const struct vote_model *vote,
                         const struct event_vote_closed *body)
{
    uint64_t sum = body->yes + body->no + body->other + body->abstain;
    unsigned m, there = 0;

    for (m = 1; m <= MEMBERS; m++)
        there += vote->was_there[m];
    assert_true(sum <= there);
    assert_true(sum <= body->denominator);
    assert_int_equal(body->passed, 2 * body->yes > body->denominator);
}

static void note_event(struct model *model, const struct meeting_event *event)
{
    struct vote_model *vote;

    switch ((int)event->kind) {
    case EVENT_VOTE_STARTED_KIND:
        model->vote_count++;
        model->votes[model->vote_count].is_open = true;
        return;
    case EVENT_VOTE_CAST_KIND:
        vote = &model->votes[number_of(&event->body.vote_cast.vote)];
        assert_true(vote->is_open);
        vote->casts[number_of(&event->body.vote_cast.member)]++;
        assert_int_equal(vote->casts[number_of(&event->body.vote_cast.member)],
                         1);
        return;
    case EVENT_VOTE_CLOSED_KIND:
        vote = &model->votes[number_of(&event->body.vote_closed.vote)];
        check_closed(vote, &event->body.vote_closed);
        vote->is_open = false;
        return;
    case EVENT_VOTE_CANCELLED_KIND:
        model->votes[number_of(&event->body.vote_cancelled.vote)].is_open =
            false;
        return;
    default:
        return;
    }
}

/* Official members, there or not, and exempt ones who are there. */
static uint64_t count_now(const struct meeting_state *state)
{
    uint64_t d = 0;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];

        d += person->category == CATEGORY_OFFICIAL ||
             (person->category == CATEGORY_EXEMPT &&
              person->mode != presence_mode_none_);
    }
    return d;
}

/* What was counted when it was opened stays, whoever comes, leaves, votes or
 * counts otherwise since, in whatever order. */
static void check_frozen(struct vote_model *kept,
                         const struct meeting_vote *vote,
                         const struct meeting_state *state)
{
    if (!kept->is_counted) {
        assert_int_equal(vote->d, count_now(state));
        kept->is_counted = true;
        kept->d = vote->d;
        kept->rows = vote->ballot_count;
    }
    assert_int_equal(vote->d, kept->d);
    assert_int_equal(vote->need, kept->d / 2 + 1);
    assert_int_equal(vote->ballot_count, kept->rows);
    if (vote->phase == VOTE_CLOSED)
        assert_int_equal(vote->denominator, kept->d);
}

/* Own votes and hall entries together never exceed who was there, at any
 * moment, and nobody stands in two rows. */
static void check_votes(struct model *model, const struct meeting_state *state)
{
    size_t v, i, j;

    for (v = 0; v < state->vote_count; v++) {
        const struct meeting_vote *vote = &state->votes[v];
        uint64_t counts[choice_count_], sum = 0, there = 0;
        int choice;

        check_frozen(&model->votes[v + 1], vote, state);
        meeting_vote_count(vote, counts);
        for (choice = 1; choice < choice_count_; choice++)
            sum += counts[choice];
        for (i = 1; i <= MEMBERS; i++)
            there += model->votes[v + 1].was_there[i];
        assert_true(sum <= there);
        for (i = 0; i < vote->ballot_count; i++) {
            for (j = 0; j < i; j++)
                assert_false(identifier_equal(&vote->ballots[i].member,
                                              &vote->ballots[j].member));
        }
    }
}

static void check_state(const struct meeting_state *state)
{
    size_t i, d, lost = 0;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];

        for (d = 0; d < person->holder.device_count; d++)
            lost += person->holder.devices[d].is_lost;
        /* An online member is there by a device. */
        if (person->mode == MODE_ONLINE)
            assert_true(meeting_holder_connected(&person->holder) > 0);
        if (person->mode == presence_mode_none_)
            assert_int_equal(meeting_state_hand(state, &person->holder.id), 0);
    }
    for (i = 0; i < state->site_count; i++) {
        for (d = 0; d < state->sites[i].holder.device_count; d++)
            lost += state->sites[i].holder.devices[d].is_lost;
    }
    assert_int_equal(lost, state->lost_count);
    if (state->has_floor) {
        const struct meeting_person *speaker =
            meeting_state_person(state, &state->floor_member);

        assert_non_null(speaker);
        assert_true(speaker->mode != presence_mode_none_);
    }
}

/* --- random input -------------------------------------------------------- */

static const char *random_holder(uint64_t *seed)
{
    /* The presiding group comes up more often: only it moves things on. */
    static const char *const holders[] = { "m1", "m1", "m1",  "m2",  "m3",
                                           "m3", "m4", "m5",  "m6",  "m7",
                                           "m8", "m9", "m10", "m11", "m14",
                                           "s1", "s2", "m77" };

    return holders[pick(seed, sizeof holders / sizeof holders[0])];
}

static const char *random_id(uint64_t *seed, const struct field *field,
                             const struct meeting_state *state, char *buffer)
{
    if (strcmp(field->name, "vote") == 0)
        (void)snprintf(buffer, 16, "v%u",
                       1 + pick(seed, (unsigned)state->vote_count + 1));
    else if (strcmp(field->name, "entry") == 0)
        (void)snprintf(buffer, 16, "e%u",
                       1 + pick(seed, (unsigned)state->entry_count + 1));
    else if (strcmp(field->name, "document") == 0)
        (void)snprintf(
            buffer, 16, "d%u",
            1 + pick(seed, (unsigned)state->agenda.document_count + 1));
    else if (strcmp(field->name, "task") == 0)
        (void)snprintf(buffer, 16, "t%u",
                       1 + pick(seed, (unsigned)state->agenda.task_count + 1));
    else if (strcmp(field->name, "item") == 0 ||
             strcmp(field->name, "before") == 0)
        (void)snprintf(buffer, 16, "a%u",
                       1 + pick(seed, (unsigned)state->item_count + 1));
    else if (strcmp(field->name, "site") == 0)
        (void)snprintf(buffer, 16, "s%u", 1 + pick(seed, 2));
    else
        return random_holder(seed);
    return buffer;
}

static void random_field(uint64_t *seed, const struct field *field,
                         const struct meeting_state *state, void *value)
{
    char buffer[16];
    struct identifier id = meeting_id("");

    if ((field->type == FIELD_OPTIONAL_ID ||
         field->type == FIELD_OPTIONAL_ENUM) &&
        pick(seed, 2) == 0)
        return;
    switch ((int)field->type) {
    case FIELD_OPTIONAL_ID:
    case FIELD_ID:
        id = meeting_id(random_id(seed, field, state, buffer));
        memcpy(value, &id, sizeof id);
        return;
    case FIELD_NUMBER:
        *(uint64_t *)value = strcmp(field->name, "limit_ms") == 0
                                 ? pick(seed, 20000)
                                 : pick(seed, 4);
        return;
    case FIELD_FLAG:
        *(bool *)value = pick(seed, 2) == 0;
        return;
    case FIELD_ENUM:
    case FIELD_OPTIONAL_ENUM:
        *(int *)value = 1 + (int)pick(seed, (unsigned)field->words->count - 1);
        return;
    default:
        return;
    }
}

/* Closing ends the run, adjourning most of what can happen: seldom. */
static enum command_op random_op(uint64_t *seed,
                                 const struct meeting_state *state)
{
    static const enum command_op frequent[] = {
        OP_VOTE,  OP_ENTER_HALL_VOTES, OP_TICK,
        OP_TICK,  OP_UNTICK,           OP_START_VOTE,
        OP_LEAVE, OP_RESUME_MEETING,   OP_GIVE_FLOOR
    };
    enum command_op op;

    if (pick(seed, 3) != 0)
        op = frequent[pick(seed, sizeof frequent / sizeof frequent[0])];
    else
        op = (enum command_op)(1 + pick(seed, OP_REPORT_TASK));
    if (op == OP_CLOSE_MEETING ||
        (op == OP_START_VOTE && state->vote_count >= VOTES) ||
        ((op == OP_TURN_AWAY || op == OP_ADJOURN_MEETING) && pick(seed, 8)))
        op = OP_VOTE;
    return op;
}

/* Mostly a device that is connected: from others everything is refused. */
static char random_device(uint64_t *seed, const struct meeting_state *state,
                          const char *holder)
{
    struct identifier id = meeting_id(holder);
    struct key key = meeting_device_key(holder, 'b');
    const struct meeting_device *device =
        meeting_state_device(state, &id, &key);

    if (pick(seed, 10) == 0)
        return pick(seed, 2) ? 'a' : 'b';
    return device && device->is_connected && !device->is_lost ? 'b' : 'a';
}

static void random_command(uint64_t *seed, struct meeting_transcript *meeting)
{
    struct command command = { .op = random_op(seed, meeting->state) };
    const struct schema *schema = command_schema(command.op);
    const char *holder = random_holder(seed);
    struct actor actor = { .kind = ACTOR_HOLDER,
                           .holder = meeting_id(holder),
                           .device = meeting_device_key(
                               holder,
                               random_device(seed, meeting->state, holder)) };
    size_t i;

    for (i = 0; i < schema->field_count; i++)
        random_field(seed, &schema->fields[i], meeting->state,
                     (uint8_t *)&command.body + schema->fields[i].offset);
    /* Of a matter that the ruleset has, mostly. */
    if (command.op == OP_START_VOTE && pick(seed, 8))
        command.body.start_vote.matter = MATTER_RESOLUTION;
    command.act.is_present = command_is_signed(command.op);
    command.act.seen = meeting->state->next_seq - 1 - pick(seed, 3);
    (void)meeting_do(meeting, &actor, &command);
}

static void random_row(uint64_t *seed, struct meeting_transcript *meeting)
{
    static const char *const categories[] = { "official", "official",
                                              "official", "probationary",
                                              "exempt",   "suspended" };
    static const char *const devices[] = { "ab", "ab", "ab", "ab", "a" };
    char script[64];

    (void)snprintf(script, sizeof script, "%lld.%03lld server row m%u %s %s",
                   (long long)(meeting->now_ms - MEETING_BASE_MS) / 1000,
                   (long long)(meeting->now_ms - MEETING_BASE_MS) % 1000,
                   4 + pick(seed, 4), categories[pick(seed, 6)],
                   devices[pick(seed, 5)]);
    meeting_play(meeting, script, NULL);
}

static void random_report(uint64_t *seed, struct meeting_transcript *meeting)
{
    static const enum meeting_report_kind kinds[] = {
        REPORT_JOIN, REPORT_JOIN, REPORT_JOIN, REPORT_JOIN,
        REPORT_JOIN, REPORT_LOST, REPORT_TICK, REPORT_TICK
    };
    const char *holder = random_holder(seed);
    struct meeting_report report = {
        .kind = kinds[pick(seed, sizeof kinds / sizeof kinds[0])],
        .holder = meeting_id(holder),
        .device = meeting_device_key(holder, pick(seed, 3) ? 'a' : 'b'),
        .by_ms = 5000
    };

    if (pick(seed, 200) == 0)
        report.kind = REPORT_RESTARTED;
    else if (pick(seed, 100) == 0)
        report.kind = REPORT_REVOKED;
    else if (pick(seed, 100) == 0)
        report.kind = REPORT_CLOCK;
    if (pick(seed, 100) == 0)
        random_row(seed, meeting);
    else
        (void)meeting_tell(meeting, &report);
}

static void step(uint64_t *seed, struct meeting_transcript *meeting,
                 struct model *model)
{
    size_t i;

    meeting->now_ms += pick(seed, 3000);
    if (pick(seed, 3) == 0)
        random_report(seed, meeting);
    else
        random_command(seed, meeting);
    for (i = 0; i < meeting->decision->count; i++)
        note_event(model, &meeting->decision->events[i]);
    note_presence(model, meeting->state);
    check_votes(model, meeting->state);
    check_state(meeting->state);
}

/* How many votes there were; rules NULL: interim ones. */
static size_t run(uint64_t seed, const char *rules)
{
    static const char *const joined[] = { "m4", "m5",  "m6", "m7", "m8",
                                          "m9", "m14", "s1", "s2", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct model model = { .vote_count = 0 };
    int i;

    if (rules)
        meeting->rules = *ruleset_file(rules);
    meeting_play_to_open(meeting, joined);
    for (i = 0; i < STEPS; i++) {
        step(&seed, meeting, &model);
        if (i % 100 == 0)
            meeting_play(meeting, "", NULL); /* forget the text */
    }
    meeting_transcript_end(meeting);
    return model.vote_count;
}

static void whatever_is_decided_applies_and_counts_everybody_once(void **state)
{
    uint64_t seed;
    size_t votes = 0;

    (void)state;
    for (seed = 1; seed <= 8; seed++)
        votes += run(seed * 0x9e3779b97f4a7c15u, NULL);
    assert_true(votes > 100); /* the runs were not idle */
}

/* The same by the rules of the Party. */
static void the_rules_of_the_party_count_everybody_once(void **state)
{
    uint64_t seed;
    size_t votes = 0;

    (void)state;
    for (seed = 1; seed <= 8; seed++)
        votes += run(seed * 0x9e3779b97f4a7c15u, "party-2026.conf");
    assert_true(votes > 100); /* the runs were not idle */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_decided_applies_and_counts_everybody_once),
        cmocka_unit_test(the_rules_of_the_party_count_everybody_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
