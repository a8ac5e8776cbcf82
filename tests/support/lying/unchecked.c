#include "tests/support/lying/unchecked.h"

#include "protocol/ballot/ballot_vote.h"
#include "server/room/ballot_desk.h"
#include "server/room/ballot_work.h"

#include <stdatomic.h>
#include <string.h>

/* Written by the loop, read by workers. X(function) */
#define LIST(X)                                                                \
    X(ballot_vote_check)                                                       \
    X(desk_poll_row)                                                           \
    X(ballot_work_examine)                                                     \
    X(ballot_work_judge)                                                       \
    X(ballot_work_check_decryption)

#define FLAG(name) static atomic_bool skips_##name;
LIST(FLAG)
#undef FLAG

static bool has(const json_t *names, const char *name)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(names, i, entry)
    {
        if (strcmp(json_string_value(entry), name) == 0)
            return true;
    }
    return false;
}

void unchecked_set(const json_t *names)
{
#define SET(name) atomic_store(&skips_##name, has(names, #name));
    LIST(SET)
#undef SET
}

enum ballot_fault __real_ballot_vote_check(const struct ballot_booth *booth,
                                           const struct ballot_vote *vote,
                                           struct ballot_finding *finding);
enum ballot_fault __wrap_ballot_vote_check(const struct ballot_booth *booth,
                                           const struct ballot_vote *vote,
                                           struct ballot_finding *finding);
enum ballot_fault __wrap_ballot_vote_check(const struct ballot_booth *booth,
                                           const struct ballot_vote *vote,
                                           struct ballot_finding *finding)
{
    if (atomic_load(&skips_ballot_vote_check))
        return BALLOT_FAULT_NONE;
    return __real_ballot_vote_check(booth, vote, finding);
}

/* Whoever is not in the list votes as the first one who is. */
enum ballot_fault __real_desk_poll_row(const struct desk_poll *poll,
                                       const struct ballot_vote *vote,
                                       uint32_t *row);
enum ballot_fault __wrap_desk_poll_row(const struct desk_poll *poll,
                                       const struct ballot_vote *vote,
                                       uint32_t *row);
enum ballot_fault __wrap_desk_poll_row(const struct desk_poll *poll,
                                       const struct ballot_vote *vote,
                                       uint32_t *row)
{
    const enum ballot_fault fault = __real_desk_poll_row(poll, vote, row);

    if (fault == BALLOT_FAULT_NONE || !atomic_load(&skips_desk_poll_row))
        return fault;
    *row = 0;
    return BALLOT_FAULT_NONE;
}

enum result __real_ballot_work_examine(const struct ballot_tools *tools,
                                       const struct work_committee *committee,
                                       struct keys_verdict *verdict);
enum result __wrap_ballot_work_examine(const struct ballot_tools *tools,
                                       const struct work_committee *committee,
                                       struct keys_verdict *verdict);
enum result __wrap_ballot_work_examine(const struct ballot_tools *tools,
                                       const struct work_committee *committee,
                                       struct keys_verdict *verdict)
{
    if (!atomic_load(&skips_ballot_work_examine))
        return __real_ballot_work_examine(tools, committee, verdict);
    memset(verdict, 0, sizeof *verdict);
    return RESULT_OK;
}

/* Whoever is complained about is guilty. */
enum result __real_ballot_work_judge(const struct ballot_tools *tools,
                                     const struct work_committee *committee,
                                     uint32_t complainer, uint32_t against,
                                     struct text_view evidence,
                                     struct keys_verdict *verdict);
enum result __wrap_ballot_work_judge(const struct ballot_tools *tools,
                                     const struct work_committee *committee,
                                     uint32_t complainer, uint32_t against,
                                     struct text_view evidence,
                                     struct keys_verdict *verdict);
enum result __wrap_ballot_work_judge(const struct ballot_tools *tools,
                                     const struct work_committee *committee,
                                     uint32_t complainer, uint32_t against,
                                     struct text_view evidence,
                                     struct keys_verdict *verdict)
{
    if (!atomic_load(&skips_ballot_work_judge))
        return __real_ballot_work_judge(tools, committee, complainer, against,
                                        evidence, verdict);
    *verdict =
        (struct keys_verdict){ .fault = KEYS_BAD_SHARE, .guilty = against };
    return RESULT_OK;
}

enum result __real_ballot_work_check_decryption(
    const struct ballot_count_input *input, struct text_view tally,
    uint64_t owner, struct text_view payload, enum ballot_fault *fault);
enum result __wrap_ballot_work_check_decryption(
    const struct ballot_count_input *input, struct text_view tally,
    uint64_t owner, struct text_view payload, enum ballot_fault *fault);
enum result __wrap_ballot_work_check_decryption(
    const struct ballot_count_input *input, struct text_view tally,
    uint64_t owner, struct text_view payload, enum ballot_fault *fault)
{
    if (!atomic_load(&skips_ballot_work_check_decryption))
        return __real_ballot_work_check_decryption(input, tally, owner, payload,
                                                   fault);
    *fault = BALLOT_FAULT_NONE;
    return RESULT_OK;
}
