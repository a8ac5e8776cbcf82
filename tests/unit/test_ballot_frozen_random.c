/*
 * Whoever comes, leaves, is excused, votes after all or counts otherwise
 * after a secret ballot was adopted, in whatever order: D stays as the roll
 * gave it then, up to the decision, and nobody has a vote who is not in it. A
 * program that counts anew is found out.
 */
#include "tests/support/ballot_reports.h"
#include "tests/support/elect_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { RUNS = 120, PEOPLE = 40 };

#define TELLERS " m2+m3+m5 0 no no "

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

struct frozen {
    uint64_t d, present;
    struct vote_people people[category_count_];
    bool is_in[PEOPLE]; /* by place in the roll */
};

struct run {
    uint64_t seed;
    bool counts_anew; /* the fault that the check has to find */
    struct frozen kept;
    unsigned changes; /* moments at which a new count would have given another
                       * D */
    unsigned faults;
};

/* --- the model -------------------------------------------------------------
 */

/* Official members, there or not, and exempt ones who are there; at a congress
 * without those who are absent from all of it for a reason that was accepted.
 */
static bool is_in_now(const struct meeting_state *state, size_t place)
{
    const struct meeting_person *person = &state->people[place];

    return (person->category == CATEGORY_OFFICIAL &&
            (state->kind != KIND_CONGRESS || !person->is_absent_throughout)) ||
           (person->category == CATEGORY_EXEMPT &&
            person->mode != presence_mode_none_);
}

static uint64_t count_now(const struct meeting_state *state)
{
    uint64_t d = 0;
    size_t i;

    for (i = 0; i < state->person_count; i++)
        d += is_in_now(state, i);
    return d;
}

/* Has nobody a vote who is not in D? */
static bool are_in(const struct run *run, const struct meeting_state *state,
                   const struct meeting_ballot *ballot)
{
    size_t i, k;

    for (i = 0; i < ballot->voter_count; i++)
        for (k = 0; k < state->person_count && k < PEOPLE; k++)
            if (!run->kept.is_in[k] &&
                identifier_equal(&state->people[k].holder.id,
                                 &ballot->voters[i].member))
                return false;
    return ballot->voter_count <= run->kept.d;
}

static bool is_frozen(const struct run *run,
                      const struct meeting_ballot *ballot)
{
    return ballot->denominator == run->kept.d &&
           ballot->present == run->kept.present &&
           memcmp(ballot->people, run->kept.people, sizeof run->kept.people) ==
               0 &&
           (!ballot->is_decided || ballot->decided.denominator == run->kept.d);
}

static void look(struct run *run, struct meeting_transcript *meeting)
{
    struct meeting_ballot *ballot =
        &meeting->state->ballots[meeting->state->ballot_count - 1];
    const uint64_t now = count_now(meeting->state);

    run->changes += now != run->kept.d;
    if (run->counts_anew)
        ballot->denominator = now;
    run->faults +=
        !is_frozen(run, ballot) || !are_in(run, meeting->state, ballot);
}

/* --- who comes and goes ----------------------------------------------------
 */

/* Neither the chair nor a teller, nor who signs the list. */
static const char *somebody(uint64_t *seed)
{
    static char name[8];
    static const char *const others[] = { "m7", "m7", "m6", "m8", "m9", "m14" };
    const unsigned at = pick(seed, 25);

    if (at < 6)
        return others[at];
    (void)snprintf(name, sizeof name, "x%u", at - 5);
    return name;
}

/* Somebody comes, and is to have a paper: not who was not counted. */
static void come_for_paper(struct run *run, struct meeting_transcript *meeting)
{
    static const char *const others[] = { "x1", "x2",  "x18", "x19", "m6",
                                          "m7", "m11", "m13", "x17" };
    const char *who = others[pick(&run->seed, 9)];
    const long long now = (meeting->now_ms - MEETING_BASE_MS) / 1000;
    char lines[160];

    (void)snprintf(lines, sizeof lines,
                   "%lld server row %s official ab\n"
                   "%lld m3 tick %s in_person -\n"
                   "%lld m1 set_channel b1 %s paper -",
                   now, who, now, who, now, who);
    meeting_play(meeting, lines, NULL);
    look(run, meeting);
}

static void disturb_once(struct run *run, struct meeting_transcript *meeting)
{
    static const struct {
        const char *before, *after;
    } lines[] = {
        { "m3 tick ", " in_person -" },
        { "m3 tick ", " in_person -" },
        { "m3 tick ", " voice_relay -" },
        { "m3 tick ", " site s1" },
        { "m3 untick ", "" },
        { "m3 note_left ", "" },
        { "m3 note_left ", "" },
        { "m3 note_absence ", " absent_excused 'ốm' yes" },
        { "m3 note_absence ", " absent_unexcused ''" },
        { "", " join" },
        { "m3 admit ", "" },
        { "", " lost" },
        { "server row ", " official ab" },
        { "server row ", " exempt ab" },
        { "server row ", " suspended ab" },
        { "m1 set_channel b1 ", " paper -" },
    };
    const unsigned at = pick(&run->seed, sizeof lines / sizeof lines[0]);
    char line[80];

    if (pick(&run->seed, 8) == 0) {
        come_for_paper(run, meeting);
        return;
    }
    (void)snprintf(line, sizeof line, "%lld %s%s%s",
                   (long long)(meeting->now_ms - MEETING_BASE_MS) / 1000,
                   lines[at].before, somebody(&run->seed), lines[at].after);
    meeting_play(meeting, line, NULL);
    look(run, meeting);
}

static void disturb(struct meeting_transcript *meeting, void *user)
{
    struct run *run = user;
    unsigned i;

    look(run, meeting);
    for (i = pick(&run->seed, 4); i > 0; i--)
        disturb_once(run, meeting);
}

/* --- one ballot ------------------------------------------------------------
 */

/* Some are away, some absent from all of it, m7 is there or not. */
static void take_roll(struct run *run, struct meeting_transcript *meeting)
{
    char line[80];
    unsigned i;

    if (pick(&run->seed, 2))
        meeting_play(meeting, "3 m3 tick m7 in_person -", NULL);
    for (i = 1 + pick(&run->seed, 4); i > 0; i--) {
        (void)snprintf(line, sizeof line, "4 m3 note_left x%u", i);
        meeting_play(meeting, line, NULL);
        if (pick(&run->seed, 2))
            continue;
        (void)snprintf(line, sizeof line,
                       "4 m3 note_absence x%u absent_excused 'ốm' %s", i,
                       meeting->state->kind == KIND_CONGRESS ? "yes" : "no");
        meeting_play(meeting, line, NULL);
    }
    meeting_play(meeting, "5 m1 confirm_roll", NULL);
}

static void draft(struct meeting_transcript *meeting)
{
    if (meeting->state->kind == KIND_CONGRESS) {
        (void)elect_list(meeting, 1, "m14");
        assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 2),
                                        "m14" TELLERS "election 1 - no no n1"),
                            "");
    } else {
        assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 3),
                                        "-" TELLERS "recognition 0 m6"),
                            "");
    }
}

static void freeze(struct run *run, const struct meeting_transcript *meeting)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct roll_count roll;
    size_t i;

    meeting_state_roll(meeting->state, &roll);
    assert_true(meeting->state->person_count <= PEOPLE);
    run->kept = (struct frozen){ .d = count_now(meeting->state),
                                 .present = roll.official_present +
                                            roll.exempt_present };
    memcpy(run->kept.people, ballot->people, sizeof run->kept.people);
    for (i = 0; i < meeting->state->person_count; i++)
        run->kept.is_in[i] = is_in_now(meeting->state, i);
}

/* Those who hand in no paper, or one that is not valid, abstain. */
static void count(struct run *run, struct meeting_transcript *meeting)
{
    const bool is_election = meeting->state->kind == KIND_CONGRESS;
    /* About as many as are needed. */
    const unsigned yes = (is_election ? 11 : 13) + pick(&run->seed, 6);
    const unsigned no = pick(&run->seed, 2);
    char counts[32];

    (void)snprintf(counts, sizeof counts, "%u+%u%s", yes, no,
                   is_election ? "" : "+0");
    elect_count(meeting, yes + no, pick(&run->seed, 2), counts);
    look(run, meeting);
    assert_true(ballot_newest(meeting)->is_decided);
    if (run->counts_anew)
        return;
    if (is_election)
        assert_int_equal(ballot_newest(meeting)->decided.end,
                         2 * yes > run->kept.d ? BALLOT_END_COMPLETE
                                               : BALLOT_END_TOO_FEW);
    else
        assert_int_equal(ballot_newest(meeting)->decided.end,
                         3 * yes >= 2 * run->kept.d ? BALLOT_END_PASSED
                                                    : BALLOT_END_FAILED);
}

static void play(struct run *run)
{
    struct meeting_transcript *meeting =
        pick(&run->seed, 2) ? elect_scene()
                            : elect_congress(pick(&run->seed, 3));

    take_roll(run, meeting);
    draft(meeting);
    elect_adopt(meeting);
    freeze(run, meeting);
    look(run, meeting);
    elect_disturb_by(disturb, run);
    count(run, meeting);
    elect_disturb_by(NULL, NULL);
    if (run->counts_anew)
        meeting_transcript_drop(meeting);
    else
        meeting_transcript_end(meeting);
}

static void what_counts_stays_as_it_was_when_it_was_adopted(void **state)
{
    unsigned i, moved = 0;

    (void)state;
    for (i = 1; i <= RUNS; i++) {
        struct run run = { .seed = i * UINT64_C(0x9e3779b97f4a7c15) };

        play(&run);
        if (run.faults > 0)
            fail_msg("run %u: D did not stay", i);
        moved += run.changes > 0;
    }
    /* The runs were not idle: in most another D would have come of it. */
    print_message("%u of %d runs would count otherwise\n", moved, RUNS);
    assert_true(moved > RUNS / 2);
}

static void a_program_that_counts_anew_is_found_out(void **state)
{
    unsigned i, moved = 0;

    (void)state;
    for (i = 1; i <= RUNS; i++) {
        struct run run = { .seed = i * UINT64_C(0x9e3779b97f4a7c15),
                           .counts_anew = true };

        play(&run);
        assert_int_equal(run.faults > 0, run.changes > 0);
        moved += run.changes > 0;
    }
    assert_true(moved > RUNS / 2);
}

/* Two are absent from all of the congress, one is not an official member yet,
 * another counts if there. */
static void who_was_not_counted_gets_no_ballot_later(void **state)
{
    struct meeting_transcript *meeting = elect_congress(2);

    (void)state;
    (void)elect_list(meeting, 1, "m14");
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 2),
                                    "m14" TELLERS "election 1 - no no n1"),
                        "");
    elect_adopt(meeting);
    assert_int_equal(ballot_newest(meeting)->denominator, 23);
    meeting_play(meeting,
                 "13 m3 tick x19 in_person -\n"
                 "13 server row m6 official ab\n"
                 "13 m3 tick m6 in_person -\n"
                 "13 server row x20 official ab\n"
                 "13 m3 tick x20 in_person -\n"
                 "13 m3 tick m7 in_person -",
                 NULL);
    meeting_play(
        meeting,
        "14 m1 set_channel b1 x19 paper -\n"
        "14 m1 set_channel b1 m6 paper -\n"
        "14 m1 set_channel b1 x20 paper -\n"
        "14 m1 set_channel b1 m7 paper -",
        "refused not_counted id=x19 vote=b1 rule=denominators.congress\n"
        "refused not_counted id=m6 vote=b1 rule=denominators.congress\n"
        "refused not_counted id=x20 vote=b1 rule=denominators.congress\n"
        "refused not_counted id=m7 vote=b1 rule=denominators.congress\n");
    assert_int_equal(ballot_newest(meeting)->voter_count, 23);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_not_counted_gets_no_ballot_later),
        cmocka_unit_test(what_counts_stays_as_it_was_when_it_was_adopted),
        cmocka_unit_test(a_program_that_counts_anew_is_found_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
