#include "protocol/ballot/ballot_vote.h"

#include "protocol/ballot/ballot_vote_internal.h"

#include <openssl/crypto.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

size_t ballot_question_overall_count(const struct ballot_question *question)
{
    return question->max - question->min + (question->has_blank ? 2 : 1);
}

static size_t proof_count(const struct ballot_question *question)
{
    return 2 * ballot_question_position_count(question) +
           ballot_question_overall_count(question) +
           (question->has_blank ? 2 : 0);
}

/* Hands the arrays out to the answers. */
static void share_out(struct ballot_vote *vote,
                      const struct ballot_election *election)
{
    struct ballot_cipher *cipher = vote->ciphers;
    struct ballot_proof *proof = vote->proofs;

    for (size_t i = 0; i < vote->answer_count; i++) {
        const struct ballot_question *question = &election->questions[i];
        struct ballot_answer *answer = &vote->answers[i];
        size_t positions = ballot_question_position_count(question);

        answer->choices = cipher;
        answer->individual = proof;
        answer->overall = &proof[2 * positions];
        if (question->has_blank)
            answer->blank =
                &answer->overall[ballot_question_overall_count(question)];
        cipher += positions;
        proof += proof_count(question);
    }
}

enum result ballot_vote_init(struct ballot_vote *vote,
                             const struct ballot_election *election)
{
    struct ballot_vote made = { .answer_count = election->question_count };

    for (size_t i = 0; i < made.answer_count; i++) {
        const struct ballot_question *question = &election->questions[i];

        made.cipher_count += ballot_question_position_count(question);
        made.proof_count += proof_count(question);
    }
    assert(made.answer_count > 0);
    made.answers = calloc(made.answer_count, sizeof *made.answers);
    made.ciphers = calloc(made.cipher_count, sizeof *made.ciphers);
    made.proofs = calloc(made.proof_count, sizeof *made.proofs);
    if (!made.answers || !made.ciphers || !made.proofs) {
        ballot_vote_release(&made);
        return RESULT_NO_MEMORY;
    }
    share_out(&made, election);
    *vote = made;
    return RESULT_OK;
}

/* While a vote is made, its arrays hold what would tell it. */
void ballot_vote_release(struct ballot_vote *vote)
{
    if (vote->ciphers)
        OPENSSL_cleanse(vote->ciphers,
                        vote->cipher_count * sizeof *vote->ciphers);
    if (vote->proofs)
        OPENSSL_cleanse(vote->proofs, vote->proof_count * sizeof *vote->proofs);
    free(vote->answers);
    free(vote->ciphers);
    free(vote->proofs);
    *vote = (struct ballot_vote){ .answers = NULL };
}

void ballot_vote_tracker(struct text_view ballot,
                         char out[BALLOT_DIGEST_TEXT_SIZE])
{
    ballot_hash_digest_text(ballot.data, ballot.size, out);
}

void ballot_vote_context(const struct ballot_election *election,
                         const struct ballot_element *credential,
                         char out[BALLOT_CONTEXT_SIZE])
{
    size_t size = strlen(election->fingerprint);

    memcpy(out, election->fingerprint, size);
    out[size] = '|';
    ballot_element_text(credential, &out[size + 1]);
}

enum result ballot_vote_answer_context(const char *context,
                                       const struct ballot_cipher *choices,
                                       size_t count, struct byte_writer *out)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    byte_writer_text(out, text_view_of(context));
    for (size_t i = 0; i < count; i++) {
        byte_writer_u8(out, i == 0 ? '|' : ',');
        ballot_element_text(&choices[i].alpha, text);
        byte_writer_text(out, text_view_of(text));
        byte_writer_u8(out, ',');
        ballot_element_text(&choices[i].beta, text);
        byte_writer_text(out, text_view_of(text));
    }
    return out->result;
}

void ballot_vote_signed(const char *hash, char out[BALLOT_SIGNED_SIZE])
{
    size_t size = strlen(hash);

    memcpy(out, "sig|", 4);
    memcpy(&out[4], hash, size);
    memcpy(&out[4 + size], "|", 2);
}

enum result ballot_vote_sum(const struct ballot_group *group,
                            const struct ballot_question *question,
                            const struct ballot_cipher *choices,
                            struct ballot_cipher *out)
{
    size_t first = question->has_blank ? 1 : 0;
    struct ballot_cipher sum = choices[first];

    for (size_t i = 1; i < question->answer_count; i++) {
        enum result result =
            ballot_cipher_multiply(group, &sum, &choices[first + i], &sum);

        if (result != RESULT_OK)
            return result;
    }
    *out = sum;
    return RESULT_OK;
}

size_t ballot_vote_size_max(const struct ballot_question *questions,
                            size_t question_count)
{
    /* Texts with their quotes, names, brackets and commas. */
    enum {
        HEAD = BALLOT_ELEMENT_TEXT_SIZE + 1000,
        QUESTION = 200,
        CIPHER = 2 * BALLOT_ELEMENT_TEXT_SIZE + 40,
        PROOF = 2 * BALLOT_SCALAR_TEXT_SIZE + 40
    };
    size_t size = HEAD;

    for (size_t i = 0; i < question_count; i++) {
        const struct ballot_question *question = &questions[i];

        size +=
            QUESTION +
            ballot_question_position_count(question) * (CIPHER + 2 * PROOF) +
            ballot_question_overall_count(question) * PROOF +
            (question->has_blank ? 2 * PROOF : 0);
    }
    return size;
}
