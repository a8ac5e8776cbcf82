/*
 * chibo whose part in secret ballots is false, in the way that the variable
 * CHIBO_FALSE names. The linker puts these in the place of the functions of
 * their names (--wrap); servers and other devices have to find out.
 *
 *   share       as a teller, a wrong share goes to teller 2
 *   complaint   as a teller, the first box is said not to open
 *   decryption  as a teller, a proof of the decryption is wrong
 *   proof       as a voter, a proof of the ballot is wrong
 *   copy        as a voter, the ballot is the one in the file CHIBO_COPY
 */
#include "protocol/ballot/ballot_branches.h"
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHEATED_TELLER = 2 };

static bool is_false(const char *way)
{
    const char *wanted = getenv("CHIBO_FALSE");

    return wanted && strcmp(wanted, way) == 0;
}

static struct ballot_scalar next(const struct ballot_scalar *scalar)
{
    const struct ballot_scalar one = ballot_scalar_of_number(1);

    return ballot_scalar_add(scalar, &one);
}

#define WRAP(type, name, parameters)                                           \
    type __real_##name parameters;                                             \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters

WRAP(enum result, ballot_share_seal,
     (const struct ballot_group *group, const struct ballot_share_route *route,
      const struct ballot_scalar *share,
      const struct ballot_element *encryption,
      const struct ballot_scalar *signing, const struct ballot_random *random,
      struct ballot_share_box *out))
{
    const struct ballot_scalar other = next(share);
    const bool is_cheated =
        is_false("share") && route->recipient == CHEATED_TELLER;

    return __real_ballot_share_seal(group, route, is_cheated ? &other : share,
                                    encryption, signing, random, out);
}

WRAP(enum ballot_fault, ballot_share_open,
     (const struct ballot_group *group, const struct ballot_share_box *box,
      const struct ballot_scalar *decryption, struct ballot_scalar *share))
{
    const enum ballot_fault fault =
        __real_ballot_share_open(group, box, decryption, share);

    return is_false("complaint") ? BALLOT_FAULT_SHARE_SEALED : fault;
}

WRAP(enum result, ballot_decryption_make,
     (const struct ballot_group *group, const struct ballot_opening *opening,
      const struct ballot_scalar *secret, const struct ballot_random *random,
      struct ballot_decryption *out))
{
    const enum result result =
        __real_ballot_decryption_make(group, opening, secret, random, out);

    if (result == RESULT_OK && is_false("decryption"))
        out->proofs[0].response = next(&out->proofs[0].response);
    return result;
}

WRAP(enum result, ballot_branches_prove,
     (const struct ballot_booth *booth,
      const struct ballot_statement *statement,
      const struct ballot_branch *branches, size_t count,
      const struct ballot_random *random, struct ballot_proof *proofs))
{
    const enum result result = __real_ballot_branches_prove(
        booth, statement, branches, count, random, proofs);

    if (is_false("proof"))
        proofs[0].response = next(&proofs[0].response);
    return result;
}

static enum result copy(char **out, size_t *size)
{
    FILE *file = fopen(getenv("CHIBO_COPY"), "rb");

    *out = malloc(LIMIT_BALLOT_SIZE);
    if (!file || !*out)
        abort();
    *size = fread(*out, 1, LIMIT_BALLOT_SIZE, file);
    (void)fclose(file);
    return RESULT_OK;
}

WRAP(enum result, ballot_vote_make,
     (const struct ballot_booth *booth, const struct ballot_scalar *secret,
      const struct ballot_choice *choices, size_t choice_count,
      const struct ballot_random *random, char **out, size_t *size))
{
    if (is_false("copy"))
        return copy(out, size);
    return __real_ballot_vote_make(booth, secret, choices, choice_count, random,
                                   out, size);
}
