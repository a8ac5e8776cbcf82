/*
 * How long ballots take, in time of one processor:
 *
 *   ballot_bench [ROUNDS]
 *
 * A ballot of one question with 10 answers, of which up to 3 may be taken, or
 * blank: made, read, checked, and the tables that are made once before it.
 * Medians of ROUNDS (50) in milliseconds, one a line. A report, not a gate.
 */
#include "protocol/ballot/ballot_vote.h"

#include <openssl/rand.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANSWERS = 10, ROUNDS_MAX = 10000 };

static double samples[ROUNDS_MAX];

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "ballot_bench: %s failed\n", what);
    exit(1);
}

static enum result fill(void *user, uint8_t *out, size_t size)
{
    (void)user;
    return RAND_priv_bytes(out, (int)size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

static const struct ballot_random system_random = { fill, NULL };

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* cannot fail here */
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

static void print(const char *what, size_t rounds)
{
    qsort(samples, rounds, sizeof samples[0], compare);
    printf("%-28s %7.2f ms (fastest %.2f)\n", what, samples[rounds / 2],
           samples[0]);
}

struct bench {
    struct ballot_group *group;
    struct ballot_question question;
    struct ballot_election election;
    struct ballot_booth *booth;
    struct ballot_scalar secret;
    char *ballot;
    size_t size;
};

static void open_booth(struct bench *bench)
{
    struct ballot_scalar key;

    bench->question = (struct ballot_question){
        .answer_count = ANSWERS, .has_blank = true, .min = 1, .max = 3
    };
    bench->election =
        (struct ballot_election){ .questions = &bench->question,
                                  .question_count = 1,
                                  .uuid = TEXT_LITERAL("P95SQruW9N4q8N") };
    ballot_hash_digest_text("election", 8, bench->election.fingerprint);
    require(ballot_scalar_random(&system_random, &key) == RESULT_OK &&
                ballot_scalar_random(&system_random, &bench->secret) ==
                    RESULT_OK,
            "random");
    require(ballot_group_generate(bench->group, &key,
                                  &bench->election.public_key) == RESULT_OK,
            "key");
    require(ballot_booth_new(bench->group, &bench->election, &bench->booth) ==
                RESULT_OK,
            "booth");
}

static void measure_tables(struct bench *bench, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        struct ballot_booth *booth = NULL;
        double begin = now_ms();

        require(ballot_booth_new(bench->group, &bench->election, &booth) ==
                    RESULT_OK,
                "booth");
        samples[i] = now_ms() - begin;
        ballot_booth_free(booth);
    }
    print("key: check and table, once", rounds);
}

static void measure_making(struct bench *bench, size_t rounds)
{
    uint8_t marks[ANSWERS + 1] = { 0, 1, 0, 1 };
    struct ballot_choice choice = { marks, sizeof marks };

    for (size_t i = 0; i < rounds; i++) {
        double begin = now_ms();

        free(bench->ballot);
        bench->ballot = NULL;
        require(ballot_vote_make(bench->booth, &bench->secret, &choice, 1,
                                 &system_random, &bench->ballot,
                                 &bench->size) == RESULT_OK,
                "make");
        samples[i] = now_ms() - begin;
    }
    print("make: 10 answers and blank", rounds);
}

static void measure_checking(struct bench *bench, size_t rounds)
{
    struct text_view text = { bench->ballot, bench->size };
    struct ballot_vote vote;

    for (size_t i = 0; i < rounds; i++) {
        double begin = now_ms();

        require(ballot_vote_read(bench->booth, text, &vote, NULL) ==
                    BALLOT_FAULT_NONE,
                "read");
        samples[i] = now_ms() - begin;
        ballot_vote_release(&vote);
    }
    print("read", rounds);
    for (size_t i = 0; i < rounds; i++) {
        double begin = now_ms();

        require(ballot_vote_read(bench->booth, text, &vote, NULL) ==
                        BALLOT_FAULT_NONE &&
                    ballot_vote_check(bench->booth, &vote, NULL) ==
                        BALLOT_FAULT_NONE,
                "check");
        samples[i] = now_ms() - begin;
        ballot_vote_release(&vote);
    }
    print("verify: read and check", rounds);
}

/* One exponentiation of the library, to tell a slow machine by. */
static void measure_library(struct bench *bench, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        struct ballot_element out;
        double begin = now_ms();

        require(ballot_group_power(bench->group, &bench->election.public_key,
                                   &bench->secret, &out) == RESULT_OK,
                "power");
        samples[i] = now_ms() - begin;
    }
    print("one power, by OpenSSL", rounds);
}

int main(int argc, char **argv)
{
    struct bench bench = { .group = NULL };
    size_t rounds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 50;

    require(rounds > 0 && rounds <= ROUNDS_MAX, "ROUNDS: 1 to 10000, it");
    require(ballot_group_new(&bench.group) == RESULT_OK, "group");
    open_booth(&bench);
    measure_library(&bench, rounds);
    measure_tables(&bench, rounds);
    measure_making(&bench, rounds);
    measure_checking(&bench, rounds);
    printf("%-28s %7zu bytes, %d positions, %zu proofs of the sum\n", "ballot",
           bench.size, ANSWERS + 1,
           ballot_question_overall_count(&bench.question));
    free(bench.ballot);
    ballot_booth_free(bench.booth);
    ballot_group_free(bench.group);
    return 0;
}
