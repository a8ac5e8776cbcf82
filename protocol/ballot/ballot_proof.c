#include "protocol/ballot/ballot_proof.h"

static struct ballot_scalar
challenge_of(struct text_view prefix, const struct ballot_element *commitment)
{
    struct ballot_hash hash;

    ballot_hash_begin(&hash);
    ballot_hash_text(&hash, prefix);
    ballot_hash_element(&hash, commitment);
    return ballot_hash_finish(&hash);
}

enum result ballot_proof_make(const struct ballot_group *group,
                              const struct ballot_scalar *secret,
                              struct text_view prefix,
                              const struct ballot_random *random,
                              struct ballot_proof *out)
{
    struct ballot_scalar w;
    struct ballot_element commitment;
    enum result result = ballot_scalar_random(random, &w);

    if (result != RESULT_OK)
        return result;
    result = ballot_group_generate(group, &w, &commitment);
    if (result == RESULT_OK) {
        struct ballot_scalar challenge = challenge_of(prefix, &commitment);
        struct ballot_scalar product =
            ballot_scalar_multiply(secret, &challenge);

        out->challenge = challenge;
        out->response = ballot_scalar_subtract(&w, &product);
        ballot_scalar_wipe(&product);
    }
    ballot_scalar_wipe(&w);
    return result;
}

enum result ballot_proof_check(const struct ballot_group *group,
                               const struct ballot_element *public_key,
                               struct text_view prefix,
                               const struct ballot_proof *proof)
{
    struct ballot_element generator = ballot_group_generator(group);
    struct ballot_element commitment;
    struct ballot_scalar challenge;
    enum result result =
        ballot_group_power2(group, &generator, &proof->response, public_key,
                            &proof->challenge, &commitment);

    if (result != RESULT_OK)
        return result;
    challenge = challenge_of(prefix, &commitment);
    return ballot_scalar_equal(&challenge, &proof->challenge) ? RESULT_OK
                                                              : RESULT_REFUSED;
}
