/*
 * Target: ballots of a secret election.
 * Input: the bytes of a ballot, of the election in small_election.h.
 * Holds: what is read is written as the same bytes; what passes every check
 * bears the hash of its bytes, and a changed byte does not pass.
 * Planted fault: a well-formed ballot with another hash.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/ballot/ballot_vote_internal.h"
#include "tests/support/small_election.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The last byte that is signed, changed. */
static void require_signed(const struct ballot_booth *booth,
                           struct text_view text)
{
    char *changed = malloc(text.size);
    const char *place = memmem(text.data, text.size, "\"}],\"blank", 10);
    struct ballot_vote vote;

    require(changed && place);
    memcpy(changed, text.data, text.size);
    changed[place - text.data - 1] ^= 1; /* a digit stays one */
    if (ballot_vote_read(booth, (struct text_view){ changed, text.size }, &vote,
                         NULL) == BALLOT_FAULT_NONE) {
        require(!vote.is_hash_right);
        require(ballot_vote_check(booth, &vote, NULL) != BALLOT_FAULT_NONE);
        ballot_vote_release(&vote);
    }
    free(changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct ballot_booth *booth = small_election_booth();
    struct text_view text = { (const char *)data, size };
    struct ballot_vote vote;
    struct ballot_finding finding;
    struct byte_writer writer;

    if (ballot_vote_read(booth, text, &vote, &finding) != BALLOT_FAULT_NONE) {
        require(finding.fault != BALLOT_FAULT_NONE && finding.question == 0 &&
                finding.position < 2);
        return 0;
    }
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_vote_write(&writer, booth->election, &vote);
    if (vote.is_hash_right) {
        ballot_vote_write_signature(&writer, &vote);
        require(writer.result == RESULT_OK && writer.size == size &&
                memcmp(writer.data, data, size) == 0);
    } else {
        require(writer.result == RESULT_OK && writer.size < size &&
                memcmp(writer.data, data, writer.size) == 0);
    }
    byte_writer_release(&writer);
    planted_fault(data, size, !vote.is_hash_right);
    if (ballot_vote_check(booth, &vote, &finding) == BALLOT_FAULT_NONE) {
        require(vote.is_hash_right);
        require_signed(booth, text);
    }
    ballot_vote_release(&vote);
    return 0;
}
