/*
 * Does the time show a secret? In the manner of dudect (Reparaz, Balasch,
 * Verbauwhede 2017): the same work with inputs of two classes in random order,
 * then Welch's t of the two sets of times, once of all and once of those below
 * each of some percentiles. The largest |t| is printed: below 4.5 nothing was
 * found, above 10 something was.
 *
 *   ballot_timing [SAMPLES]
 *
 * The first two rows encrypt a 0 or a 1, and prove it; the next two raise to a
 * fixed or a random secret, as decryptions and signatures do; the last row does
 * so by a way that is not for secrets, with a secret of few bits, to show that
 * a difference would be found. A report, not a gate: the machine's noise is in
 * it.
 */
#include "protocol/ballot/ballot_branches.h"

#include <openssl/rand.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLES_MAX = 1000000, CROPS = 10 };

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "ballot_timing: %s failed\n", what);
    exit(1);
}

static enum result fill(void *user, uint8_t *out, size_t size)
{
    (void)user;
    return RAND_priv_bytes(out, (int)size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

static const struct ballot_random system_random = { fill, NULL };

/* Random numbers drawn before the clock starts. */
struct pool {
    uint8_t bytes[4096];
    size_t used;
};

static enum result draw_from_pool(void *user, uint8_t *out, size_t size)
{
    struct pool *pool = user;

    require(size <= sizeof pool->bytes - pool->used, "pool");
    memcpy(out, &pool->bytes[pool->used], size);
    pool->used += size;
    return RESULT_OK;
}

/* Below q whatever is drawn, so that nothing is drawn twice. */
static void fill_pool(struct pool *pool)
{
    require(fill(NULL, pool->bytes, sizeof pool->bytes) == RESULT_OK, "random");
    for (size_t i = 0; i < sizeof pool->bytes; i += BALLOT_SCALAR_SIZE)
        pool->bytes[i] &= 0x7f;
    pool->used = 0;
}

struct bench {
    struct ballot_group *group;
    struct ballot_question question;
    struct ballot_election election;
    struct ballot_booth *booth;
    struct ballot_scalar fixed; /* a secret, the same in every run of a class */
    struct ballot_scalar few;   /* one of few bits */
    size_t count;
    double *times;
    uint8_t *classes;
};

/* What is measured. Everything that is random is in it already. */
struct input {
    struct pool pool;
    struct ballot_scalar randomness, secret;
    struct ballot_element base;
    struct ballot_cipher cipher;
    uint32_t mark;
};

typedef enum result work_fn(struct bench *bench, struct input *input);

static enum result encrypt(struct bench *bench, struct input *input)
{
    struct ballot_scalar number = ballot_scalar_of_number(input->mark);

    return ballot_cipher_encrypt(bench->group, bench->booth->key,
                                 &input->randomness, &number, &input->cipher);
}

static enum result prove(struct bench *bench, struct input *input)
{
    struct ballot_random random = { draw_from_pool, &input->pool };
    struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_scalar number = ballot_scalar_of_number(input->mark);
    struct ballot_branch branches[] = {
        { &input->randomness, number, 1 ^ input->mark },
        { &input->randomness, ballot_scalar_subtract(&number, &one),
          input->mark },
    };
    struct ballot_statement statement = { "prove|", TEXT_LITERAL("context"),
                                          &input->cipher };
    struct ballot_proof proofs[2];

    return ballot_branches_prove(bench->booth, &statement, branches, 2, &random,
                                 proofs);
}

static enum result decrypt(struct bench *bench, struct input *input)
{
    return ballot_group_power_secret(bench->group, &input->base, &input->secret,
                                     &input->base);
}

static enum result generate(struct bench *bench, struct input *input)
{
    return ballot_group_generate(bench->group, &input->secret, &input->base);
}

static enum result raise_public(struct bench *bench, struct input *input)
{
    return ballot_group_power(bench->group, &input->base, &input->secret,
                              &input->base);
}

static double now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail here */
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The same steps for both classes; they differ in what is kept. */
static void prepare(struct bench *bench, struct input *input, uint8_t class,
                    const struct ballot_scalar *fixed)
{
    struct ballot_scalar number = ballot_scalar_of_number(class);
    struct ballot_scalar secret;
    enum result result;

    fill_pool(&input->pool);
    result = ballot_scalar_random(&system_random, &input->randomness);
    if (result == RESULT_OK)
        result = ballot_scalar_random(&system_random, &secret);
    if (result == RESULT_OK)
        result =
            ballot_cipher_encrypt(bench->group, bench->booth->key,
                                  &input->randomness, &number, &input->cipher);
    require(result == RESULT_OK, "prepare");
    input->base = input->cipher.alpha;
    input->mark = class;
    input->secret = ballot_scalar_select(class, &secret, fixed);
}

static double welch(const struct bench *bench, double below)
{
    double n[2] = { 0 };
    double mean[2] = { 0 };
    double squares[2] = { 0 };
    double error;

    for (size_t i = 0; i < bench->count; i++) {
        uint8_t c = bench->classes[i];
        double delta = bench->times[i] - mean[c];

        if (bench->times[i] > below)
            continue;
        n[c]++;
        mean[c] += delta / n[c];
        squares[c] += delta * (bench->times[i] - mean[c]);
    }
    if (n[0] < 100 || n[1] < 100)
        return 0;
    error = squares[0] / (n[0] - 1) / n[0] + squares[1] / (n[1] - 1) / n[1];
    return error > 0 ? (mean[0] - mean[1]) / sqrt(error) : 0;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

static void print(const struct bench *bench, const char *what)
{
    double *sorted = calloc(bench->count, sizeof *sorted);
    double largest = 0;
    double all;

    require(sorted != NULL, "memory");
    memcpy(sorted, bench->times, bench->count * sizeof *sorted);
    qsort(sorted, bench->count, sizeof *sorted, compare);
    all = welch(bench, INFINITY);
    for (size_t i = 1; i <= CROPS; i++) {
        double t = welch(bench, sorted[bench->count * i / CROPS - 1]);

        if (fabs(t) > fabs(largest))
            largest = t;
    }
    printf("%-34s %8.1f us  t of all %+6.2f  largest t %+7.2f  %s\n", what,
           sorted[bench->count / 2] / 1e3, all, largest,
           fabs(largest) < 4.5  ? "nothing found"
           : fabs(largest) < 10 ? "look again"
                                : "found");
    free(sorted);
}

static void measure(struct bench *bench, const char *what, work_fn *work,
                    const struct ballot_scalar *fixed)
{
    static struct input input;

    require(fill(NULL, bench->classes, bench->count) == RESULT_OK, "random");
    for (size_t i = 0; i < bench->count; i++) {
        double begin;
        enum result result;

        bench->classes[i] &= 1;
        prepare(bench, &input, bench->classes[i], fixed);
        begin = now_ns();
        result = work(bench, &input);
        bench->times[i] = now_ns() - begin;
        require(result == RESULT_OK, what);
    }
    print(bench, what);
}

static void open_booth(struct bench *bench)
{
    struct ballot_scalar key;

    bench->question = (struct ballot_question){ .answer_count = 1, .max = 1 };
    bench->election =
        (struct ballot_election){ .questions = &bench->question,
                                  .question_count = 1,
                                  .uuid = TEXT_LITERAL("P95SQruW9N4q8N") };
    require(ballot_group_new(&bench->group) == RESULT_OK, "group");
    require(ballot_scalar_random(&system_random, &key) == RESULT_OK &&
                ballot_scalar_random(&system_random, &bench->fixed) ==
                    RESULT_OK,
            "random");
    bench->few = ballot_scalar_of_number(0);
    bench->few.bytes[0] = 0x80;
    bench->few.bytes[BALLOT_SCALAR_SIZE - 1] = 1;
    require(ballot_group_generate(bench->group, &key,
                                  &bench->election.public_key) == RESULT_OK,
            "key");
    require(ballot_booth_new(bench->group, &bench->election, &bench->booth) ==
                RESULT_OK,
            "booth");
}

int main(int argc, char **argv)
{
    struct bench bench = { .group = NULL };

    bench.count = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 5000;
    require(bench.count >= 1000 && bench.count <= SAMPLES_MAX,
            "SAMPLES: 1000 to 1000000, it");
    bench.times = calloc(bench.count, sizeof *bench.times);
    bench.classes = calloc(bench.count, 1);
    require(bench.times && bench.classes, "memory");
    open_booth(&bench);
    measure(&bench, "encrypt 0 | 1", encrypt, &bench.fixed);
    measure(&bench, "prove 0 | 1", prove, &bench.fixed);
    measure(&bench, "decrypt, key fixed | random", decrypt, &bench.fixed);
    measure(&bench, "decrypt, key of few bits | random", decrypt, &bench.few);
    measure(&bench, "g^w, fixed | random", generate, &bench.fixed);
    measure(&bench, "g^w, few bits | random", generate, &bench.few);
    measure(&bench, "not for secrets: few bits | random", raise_public,
            &bench.few);
    free(bench.times);
    free(bench.classes);
    ballot_booth_free(bench.booth);
    ballot_group_free(bench.group);
    return 0;
}
