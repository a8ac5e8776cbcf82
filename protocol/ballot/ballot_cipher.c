#include "protocol/ballot/ballot_cipher.h"

struct ballot_cipher ballot_cipher_identity(void)
{
    struct ballot_cipher identity = { ballot_element_identity(),
                                      ballot_element_identity() };

    return identity;
}

enum result ballot_cipher_encrypt(const struct ballot_group *group,
                                  const struct ballot_base *key,
                                  const struct ballot_scalar *r,
                                  const struct ballot_scalar *number,
                                  struct ballot_cipher *out)
{
    struct ballot_cipher cipher;
    enum result result = ballot_group_generate(group, r, &cipher.alpha);

    if (result == RESULT_OK)
        result = ballot_base_power2(group, key, r, ballot_group_base(group),
                                    number, &cipher.beta);
    if (result == RESULT_OK)
        *out = cipher;
    return result;
}

enum result ballot_cipher_multiply(const struct ballot_group *group,
                                   const struct ballot_cipher *a,
                                   const struct ballot_cipher *b,
                                   struct ballot_cipher *out)
{
    struct ballot_cipher product;
    enum result result =
        ballot_group_multiply(group, &a->alpha, &b->alpha, &product.alpha);

    if (result == RESULT_OK)
        result =
            ballot_group_multiply(group, &a->beta, &b->beta, &product.beta);
    if (result == RESULT_OK)
        *out = product;
    return result;
}
