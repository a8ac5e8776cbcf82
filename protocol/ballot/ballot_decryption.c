#include "protocol/ballot/ballot_decryption.h"

#include "protocol/ballot/ballot_hash.h"
#include "protocol/ballot/ballot_shape.h"
#include "protocol/ballot/ballot_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { OWNER_TEXT_SIZE = 24 };

/* --- Challenges ---------------------------------------------------------- */

struct commitments {
    struct ballot_element a; /* g^w */
    struct ballot_element b; /* alpha^w */
};

static struct ballot_scalar finish(struct ballot_hash *hash,
                                   const struct commitments *commitments)
{
    ballot_hash_literal(hash, "|");
    ballot_hash_element(hash, &commitments->a);
    ballot_hash_literal(hash, ",");
    ballot_hash_element(hash, &commitments->b);
    return ballot_hash_finish(hash);
}

static struct ballot_scalar
compatible_challenge(const struct ballot_opening *opening,
                     const struct commitments *commitments)
{
    struct ballot_hash hash;

    ballot_hash_begin(&hash);
    ballot_hash_literal(&hash, "decrypt|");
    ballot_hash_literal(&hash, opening->election->fingerprint);
    ballot_hash_literal(&hash, "|");
    ballot_hash_element(&hash, &opening->public_key);
    return finish(&hash, commitments);
}

static struct ballot_scalar
strong_challenge(const struct ballot_opening *opening, size_t position,
                 const struct ballot_element *factor,
                 const struct commitments *commitments)
{
    const struct ballot_cipher *cipher = &opening->tally[position];
    char owner[OWNER_TEXT_SIZE];
    struct ballot_hash hash;

    (void)snprintf(owner, sizeof owner, "|%" PRIu64 "|",
                   opening->owner); /* at most 20 digits */
    ballot_hash_begin(&hash);
    ballot_hash_literal(&hash, "decrypt-strong|");
    ballot_hash_literal(&hash, opening->election->fingerprint);
    ballot_hash_literal(&hash, owner);
    ballot_hash_element(&hash, &opening->public_key);
    ballot_hash_literal(&hash, "|");
    ballot_hash_element(&hash, &cipher->alpha);
    ballot_hash_literal(&hash, ",");
    ballot_hash_element(&hash, &cipher->beta);
    ballot_hash_literal(&hash, "|");
    ballot_hash_element(&hash, factor);
    return finish(&hash, commitments);
}

/* --- Making -------------------------------------------------------------- */

static enum result decryption_new(size_t position_count,
                                  struct ballot_decryption *out)
{
    *out = (struct ballot_decryption){
        .position_count = position_count,
        .factors = calloc(position_count, sizeof *out->factors),
        .proofs = calloc(position_count, sizeof *out->proofs),
        .strong = calloc(position_count, sizeof *out->strong)
    };
    if (out->factors && out->proofs && out->strong)
        return RESULT_OK;
    ballot_decryption_release(out);
    return RESULT_NO_MEMORY;
}

void ballot_decryption_release(struct ballot_decryption *decryption)
{
    free(decryption->factors);
    free(decryption->proofs);
    free(decryption->strong);
    *decryption = (struct ballot_decryption){ .position_count = 0 };
}

/* w, and what is shown of it. The caller wipes w. */
static enum result commit(const struct ballot_group *group,
                          const struct ballot_element *alpha,
                          const struct ballot_random *random,
                          struct ballot_scalar *w, struct commitments *out)
{
    enum result result = ballot_scalar_random(random, w);

    if (result == RESULT_OK)
        result = ballot_group_generate(group, w, &out->a);
    if (result == RESULT_OK)
        result = ballot_group_power_secret(group, alpha, w, &out->b);
    return result;
}

static struct ballot_proof respond(const struct ballot_scalar *secret,
                                   const struct ballot_scalar *w,
                                   struct ballot_scalar challenge)
{
    struct ballot_scalar product = ballot_scalar_multiply(secret, &challenge);
    const struct ballot_proof proof = {
        .challenge = challenge, .response = ballot_scalar_subtract(w, &product)
    };

    ballot_scalar_wipe(&product);
    return proof;
}

static enum result prove(const struct ballot_group *group,
                         const struct ballot_opening *opening, size_t position,
                         const struct ballot_scalar *secret,
                         const struct ballot_random *random,
                         struct ballot_decryption *out)
{
    const struct ballot_element *alpha = &opening->tally[position].alpha;
    struct ballot_scalar w = { { 0 } };
    struct commitments commitments;
    enum result result = commit(group, alpha, random, &w, &commitments);

    if (result == RESULT_OK) {
        out->proofs[position] =
            respond(secret, &w, compatible_challenge(opening, &commitments));
        result = commit(group, alpha, random, &w, &commitments);
    }
    if (result == RESULT_OK)
        out->strong[position] =
            respond(secret, &w,
                    strong_challenge(opening, position, &out->factors[position],
                                     &commitments));
    ballot_scalar_wipe(&w);
    return result;
}

static enum result make_all(const struct ballot_group *group,
                            const struct ballot_opening *opening,
                            const struct ballot_scalar *secret,
                            const struct ballot_random *random,
                            struct ballot_decryption *out)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < out->position_count && result == RESULT_OK; i++) {
        result = ballot_group_power_secret(group, &opening->tally[i].alpha,
                                           secret, &out->factors[i]);
        if (result == RESULT_OK)
            result = prove(group, opening, i, secret, random, out);
    }
    return result;
}

enum result ballot_decryption_make(const struct ballot_group *group,
                                   const struct ballot_opening *opening,
                                   const struct ballot_scalar *secret,
                                   const struct ballot_random *random,
                                   struct ballot_decryption *out)
{
    struct ballot_decryption made;
    struct ballot_element key;
    enum result result = ballot_group_generate(group, secret, &key);

    if (result != RESULT_OK)
        return result;
    if (!ballot_element_equal(&key, &opening->public_key))
        return RESULT_INVALID;
    result = decryption_new(ballot_election_position_count(opening->election),
                            &made);
    if (result != RESULT_OK)
        return result;
    made.has_strong = true;
    result = make_all(group, opening, secret, random, &made);
    if (result == RESULT_OK)
        *out = made;
    else
        ballot_decryption_release(&made);
    return result;
}

/* --- Bytes --------------------------------------------------------------- */

static void write_factor(struct byte_writer *writer, size_t position,
                         const void *user)
{
    const struct ballot_element *factors = user;

    ballot_value_write_element(writer, &factors[position]);
}

static void write_proof(struct byte_writer *writer, size_t position,
                        const void *user)
{
    const struct ballot_proof *proofs = user;

    ballot_value_write_proof(writer, &proofs[position]);
}

void ballot_decryption_write(struct byte_writer *writer,
                             const struct ballot_election *election,
                             const struct ballot_decryption *decryption)
{
    ballot_json_write(writer, "{\"decryption_factors\":");
    ballot_shape_write(writer, election, write_factor, decryption->factors);
    ballot_json_write(writer, ",\"decryption_proofs\":");
    ballot_shape_write(writer, election, write_proof, decryption->proofs);
    if (decryption->has_strong) {
        ballot_json_write(writer, ",\"strong_proofs\":");
        ballot_shape_write(writer, election, write_proof, decryption->strong);
    }
    ballot_json_write(writer, "}");
}

struct reading {
    const struct ballot_group *group;
    struct ballot_decryption *decryption;
};

static void read_factor(struct ballot_json *json, size_t position, void *user)
{
    const struct reading *reading = user;

    reading->decryption->factors[position] =
        ballot_value_element(json, reading->group);
}

static void read_proof(struct ballot_json *json, size_t position, void *user)
{
    struct ballot_proof *proofs = user;

    proofs[position] = ballot_value_proof(json);
}

static void read_fields(struct ballot_json *json,
                        const struct ballot_election *election,
                        struct reading *reading)
{
    struct ballot_decryption *decryption = reading->decryption;

    ballot_json_object(json);
    ballot_json_field(json, "decryption_factors");
    ballot_shape_read(json, election, BALLOT_FAULT_DECRYPTION_SHAPE,
                      read_factor, reading);
    ballot_json_field(json, "decryption_proofs");
    ballot_shape_read(json, election, BALLOT_FAULT_DECRYPTION_SHAPE, read_proof,
                      decryption->proofs);
    decryption->has_strong = ballot_json_optional(json, "strong_proofs");
    if (decryption->has_strong)
        ballot_shape_read(json, election, BALLOT_FAULT_DECRYPTION_SHAPE,
                          read_proof, decryption->strong);
    ballot_json_object_end(json);
}

enum ballot_fault ballot_decryption_read(const struct ballot_group *group,
                                         struct text_view record,
                                         const struct ballot_election *election,
                                         bool is_lenient,
                                         struct ballot_decryption *out)
{
    struct ballot_decryption read;
    struct reading reading = { .group = group, .decryption = &read };
    struct ballot_json json;
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    if (decryption_new(ballot_election_position_count(election), &read) !=
        RESULT_OK)
        return BALLOT_FAULT_NO_MEMORY;
    ballot_json_init(&json, record);
    json.is_lenient = is_lenient;
    read_fields(&json, election, &reading);
    fault = ballot_json_end(&json);
    if (fault == BALLOT_FAULT_NONE && !read.has_strong && !is_lenient)
        fault = BALLOT_FAULT_STRONG_PROOF_MISSING;
    if (fault == BALLOT_FAULT_NONE)
        *out = read;
    else
        ballot_decryption_release(&read);
    return fault;
}

void ballot_decryption_write_owner(struct byte_writer *writer, uint64_t owner,
                                   const struct hash *payload)
{
    ballot_json_write(writer, "{\"owner\":");
    ballot_json_write_number(writer, owner);
    ballot_json_write(writer, ",\"payload\":");
    ballot_json_write_hex(writer, payload->bytes, HASH_SIZE);
    ballot_json_write(writer, "}");
}

enum ballot_fault ballot_decryption_read_owner(struct text_view record,
                                               bool is_lenient, uint64_t *owner,
                                               struct hash *payload)
{
    struct ballot_json json;

    ballot_json_init(&json, record);
    json.is_lenient = is_lenient;
    ballot_json_object(&json);
    ballot_json_field(&json, "owner");
    *owner = ballot_json_number(&json, UINT32_MAX);
    ballot_json_field(&json, "payload");
    *payload = ballot_json_hash(&json);
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

/* --- Checking ------------------------------------------------------------ */

/* A = g^response X^challenge, B = alpha^response factor^challenge. */
static enum result recommit(const struct ballot_group *group,
                            const struct ballot_opening *opening,
                            const struct ballot_element *alpha,
                            const struct ballot_element *factor,
                            const struct ballot_proof *proof,
                            struct commitments *out)
{
    const struct ballot_element g = ballot_group_generator(group);
    enum result result =
        ballot_group_power2(group, &g, &proof->response, &opening->public_key,
                            &proof->challenge, &out->a);

    if (result == RESULT_OK)
        result = ballot_group_power2(group, alpha, &proof->response, factor,
                                     &proof->challenge, &out->b);
    return result;
}

static enum ballot_fault
check_compatible(const struct ballot_group *group,
                 const struct ballot_opening *opening, size_t position,
                 const struct ballot_decryption *decryption)
{
    const struct ballot_proof *proof = &decryption->proofs[position];
    struct commitments commitments;
    struct ballot_scalar challenge;
    const enum result result =
        recommit(group, opening, &opening->tally[position].alpha,
                 &decryption->factors[position], proof, &commitments);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    challenge = compatible_challenge(opening, &commitments);
    return ballot_scalar_equal(&challenge, &proof->challenge)
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_DECRYPTION_PROOF;
}

static enum ballot_fault
check_strong(const struct ballot_group *group,
             const struct ballot_opening *opening, size_t position,
             const struct ballot_decryption *decryption)
{
    const struct ballot_proof *proof = &decryption->strong[position];
    const struct ballot_element *factor = &decryption->factors[position];
    struct commitments commitments;
    struct ballot_scalar challenge;
    const enum result result =
        recommit(group, opening, &opening->tally[position].alpha, factor, proof,
                 &commitments);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    challenge = strong_challenge(opening, position, factor, &commitments);
    return ballot_scalar_equal(&challenge, &proof->challenge)
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_STRONG_PROOF;
}

enum ballot_fault
ballot_decryption_check(const struct ballot_group *group,
                        const struct ballot_opening *opening,
                        const struct ballot_decryption *decryption)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (size_t i = 0;
         i < decryption->position_count && fault == BALLOT_FAULT_NONE; i++) {
        fault = ballot_value_check_member(group, &decryption->factors[i]);
        if (fault == BALLOT_FAULT_NONE)
            fault = check_compatible(group, opening, i, decryption);
        if (fault == BALLOT_FAULT_NONE && decryption->has_strong)
            fault = check_strong(group, opening, i, decryption);
    }
    return fault;
}
