/* Who has asked with which credential: in this memory alone, and wiped. */
#include "server/room/ballot_desk.h"

#include <openssl/crypto.h>
#include <stdlib.h>

static void release_claim(struct desk_claim *claim)
{
    if (claim->credentials)
        OPENSSL_cleanse(claim->credentials,
                        claim->count * sizeof claim->credentials[0]);
    free(claim->credentials);
    OPENSSL_cleanse(claim, sizeof *claim);
}

void desk_forget_claims(struct ballot_desk *desk)
{
    size_t i;

    for (i = 0; i < desk->claim_count; i++)
        release_claim(&desk->claims[i]);
    free(desk->claims);
    desk->claims = NULL;
    desk->claim_count = desk->claim_capacity = 0;
}

struct desk_claim *desk_find_claim(const struct ballot_desk *desk,
                                   const struct identifier *holder)
{
    size_t i;

    for (i = 0; i < desk->claim_count; i++)
        if (identifier_equal(&desk->claims[i].holder, holder))
            return &desk->claims[i];
    return NULL;
}

bool desk_is_claimed_by_another(const struct ballot_desk *desk,
                                const struct identifier *holder,
                                const struct ballot_element *credential)
{
    size_t i, k;

    for (i = 0; i < desk->claim_count; i++) {
        const struct desk_claim *claim = &desk->claims[i];

        if (identifier_equal(&claim->holder, holder))
            continue;
        for (k = 0; k < claim->count; k++)
            if (ballot_element_equal(&claim->credentials[k], credential))
                return true;
    }
    return false;
}

bool desk_is_same_claim(const struct desk_claim *claim,
                        const struct ballot_element *credentials, size_t count)
{
    size_t i;

    for (i = 0; i < count && i < claim->count; i++)
        if (!ballot_element_equal(&claim->credentials[i], &credentials[i]))
            return false;
    return claim->count == count;
}

bool desk_add_claim(struct ballot_desk *desk, const struct identifier *holder,
                    const struct key *device,
                    struct ballot_element **credentials, size_t count)
{
    struct desk_claim *claim;

    if (!history_grow(&desk->claims, &desk->claim_capacity, desk->claim_count,
                      sizeof desk->claims[0]))
        return false;
    claim = &desk->claims[desk->claim_count++];
    claim->holder = *holder;
    claim->device = *device;
    claim->credentials = *credentials;
    claim->count = count;
    *credentials = NULL;
    return true;
}
