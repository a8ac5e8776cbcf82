#include "protocol/ballot/ballot_branches.h"

#include <openssl/crypto.h>

#include <stdlib.h>

static void begin(struct ballot_hash *hash,
                  const struct ballot_statement *statement)
{
    ballot_hash_begin(hash);
    ballot_hash_literal(hash, statement->tag);
    ballot_hash_text(hash, statement->context);
    ballot_hash_literal(hash, "|");
    if (!statement->cipher)
        return;
    ballot_hash_element(hash, &statement->cipher->alpha);
    ballot_hash_literal(hash, ",");
    ballot_hash_element(hash, &statement->cipher->beta);
    ballot_hash_literal(hash, "|");
}

static void add_commitment(struct ballot_hash *hash, size_t branch,
                           const struct ballot_element *a,
                           const struct ballot_element *b)
{
    if (branch > 0)
        ballot_hash_literal(hash, ",");
    ballot_hash_element(hash, a);
    ballot_hash_literal(hash, ",");
    ballot_hash_element(hash, b);
}

/* --- Making ----------------------------------------------------------------
 */

/* Draws t and c, kept where response and challenge will stand, and hashes the
 * commitment that they make. */
static enum result commit(const struct ballot_booth *booth,
                          const struct ballot_branch *branch,
                          const struct ballot_random *random, size_t number,
                          struct ballot_hash *hash, struct ballot_proof *proof)
{
    struct ballot_scalar exponent;
    struct ballot_element a;
    struct ballot_element b;
    enum result result = ballot_scalar_random(random, &proof->response);

    if (result == RESULT_OK)
        result = ballot_scalar_random(random, &proof->challenge);
    if (result == RESULT_OK)
        result = ballot_group_generate(booth->group, &proof->response, &a);
    if (result != RESULT_OK)
        return result;
    exponent = ballot_scalar_multiply(&branch->difference, &proof->challenge);
    result = ballot_base_power2(booth->group, booth->key, &proof->response,
                                ballot_group_base(booth->group), &exponent, &b);
    ballot_scalar_wipe(&exponent);
    if (result == RESULT_OK)
        add_commitment(hash, number, &a, &b);
    return result;
}

/* The chosen branch takes the challenge that the others leave; all respond. */
static void answer(const struct ballot_branch *branches, size_t count,
                   const struct ballot_scalar *sum, struct ballot_proof *proofs)
{
    struct ballot_scalar zero = ballot_scalar_of_number(0);
    struct ballot_scalar left = *sum;

    for (size_t i = 0; i < count; i++) {
        struct ballot_scalar taken = ballot_scalar_select(
            branches[i].is_chosen, &zero, &proofs[i].challenge);

        left = ballot_scalar_subtract(&left, &taken);
        ballot_scalar_wipe(&taken);
    }
    for (size_t i = 0; i < count; i++) {
        struct ballot_proof *proof = &proofs[i];
        struct ballot_scalar product;

        proof->challenge = ballot_scalar_select(branches[i].is_chosen, &left,
                                                &proof->challenge);
        product =
            ballot_scalar_multiply(branches[i].randomness, &proof->challenge);
        proof->response = ballot_scalar_subtract(&proof->response, &product);
        ballot_scalar_wipe(&product);
    }
    ballot_scalar_wipe(&left);
}

enum result ballot_branches_prove(const struct ballot_booth *booth,
                                  const struct ballot_statement *statement,
                                  const struct ballot_branch *branches,
                                  size_t count,
                                  const struct ballot_random *random,
                                  struct ballot_proof *proofs)
{
    struct ballot_hash hash;
    struct ballot_scalar sum;
    enum result result = RESULT_OK;

    begin(&hash, statement);
    for (size_t i = 0; i < count && result == RESULT_OK; i++)
        result = commit(booth, &branches[i], random, i, &hash, &proofs[i]);
    if (result != RESULT_OK) {
        ballot_hash_abandon(&hash);
        OPENSSL_cleanse(proofs, count * sizeof *proofs);
        return result;
    }
    sum = ballot_hash_finish(&hash);
    answer(branches, count, &sum, proofs);
    return RESULT_OK;
}

/* --- Checking --------------------------------------------------------------
 */

enum result ballot_raised_init(struct ballot_raised *raised,
                               const struct ballot_group *group,
                               const struct ballot_cipher *cipher,
                               const struct ballot_scalar *challenges,
                               size_t count)
{
    struct ballot_raised made = { .alpha = calloc(count, sizeof *made.alpha),
                                  .beta = calloc(count, sizeof *made.beta) };
    bool is_alpha_member = false;
    bool is_beta_member = false;
    enum result result = RESULT_NO_MEMORY;

    if (made.alpha && made.beta)
        result = ballot_group_powers(group, &cipher->alpha, challenges, count,
                                     made.alpha, &is_alpha_member);
    if (result == RESULT_OK)
        result = ballot_group_powers(group, &cipher->beta, challenges, count,
                                     made.beta, &is_beta_member);
    if (result != RESULT_OK) {
        ballot_raised_release(&made);
        return result;
    }
    made.is_member = is_alpha_member && is_beta_member;
    *raised = made;
    return RESULT_OK;
}

void ballot_raised_release(struct ballot_raised *raised)
{
    free(raised->alpha);
    free(raised->beta);
    *raised = (struct ballot_raised){ .alpha = NULL };
}

enum result ballot_raised_check_member(const struct ballot_raised *raised)
{
    return raised->is_member ? RESULT_OK : RESULT_REFUSED;
}

/* base^response raised */
static enum result rebuild(const struct ballot_group *group,
                           const struct ballot_base *base,
                           const struct ballot_scalar *response,
                           const struct ballot_element *raised,
                           struct ballot_element *out)
{
    enum result result = ballot_base_power_public(group, base, response, out);

    if (result == RESULT_OK)
        result = ballot_group_multiply(group, out, raised, out);
    return result;
}

/* g^(-M c), by which beta^c becomes (beta / g^M)^c. */
static enum result divide_number(const struct ballot_group *group,
                                 uint32_t number,
                                 const struct ballot_scalar *challenge,
                                 struct ballot_element *out)
{
    struct ballot_scalar exponent = ballot_scalar_of_number(number);
    struct ballot_scalar zero = ballot_scalar_of_number(0);
    struct ballot_element factor;
    enum result result;

    if (number == 0)
        return RESULT_OK;
    exponent = ballot_scalar_multiply(&exponent, challenge);
    exponent = ballot_scalar_subtract(&zero, &exponent);
    result = ballot_base_power_public(group, ballot_group_base(group),
                                      &exponent, &factor);
    if (result == RESULT_OK)
        result = ballot_group_multiply(group, out, &factor, out);
    return result;
}

static enum result check_branch(const struct ballot_booth *booth,
                                const struct ballot_assertion *assertion,
                                const struct ballot_proof *proof, size_t number,
                                struct ballot_hash *hash)
{
    const struct ballot_group *group = booth->group;
    struct ballot_element a;
    struct ballot_element b;
    enum result result =
        rebuild(group, ballot_group_base(group), &proof->response,
                &assertion->cipher->alpha[assertion->power], &a);

    if (result == RESULT_OK)
        result = rebuild(group, booth->key, &proof->response,
                         &assertion->cipher->beta[assertion->power], &b);
    if (result == RESULT_OK)
        result = divide_number(group, assertion->number, &proof->challenge, &b);
    if (result == RESULT_OK)
        add_commitment(hash, number, &a, &b);
    return result;
}

enum result ballot_branches_check(const struct ballot_booth *booth,
                                  const struct ballot_statement *statement,
                                  const struct ballot_assertion *assertions,
                                  size_t count,
                                  const struct ballot_proof *proofs)
{
    struct ballot_hash hash;
    struct ballot_scalar sum = ballot_scalar_of_number(0);
    struct ballot_scalar expected;
    enum result result = RESULT_OK;

    begin(&hash, statement);
    for (size_t i = 0; i < count && result == RESULT_OK; i++) {
        result = check_branch(booth, &assertions[i], &proofs[i], i, &hash);
        sum = ballot_scalar_add(&sum, &proofs[i].challenge);
    }
    if (result != RESULT_OK) {
        ballot_hash_abandon(&hash);
        return result;
    }
    expected = ballot_hash_finish(&hash);
    return ballot_scalar_equal(&sum, &expected) ? RESULT_OK : RESULT_REFUSED;
}
