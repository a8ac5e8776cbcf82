#include "protocol/ballot/ballot_booth.h"

#include <stdlib.h>

enum result ballot_booth_new(const struct ballot_group *group,
                             const struct ballot_election *election,
                             struct ballot_booth **out)
{
    struct ballot_booth *booth;
    enum result result =
        ballot_group_check_member(group, &election->public_key);

    if (result == RESULT_OK &&
        ballot_element_is_identity(&election->public_key))
        result = RESULT_REFUSED;
    if (result != RESULT_OK)
        return result;
    booth = calloc(1, sizeof *booth);
    if (!booth)
        return RESULT_NO_MEMORY;
    booth->group = group;
    booth->election = election;
    result = ballot_base_new(group, &election->public_key, &booth->key);
    if (result != RESULT_OK) {
        ballot_booth_free(booth);
        return result;
    }
    *out = booth;
    return RESULT_OK;
}

struct ballot_booth *ballot_booth_free(struct ballot_booth *booth)
{
    if (!booth)
        return NULL;
    ballot_base_free(booth->key);
    free(booth);
    return NULL;
}
