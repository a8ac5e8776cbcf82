#include "protocol/ballot/ballot_vote_internal.h"

#include "protocol/ballot/ballot_mask.h"

#include <openssl/crypto.h>

struct maker {
    const struct ballot_booth *booth;
    const struct ballot_random *random;
    char context[BALLOT_CONTEXT_SIZE];
};

/* What an answer's overall proofs need; secret. */
struct answer_secrets {
    struct ballot_scalar blank_randomness, sum_randomness;
    uint32_t blank, sum; /* 0 or 1; of the other marks */
};

/* 1 where a < b; both are small. */
static uint32_t is_below(uint32_t a, uint32_t b) { return (a - b) >> 31; }

/* Only the answer to this question may be seen: whether it is allowed. */
static bool is_allowed(const struct ballot_question *question,
                       const struct ballot_choice *choice)
{
    size_t first = question->has_blank ? 1 : 0;
    uint32_t strange = 0;
    uint32_t blank = 0;
    uint32_t sum = 0;
    uint32_t is_between;

    if (choice->count != ballot_question_position_count(question))
        return false;
    for (size_t i = 0; i < choice->count; i++)
        strange |= choice->marks[i] & ~1U;
    if (strange != 0)
        return false;
    if (question->has_blank)
        blank = choice->marks[0];
    for (size_t i = first; i < choice->count; i++)
        sum += choice->marks[i];
    is_between =
        (1 ^ is_below(sum, question->min)) & (1 ^ is_below(question->max, sum));
    return ((blank & ballot_mask_equal(sum, 0)) | ((blank ^ 1) & is_between)) ==
           1;
}

/* One position: its ciphertext, and the proof that it holds 0 or 1. */
static enum result make_position(const struct maker *maker, uint32_t mark,
                                 const struct ballot_scalar *randomness,
                                 struct ballot_cipher *cipher,
                                 struct ballot_proof *proofs)
{
    struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_scalar number = ballot_scalar_of_number(mark);
    struct ballot_branch branches[] = {
        { randomness, number, 1 ^ mark },
        { randomness, ballot_scalar_subtract(&number, &one), mark },
    };
    struct ballot_statement statement = { "prove|",
                                          text_view_of(maker->context),
                                          cipher };
    enum result result = ballot_cipher_encrypt(
        maker->booth->group, maker->booth->key, randomness, &number, cipher);

    if (result == RESULT_OK)
        result = ballot_branches_prove(maker->booth, &statement, branches, 2,
                                       maker->random, proofs);
    ballot_scalar_wipe(&number);
    OPENSSL_cleanse(branches, sizeof branches);
    return result;
}

static enum result make_positions(const struct maker *maker,
                                  const struct ballot_question *question,
                                  const struct ballot_choice *choice,
                                  struct ballot_answer *answer,
                                  struct answer_secrets *secrets)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < choice->count && result == RESULT_OK; i++) {
        struct ballot_scalar randomness;

        result = ballot_scalar_random(maker->random, &randomness);
        if (result != RESULT_OK)
            break;
        if (i == 0 && question->has_blank) {
            secrets->blank_randomness = randomness;
            secrets->blank = choice->marks[i];
        } else {
            struct ballot_scalar sum =
                ballot_scalar_add(&secrets->sum_randomness, &randomness);

            secrets->sum_randomness = sum;
            ballot_scalar_wipe(&sum);
            secrets->sum += choice->marks[i];
        }
        result = make_position(maker, choice->marks[i], &randomness,
                               &answer->choices[i], &answer->individual[2 * i]);
        ballot_scalar_wipe(&randomness);
    }
    return result;
}

/* "The blank is 0" or "the sum is 0". */
static enum result make_blank_proof(const struct maker *maker,
                                    struct text_view context,
                                    const struct answer_secrets *secrets,
                                    struct ballot_proof *proofs)
{
    struct ballot_statement statement = { "bproof0|", context, NULL };
    struct ballot_branch branches[] = {
        { &secrets->blank_randomness, ballot_scalar_of_number(secrets->blank),
          1 ^ secrets->blank },
        { &secrets->sum_randomness, ballot_scalar_of_number(secrets->sum),
          secrets->blank },
    };
    enum result result = ballot_branches_prove(
        maker->booth, &statement, branches, 2, maker->random, proofs);

    OPENSSL_cleanse(branches, sizeof branches);
    return result;
}

/* "The blank is 1", where there is one, or "the sum is M" for each M that is
 * allowed. */
static enum result make_overall_proof(const struct maker *maker,
                                      const struct ballot_question *question,
                                      const struct ballot_statement *statement,
                                      const struct answer_secrets *secrets,
                                      struct ballot_proof *proofs)
{
    struct ballot_branch branches[BALLOT_BRANCHES_MAX];
    struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_scalar number;
    size_t count = 0;
    enum result result;

    if (question->has_blank) {
        number = ballot_scalar_of_number(secrets->blank);
        branches[count++] =
            (struct ballot_branch){ &secrets->blank_randomness,
                                    ballot_scalar_subtract(&number, &one),
                                    secrets->blank };
    }
    number = ballot_scalar_of_number(secrets->sum);
    for (uint32_t m = question->min; m <= question->max; m++) {
        struct ballot_scalar stated = ballot_scalar_of_number(m);

        branches[count++] = (struct ballot_branch){
            &secrets->sum_randomness, ballot_scalar_subtract(&number, &stated),
            (1 ^ secrets->blank) & ballot_mask_equal(secrets->sum, m)
        };
    }
    result = ballot_branches_prove(maker->booth, statement, branches, count,
                                   maker->random, proofs);
    ballot_scalar_wipe(&number);
    OPENSSL_cleanse(branches, sizeof branches);
    return result;
}

static enum result make_sums(const struct maker *maker,
                             const struct ballot_question *question,
                             struct ballot_answer *answer,
                             const struct answer_secrets *secrets)
{
    size_t positions = ballot_question_position_count(question);
    struct byte_writer writer;
    struct ballot_statement overall = { "bproof1|", { NULL, 0 }, NULL };
    struct ballot_cipher sum;
    enum result result;

    byte_writer_init(&writer,
                     BALLOT_CONTEXT_SIZE + positions * BALLOT_CIPHER_TEXT_SIZE);
    result = ballot_vote_answer_context(maker->context, answer->choices,
                                        positions, &writer);
    overall.context =
        (struct text_view){ (const char *)writer.data, writer.size };
    if (result == RESULT_OK && question->has_blank)
        result =
            make_blank_proof(maker, overall.context, secrets, answer->blank);
    if (result == RESULT_OK && !question->has_blank) {
        overall.tag = "prove|";
        overall.cipher = &sum;
        result = ballot_vote_sum(maker->booth->group, question, answer->choices,
                                 &sum);
    }
    if (result == RESULT_OK)
        result = make_overall_proof(maker, question, &overall, secrets,
                                    answer->overall);
    byte_writer_release(&writer);
    return result;
}

static enum result make_answer(const struct maker *maker,
                               const struct ballot_question *question,
                               const struct ballot_choice *choice,
                               struct ballot_answer *answer)
{
    struct answer_secrets secrets = { .sum = 0 };
    enum result result =
        make_positions(maker, question, choice, answer, &secrets);

    if (result == RESULT_OK)
        result = make_sums(maker, question, answer, &secrets);
    OPENSSL_cleanse(&secrets, sizeof secrets);
    return result;
}

/* The bytes, signed. */
static enum result finish(const struct maker *maker,
                          const struct ballot_scalar *secret,
                          struct ballot_vote *vote, char **out, size_t *size)
{
    struct byte_writer writer;
    char prefix[BALLOT_SIGNED_SIZE];
    uint8_t *bytes = NULL;
    enum result result;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_vote_write(&writer, maker->booth->election, vote);
    result = writer.result;
    if (result == RESULT_OK) {
        ballot_vote_hash(
            (struct text_view){ (const char *)writer.data, writer.size },
            vote->hash);
        ballot_vote_signed(vote->hash, prefix);
        result =
            ballot_proof_make(maker->booth->group, secret, text_view_of(prefix),
                              maker->random, &vote->signature);
    }
    if (result == RESULT_OK) {
        ballot_vote_write_signature(&writer, vote);
        result = byte_writer_take(&writer, &bytes, size);
    }
    byte_writer_release(&writer);
    if (result == RESULT_OK)
        *out = (char *)bytes;
    return result;
}

enum result ballot_vote_make(const struct ballot_booth *booth,
                             const struct ballot_scalar *secret,
                             const struct ballot_choice *choices,
                             size_t choice_count,
                             const struct ballot_random *random, char **out,
                             size_t *size)
{
    const struct ballot_election *election = booth->election;
    struct maker maker = { .booth = booth, .random = random };
    struct ballot_vote vote = { .answers = NULL };
    enum result result;

    if (choice_count != election->question_count)
        return RESULT_INVALID;
    for (size_t i = 0; i < choice_count; i++) {
        if (!is_allowed(&election->questions[i], &choices[i]))
            return RESULT_INVALID;
    }
    result = ballot_vote_init(&vote, election);
    if (result == RESULT_OK)
        result = ballot_group_generate(booth->group, secret, &vote.credential);
    if (result == RESULT_OK)
        ballot_vote_context(election, &vote.credential, maker.context);
    for (size_t i = 0; i < choice_count && result == RESULT_OK; i++)
        result = make_answer(&maker, &election->questions[i], &choices[i],
                             &vote.answers[i]);
    if (result == RESULT_OK)
        result = finish(&maker, secret, &vote, out, size);
    ballot_vote_release(&vote);
    return result;
}
