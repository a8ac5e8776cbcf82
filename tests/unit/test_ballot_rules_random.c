/*
 * Thousands of steps of secret ballots in a random order, with people, devices
 * and chairs who come and go between them. Whatever is decided applies, a
 * replay of the log is equal (both asserted by the transcript), and some things
 * hold at every moment.
 */
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { STEPS = 6000, SEEDS = 8 };

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

/* --- what is played ---------------------------------------------------------
 */

/* What comes between the steps. */
static const char *const disturbances[] = {
    "m4 lost",
    "m4 join",
    "m4/b join",
    "m2 lost",
    "m2 join",
    "m2/b join",
    "m3 join",
    "m1 join",
    "s1 lost",
    "s1 join",
    "server tick",
    "server tick",
    "m3 tick m4 in_person -",
    "m3 untick m4",
    "m3 tick m14 site s1",
    "m3 tick m14 in_person -",
    "m3 tick x1 in_person -",
    "m1 take_chair",
    "m1 adjourn_meeting",
    "m1 resume_meeting",
    "m1 resume_meeting",
    "m1 resume_meeting",
    "m2 resume_meeting",
    "server row m4 official a",
    "server row m4 official ab",
    "server row m4 probationary ab",
    "server row m5 official b",
    "server row m5 official ab",
    "server row s1 official ab",
    "m1 set_channel B m4 paper -",
    "m1 set_channel B m4 own -",
    "m1 set_channel B m14 hall s1",
    "m1 set_channel B m14 paper -",
    "m1 set_channel B m5 none -",
    "m1 drop_voter B m4",
    "m1 drop_voter B s1",
    "server drop m5",
    "server drop m4",
    "m1 restart_keys B",
    "server failed bad_deal 2",
    "server keys",
    "m2/b certify B 1 1 C2 M2",
    "m3 dispute_keys B 1 2 1 -",
    "server issue m4/b",
    "server pool s1/b m14",
    "server list L2",
    "server heads m1+m3 m2",
    "server heads m1+m2+m3 -",
    "server record B1 again",
    "server record B9 new",
    "m5 include_ballot B =setup =end 7 cast",
    "m4 object_ballot B other 0 - 0 - - 'x'",
    "m3 enter_paper B =end 1 1 1 0 1+0 =paper1",
    "m5 confirm_paper B =end =paper",
    "m3 decrypt B 3 =end =tally false 1",
    "m3 decrypt B 3 =end =tally Y3 1",
    "m1 open_ballot B yes",
    "m1 count_ballot B yes",
    "m1 start_vote - 'x'",
    "m1 close_vote V",
};
enum { DISTURBANCES = sizeof disturbances / sizeof disturbances[0] };

/* Seldom, or nothing would come to its end. */
static const char *const endings[] = { "m1 void_ballot B 'x'",
                                       "server void keys", "server restarted",
                                       "m2 take_chair" };

/* Where a run is in the script of a phase. */
struct place {
    enum ballot_phase phase;
    unsigned line;
};

/* Mostly the next line of the script, or any; without its time. */
static const char *script_line(uint64_t *seed, struct place *place,
                               enum ballot_phase phase, size_t *size)
{
    const char *script = meeting_ballot_scene_script(phase);
    unsigned count = 1, chosen;
    const char *at;

    for (at = script; *at; at++)
        count += *at == '\n';
    if (place->phase != phase)
        *place = (struct place){ phase, 0 };
    chosen = pick(seed, 4) ? place->line++ % count : pick(seed, count);
    for (; chosen > 0; chosen--)
        script = strchr(script, '\n') + 1;
    script = strchr(script, ' ') + 1;
    *size = strcspn(script, "\n");
    return script;
}

/* What a word of a script stands for: "b1" and "B" for the newest ballot, "v1"
 * and "V" for the newest vote, "@" for the attempt, "L7" and "N7" for the
 * length of the list and the number of ballots. */
static void write_word(const struct meeting_transcript *meeting,
                       const char *word, char *out, size_t max)
{
    const struct meeting_state *state = meeting->state;
    const struct meeting_ballot *ballot = ballot_newest(meeting);

    if (strcmp(word, "b1") == 0 || strcmp(word, "B") == 0)
        (void)snprintf(out, max, "b%zu", state->ballot_count);
    else if (strcmp(word, "v1") == 0 || strcmp(word, "V") == 0)
        (void)snprintf(out, max, "v%zu", state->vote_count);
    else
        (void)snprintf(out, max, "%s", word);
    if (!ballot)
        return;
    if (strcmp(word, "@") == 0)
        (void)snprintf(out, max, "%llu", (unsigned long long)ballot->attempt);
    else if (strcmp(word, "L7") == 0)
        (void)snprintf(out, max, "%llu", (unsigned long long)ballot->length);
    else if (strcmp(word, "N7") == 0)
        (void)snprintf(out, max, "%zu", ballot->record_count);
}

/* Words that stand for a number after another one. */
static const char *number_after(const char *before, const char *command,
                                const char *word)
{
    static const char *const keys[] = { "certify", "deal", "confirm_share",
                                        "dispute_keys", "sign_trustees" };
    size_t i;

    for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(command, keys[i]) == 0 &&
            (strcmp(before, "b1") == 0 || strcmp(before, "B") == 0))
            return "@";
    if (strcmp(word, "7") == 0 && strcmp(before, "=setup") == 0)
        return "L7";
    if (strcmp(word, "7") == 0 && strcmp(before, "=end") == 0)
        return "N7";
    return word;
}

static void write_line(const struct meeting_transcript *meeting,
                       const char *line, size_t size, char *out, size_t max)
{
    char words[16][256] = { "" };
    size_t used, count = 0, length, i;

    used =
        (size_t)snprintf(out, max, "%lld.%03lld",
                         (long long)(meeting->now_ms - MEETING_BASE_MS) / 1000,
                         (long long)(meeting->now_ms - MEETING_BASE_MS) % 1000);
    while (size > 0) {
        /* A text in quotes is one word. */
        length =
            line[0] == '\'' ? strcspn(line + 1, "'") + 2 : strcspn(line, " \n");
        assert_true(count < 16 && length < sizeof words[0]);
        memcpy(words[count++], line, length);
        line += length + (length < size);
        size -= length + (length < size);
    }
    for (i = 0; i < count; i++) {
        out[used++] = ' ';
        write_word(meeting,
                   i >= 2 ? number_after(words[i - 1], words[1], words[i])
                          : words[i],
                   out + used, max - used);
        used += strlen(out + used);
    }
}

/* A vote seldom passes by chance: the whole of it, with everybody there. */
static void take_ballot(struct meeting_transcript *meeting)
{
    static const char *const lines[] = { "m1 join",
                                         "m2 join",
                                         "m3 join",
                                         "m4 join",
                                         "m5 join",
                                         "m7 join",
                                         "m1 take_chair",
                                         "m1 resume_meeting",
                                         "m1 start_vote a1 'x'",
                                         "m1 vote V yes",
                                         "m2 vote V yes",
                                         "m3 vote V yes",
                                         "m4 vote V yes",
                                         "m5 vote V yes",
                                         "m7 vote V yes",
                                         "m1 close_vote V",
                                         "m1 adopt_ballot B V -" };
    char text[512];
    size_t i;

    for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        write_line(meeting, lines[i], strlen(lines[i]), text, sizeof text);
        meeting_play(meeting, text, NULL);
    }
}

static void step(uint64_t *seed, struct meeting_transcript *meeting,
                 struct place *place)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    enum ballot_phase phase = ballot ? ballot->phase : BALLOT_PHASE_NONE;
    const char *line;
    char text[512];
    size_t size;

    if (phase == BALLOT_PHASE_DRAFTED && pick(seed, 8) == 0) {
        take_ballot(meeting);
        return;
    }
    if (phase == BALLOT_PHASE_DONE || phase == BALLOT_PHASE_VOID)
        phase = BALLOT_PHASE_NONE;
    if (!ballot || pick(seed, 6) > 0) {
        line = script_line(seed, place, phase, &size);
    } else {
        line = pick(seed, 100) == 0 ? endings[pick(seed, 4)]
                                    : disturbances[pick(seed, DISTURBANCES)];
        size = strlen(line);
    }
    meeting->now_ms += pick(seed, 4000);
    write_line(meeting, line, size, text, sizeof text);
    meeting_play(meeting, text, NULL);
}

/* --- what holds at every moment ---------------------------------------------
 */

static void check_ballot(const struct meeting_ballot *ballot)
{
    struct meeting_ballot_numbers numbers;
    size_t i, pooled = 0;

    meeting_ballot_numbers(ballot, &numbers);
    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        /* By an own device or by a hall's, never both. */
        assert_false(voter->is_issued && voter->is_pooled);
        if (ballot->phase == BALLOT_PHASE_VOTING &&
            ballot_voter_is_listed(voter))
            assert_true(voter->has_attested);
        pooled += voter->is_pooled && !voter->is_dropped;
    }
    assert_int_equal(pooled, numbers.pooled);
    if (ballot->phase >= BALLOT_PHASE_VOTING &&
        ballot->phase <= BALLOT_PHASE_DONE) {
        assert_int_equal(ballot->length, numbers.issued + numbers.pooled);
        assert_false(ballot_are_too_few(ballot->length));
        assert_true(ballot->returned <= ballot->length);
        assert_true(ballot->returned <= ballot->record_count);
        assert_true(ballot->record_count <=
                    ballot->length * LIMIT_BALLOTS_PER_CREDENTIAL);
    }
    if (ballot->phase == BALLOT_PHASE_DONE)
        assert_true(meeting_ballot_is_decrypted(ballot));
    /* What is void was opened by nobody. */
    if (ballot->phase == BALLOT_PHASE_VOID)
        assert_int_equal(ballot->decrypted_count, 0);
}

static void check_state(const struct meeting_state *state)
{
    size_t i, open = 0;

    for (i = 0; i < state->ballot_count; i++) {
        check_ballot(&state->ballots[i]);
        open += meeting_ballot_is_open(&state->ballots[i]);
    }
    assert_true(open <= 1);
    if (state->phase == MEETING_CLOSED)
        assert_int_equal(open, 0);
}

static void whatever_order_the_steps_come_in_the_log_holds(void **state)
{
    unsigned done = 0, deepest = 0;
    uint64_t run;

    (void)state;
    for (run = 1; run <= SEEDS; run++) {
        struct meeting_transcript *meeting = meeting_ballot_scene_open();
        uint64_t seed = run * UINT64_C(0x9e3779b97f4a7c15);
        struct place place = { BALLOT_PHASE_NONE, 0 };
        int i;

        for (i = 0; i < STEPS && meeting->state->phase != MEETING_CLOSED; i++) {
            step(&seed, meeting, &place);
            check_state(meeting->state);
        }
        for (i = 0; i < (int)meeting->state->ballot_count; i++) {
            const struct meeting_ballot *ballot = &meeting->state->ballots[i];

            done += ballot->phase == BALLOT_PHASE_DONE;
            if (ballot->phase <= BALLOT_PHASE_DONE && ballot->phase > deepest)
                deepest = ballot->phase;
        }
        meeting_transcript_end(meeting);
    }
    /* The runs get somewhere. */
    print_message("%u ballots were counted\n", done);
    assert_int_equal(deepest, BALLOT_PHASE_DONE);
    assert_true(done >= SEEDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_order_the_steps_come_in_the_log_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
