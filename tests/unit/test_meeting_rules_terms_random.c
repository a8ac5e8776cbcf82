/*
 * Open votes on every matter and secret ballots (admission, opinions, election)
 * under each ruleset that is shipped, at a meeting of members, of a committee
 * and at a congress, while people come, leave, are let off and count otherwise
 * in a random order, and the roll is taken anew or not.
 *
 * A model of its own follows the events alone and says by tables written by
 * hand who counts, how many are needed, whether the roll is fresh and who may
 * have voted. What was fixed when a vote was opened has to stay, whatever
 * follows. A program that counts anew or forgets the roll is found out.
 */
#include "tests/support/ballot_reports.h"
#include "tests/support/elect_scene.h"
#include "tests/support/ruleset_file.h"
#include "tests/support/terms_model.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { STEPS = 1500, SEEDS = 4 };

static const char *const rule_files[TERMS_RULES] = { "interim.conf",
                                                     "party-2026.conf",
                                                     "association.conf" };

enum fault { NO_FAULT, COUNTS_ANEW, FORGETS_THE_ROLL };

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

struct run {
    uint64_t seed;
    enum fault fault;
    struct terms_model model;
};

/* The fault that a run is planted with. */
static void spoil(struct run *run, struct meeting_state *state)
{
    size_t i;

    if (run->fault == FORGETS_THE_ROLL && state->terms.roll_seq > 0)
        state->terms.roll_seq = state->terms.changed_seq + 1;
    for (i = 0; run->fault == COUNTS_ANEW && i < state->vote_count; i++)
        if (state->votes[i].phase == VOTE_OPEN)
            state->votes[i].d =
                terms_model_count(&run->model, state->votes[i].matter);
    for (i = 0; run->fault == COUNTS_ANEW && i < state->ballot_count; i++)
        if (run->model.ballots[i + 1].is_known)
            state->ballots[i].denominator =
                terms_model_count(&run->model, state->ballots[i].matter.matter);
}

static void follow(struct run *run, struct meeting_transcript *meeting)
{
    terms_model_note(&run->model, meeting);
    spoil(run, meeting->state);
    terms_model_compare(&run->model, meeting->state);
}

/* --- random input --------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static void
say(struct run *run, struct meeting_transcript *meeting, const char *format,
    ...)
{
    char words[160], line[200];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(words, sizeof words, format, list);
    va_end(list);
    (void)snprintf(line, sizeof line, "%lld.%03lld %s",
                   (long long)(meeting->now_ms - MEETING_BASE_MS) / 1000,
                   (long long)(meeting->now_ms - MEETING_BASE_MS) % 1000,
                   words);
    meeting_play(meeting, line, NULL);
    follow(run, meeting);
}

/* Neither who leads nor a teller nor a candidate. */
static const char *somebody(uint64_t *seed)
{
    static const char *const others[] = { "m4",  "m6",  "m7", "m7", "m8", "m10",
                                          "m11", "m13", "x1", "x2", "x3" };

    return others[pick(seed, 11)];
}

static const char *anybody(uint64_t *seed)
{
    static const char *const all[] = { "m1", "m2", "m3", "m5", "m14" };

    return pick(seed, 2) ? somebody(seed) : all[pick(seed, 5)];
}

static void change_row(struct run *run, struct meeting_transcript *meeting)
{
    static const int categories[] = {
        CATEGORY_OFFICIAL,  CATEGORY_OFFICIAL,     CATEGORY_EXEMPT,
        CATEGORY_EXEMPT,    CATEGORY_PROBATIONARY, CATEGORY_SUSPENDED,
        CATEGORY_TEMP_AWAY, CATEGORY_TEMP_HERE
    };
    struct roster_device device = { .vouched_by = TEXT_LITERAL("m1,m2") };
    const char *who = somebody(&run->seed);
    struct roster_person person = { .member = meeting_id(who),
                                    .category = categories[pick(&run->seed, 8)],
                                    .office = pick(&run->seed, 2)
                                                  ? OFFICE_COMMITTEE_MEMBER
                                                  : OFFICE_NONE,
                                    .devices = { &device, 1 } };

    device.device = meeting_device_key(who, 'a');
    (void)meeting_tell(
        meeting,
        &(struct meeting_report){
            .kind = REPORT_REGISTER,
            .changed = { .register_seq = meeting->state->register_seq + 1,
                         .roster = { &person, 1 } } });
    follow(run, meeting);
}

static void move_people(struct run *run, struct meeting_transcript *meeting)
{
    static const struct {
        const char *before, *after;
    } lines[] = {
        { "", " join" },
        { "m1 admit ", "" },
        { "", " join" },
        { "", " lost" },
        { "", " leave" },
        { "", " confirm_presence" },
        { "m3 tick ", " in_person -" },
        { "m3 tick ", " in_person -" },
        { "m3 tick ", " voice_relay -" },
        { "m3 tick ", " site s1" },
        { "m3 untick ", "" },
        { "m3 note_left ", "" },
        { "m3 note_left ", "" },
        { "m3 note_absence ", " absent_excused 'ốm' yes" },
        { "m3 note_absence ", " absent_excused 'ốm' no" },
        { "m3 note_absence ", " absent_unexcused '' no" },
        { "server tick", NULL },
    };
    const unsigned at = pick(&run->seed, sizeof lines / sizeof lines[0]);

    meeting->now_ms += pick(&run->seed, 9000);
    if (pick(&run->seed, 8) == 0)
        change_row(run, meeting);
    else
        say(run, meeting, "%s%s%s", lines[at].before,
            lines[at].after ? somebody(&run->seed) : "",
            lines[at].after ? lines[at].after : "");
}

/* Sometimes the roll is taken anew right before, sometimes somebody moves. */
static void prepare(struct run *run, struct meeting_transcript *meeting)
{
    if (pick(&run->seed, 3))
        say(run, meeting, "m1 confirm_roll");
    if (pick(&run->seed, 3) == 0)
        move_people(run, meeting);
}

static void open_vote(struct run *run, struct meeting_transcript *meeting)
{
    const int matter = 1 + (int)pick(&run->seed, matter_count_ - 1);

    prepare(run, meeting);
    say(run, meeting, "m1 start_vote - 'x' %s %s",
        enum_word(&matter_words, matter), pick(&run->seed, 2) ? "m6" : "-");
}

static void vote(struct run *run, struct meeting_transcript *meeting)
{
    static const char *const choices[] = { "yes", "yes", "yes", "no",
                                           "abstain" };
    const size_t votes = meeting->state->vote_count;
    const size_t id =
        votes == 0 ? 1 : votes - pick(&run->seed, votes > 2 ? 3 : 1);

    if (pick(&run->seed, 4))
        say(run, meeting, "%s vote v%zu %s", anybody(&run->seed), id,
            choices[pick(&run->seed, 5)]);
    else
        say(run, meeting, "m3 enter_hall_votes v%zu %s %u %u 0 %u", id,
            pick(&run->seed, 3) ? "-" : "s1", pick(&run->seed, 7),
            pick(&run->seed, 3), pick(&run->seed, 2));
}

static void close_vote(struct run *run, struct meeting_transcript *meeting)
{
    const size_t votes = meeting->state->vote_count;

    if (votes > 0)
        say(run, meeting,
            pick(&run->seed, 8) ? "m1 close_vote v%zu"
                                : "m1 cancel_vote v%zu 'x'",
            votes - pick(&run->seed, votes > 2 ? 3 : 1));
}

/* --- a secret ballot ------------------------------------------------------ */

static void draft_ballot(struct run *run, struct meeting_transcript *meeting)
{
    switch (pick(&run->seed, 3)) {
    case 0:
        (void)elect_draft(meeting, elect_choice("A+B", 1, 1),
                          "m5+m14 m2+m3 0 no no straw 1");
        break;
    case 1:
        (void)elect_draft(meeting, elect_table("agree", 1, 3),
                          "- m2+m3+m5 0 no no admission 0 m6");
        break;
    default:
        (void)elect_draft(meeting, elect_table("agree", 1, 2),
                          "m14 m2+m3 0 no no election 1 - no no n1");
        break;
    }
    follow(run, meeting);
}

/* All who are there take it; what comes between its steps is random. */
static void take_ballot(struct run *run, struct meeting_transcript *meeting)
{
    const size_t vote = meeting->state->vote_count + 1;
    const size_t ballot = meeting->state->ballot_count;
    static const char *const leaders[] = { "m1", "m2", "m3", "m5", "m14" };
    unsigned i, halls;

    say(run, meeting, "m1 start_vote - 'x' procedure");
    if (meeting->state->vote_count < vote)
        return;
    for (i = 0; i < 5; i++)
        say(run, meeting, "%s vote v%zu yes", leaders[i], vote);
    for (halls = 16;
         halls > 0 && meeting->state->votes[vote - 1].hall_count == 0; halls--)
        say(run, meeting, "m3 enter_hall_votes v%zu - %u 0 0 0", vote, halls);
    say(run, meeting, "m1 close_vote v%zu", vote);
    for (i = pick(&run->seed, 3); i > 0; i--)
        move_people(run, meeting);
    prepare(run, meeting);
    say(run, meeting, "m1 adopt_ballot b%zu v%zu -", ballot, vote);
    for (i = pick(&run->seed, 12); i > 0; i--) {
        move_people(run, meeting);
        say(run, meeting, "m1 set_channel b%zu %s paper -", ballot,
            somebody(&run->seed));
    }
    say(run, meeting, "m1 void_ballot b%zu 'x'", ballot);
}

static void step(struct run *run, struct meeting_transcript *meeting)
{
    const unsigned what = pick(&run->seed, 20);

    if (meeting->state->vote_count + 2 >= TERMS_VOTES ||
        meeting->state->ballot_count + 2 >= LIMIT_BALLOTS)
        return;
    if (what < 8)
        move_people(run, meeting);
    else if (what < 11)
        open_vote(run, meeting);
    else if (what < 16)
        vote(run, meeting);
    else if (what < 18)
        close_vote(run, meeting);
    else if (what < 19 && pick(&run->seed, 4) == 0)
        say(run, meeting, "m1 set_authority 7-CV 2026-01-02 'Đảng ủy'");
    else if (pick(&run->seed, 2) == 0) {
        draft_ballot(run, meeting);
        if (meeting->decision->refusal.code == REFUSAL_NONE)
            take_ballot(run, meeting);
    }
}

/* --- runs ----------------------------------------------------------------- */

static void seat_leaders(struct run *run, struct meeting_transcript *meeting)
{
    static const char *const leaders[] = { "m1", "m2", "m3", "m5", "m14" };
    struct roster_device devices[5];
    struct roster_person rows[5];
    size_t i;

    for (i = 0; i < 5; i++) {
        devices[i] =
            (struct roster_device){ .device =
                                        meeting_device_key(leaders[i], 'a'),
                                    .vouched_by = TEXT_LITERAL("m1,m2") };
        rows[i] = (struct roster_person){ .member = meeting_id(leaders[i]),
                                          .category = CATEGORY_OFFICIAL,
                                          .office = OFFICE_COMMITTEE_MEMBER,
                                          .devices = { &devices[i], 1 } };
    }
    (void)meeting_tell(
        meeting, &(struct meeting_report){
                     .kind = REPORT_REGISTER,
                     .changed = { .register_seq = 1, .roster = { rows, 5 } } });
    follow(run, meeting);
    for (i = 0; i < 5; i++)
        say(run, meeting, "m3 tick %s in_person -", leaders[i]);
}

/* Ended by free(). */
static struct run *play(uint64_t seed, enum terms_rules rules,
                        enum meeting_kind kind, enum fault fault)
{
    static const char *const nobody[] = { NULL };
    struct run *run = calloc(1, sizeof *run);
    struct meeting_transcript *meeting =
        meeting_transcript_called(&(struct meeting_call){ .kind = kind });
    int i;

    assert_non_null(run);
    run->seed = seed * UINT64_C(0x9e3779b97f4a7c15);
    run->model.rules = rules;
    run->model.kind = kind;
    meeting->rules = *ruleset_file(rule_files[rules]);
    meeting_play_to_open(meeting, nobody);
    terms_model_learn(&run->model, meeting->state);
    seat_leaders(run, meeting);
    (void)elect_list(meeting, 1, "m14");
    run->fault = fault;
    for (i = 0; i < STEPS && !run->model.wrong; i++)
        step(run, meeting);
    if (fault == NO_FAULT)
        meeting_transcript_end(meeting);
    else
        meeting_transcript_drop(meeting);
    return run;
}

static const enum meeting_kind kinds[] = { KIND_REGULAR, KIND_CONGRESS,
                                           KIND_COMMITTEE };

/* What was opened is added up. */
static void play_one(struct terms_model *sum, enum meeting_kind kind,
                     uint64_t seed)
{
    struct run *run = play(seed, sum->rules, kind, NO_FAULT);
    const struct terms_model *model = &run->model;
    int i;

    if (model->wrong)
        fail_msg("%s, kind %d, run %d: %s", rule_files[sum->rules], (int)kind,
                 (int)seed, model->wrong);
    for (i = 1; i < matter_count_; i++) {
        sum->opened[i] += model->opened[i];
        sum->adopted[i] += model->adopted[i];
    }
    sum->moved += model->moved;
    sum->since_roll += model->since_roll;
    free(run);
}

static void play_all(enum terms_rules rules, struct terms_model *sum)
{
    uint64_t seed;
    size_t kind;

    *sum = (struct terms_model){ .rules = rules };
    for (kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
        for (seed = 1; seed <= SEEDS; seed++)
            play_one(sum, kinds[kind], seed);
    /* The runs were not idle. */
    assert_true(sum->moved > 100);
    assert_true(sum->opened[MATTER_RESOLUTION] > 10);
    assert_true(sum->opened[MATTER_ADMISSION] > 10);
    assert_true(sum->adopted[MATTER_ADMISSION] > 10);
    assert_true(sum->adopted[MATTER_STRAW] > 10);
    assert_true(sum->adopted[MATTER_ELECTION] > 10);
}

/* They ask for no roll, and know one measure: who is there as the vote is
 * opened counts, whatever the roll said, and all official members, whatever the
 * matter. */
static void what_counts_stays_under_the_interim_rules(void **state)
{
    struct terms_model sum;

    (void)state;
    play_all(TERMS_BY_INTERIM, &sum);
    assert_true(sum.since_roll > 10);
    assert_true(sum.opened[MATTER_STRAW] > 10);
}

static void what_counts_stays_under_the_rules_of_the_party(void **state)
{
    struct terms_model sum;

    (void)state;
    play_all(TERMS_BY_PARTY, &sum);
    assert_true(sum.opened[MATTER_RECOGNITION] > 10);
}

static void what_counts_stays_under_those_of_an_association(void **state)
{
    struct terms_model sum;

    (void)state;
    play_all(TERMS_BY_ASSOCIATION, &sum);
}

static void a_program_that_counts_anew_is_found_out(void **state)
{
    int rules;

    (void)state;
    for (rules = 0; rules < TERMS_RULES; rules++) {
        struct run *run =
            play(1, (enum terms_rules)rules, KIND_REGULAR, COUNTS_ANEW);

        assert_non_null(run->model.wrong);
        free(run);
    }
}

static void one_that_forgets_the_roll_is_found_out(void **state)
{
    struct run *run = play(1, TERMS_BY_PARTY, KIND_REGULAR, FORGETS_THE_ROLL);

    (void)state;
    assert_non_null(run->model.wrong);
    assert_string_equal(run->model.wrong, "opened without a fresh roll");
    free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_stays_under_the_interim_rules),
        cmocka_unit_test(what_counts_stays_under_the_rules_of_the_party),
        cmocka_unit_test(what_counts_stays_under_those_of_an_association),
        cmocka_unit_test(a_program_that_counts_anew_is_found_out),
        cmocka_unit_test(one_that_forgets_the_roll_is_found_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
