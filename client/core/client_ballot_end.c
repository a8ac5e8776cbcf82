/* The end of a ballot: a result that this device has verified, or none. Then
 * nothing secret of it is kept; receipts go to the anchors. */
#include "client/core/client_ballots.h"

#include "protocol/meeting/ballot_paper.h"

#include <stdlib.h>
#include <string.h>

/* What the result says of paper is what a teller entered and another one
 * confirmed. */
static bool paper_is_right(const struct client_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_check_facts(ballot->check);

    return ballot_paper_compare(&ballot_course(ballot)->paper, facts->has_paper,
                                &facts->paper) == RESULT_OK;
}

/* What was verified is what the log says came out. */
static bool result_is_right(const struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct ballot_facts *facts = ballot_check_facts(ballot->check);
    const struct ballot_verifier *verifier =
        ballot_check_verifier(ballot->check);
    const size_t positions =
        ballot_election_position_count(ballot_verifier_election(verifier));

    return ballot_verifier_is_complete(verifier) &&
           hash_equal(&facts->head, &noted->head) &&
           hash_equal(&facts->result, &noted->result) &&
           facts->counted_count == noted->returned &&
           noted->counts.count == positions &&
           memcmp(facts->counts, noted->counts.data,
                  positions * sizeof(uint64_t)) == 0;
}

static bool show_counts(struct client_ballot *ballot)
{
    const struct noted_list *counts = &ballot_noted(ballot)->counts;
    const size_t size = counts->count * sizeof(uint64_t);

    ballot->view.counts = malloc(size + 1);
    if (!ballot->view.counts)
        return false;
    memcpy(ballot->view.counts, counts->data, size);
    ballot->view.count_count = counts->count;
    return true;
}

/* Receipts first: they outlast the vault. */
static bool wipe(struct client_ballot *ballot)
{
    if (!ballot_open_vault(ballot))
        return false;
    if (ballot_keep_receipts(ballot) || ballot_vault_wipe(ballot->vault)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "wipe");
        return false;
    }
    ballot->view.has_credential = false;
    ballot->view.is_ready = ballot->view.is_asked = false;
    ballot->is_wiped = true;
    return true;
}

static void tell_verified(struct client_ballot *ballot)
{
    char head[HEX_SIZE(HASH_SIZE)];

    hex_encode(ballot->view.archive_head.bytes, HASH_SIZE, head);
    ballot_tell_more(ballot, CLIENT_BALLOT_VERIFIED,
                     json_pack("{s:s}", "head", head));
}

static void end_counted(struct client_ballot *ballot)
{
    ballot_tell(ballot, CLIENT_BALLOT_CHECKED_BY_SERVER);
    if (!ballot->check || !ballot_setup_is_right(ballot) ||
        !ballot_verifier_is_complete(ballot_check_verifier(ballot->check)))
        return;
    if (!result_is_right(ballot))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_ARCHIVE, "result");
    else if (!paper_is_right(ballot))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_ARCHIVE, "paper");
    else if (!show_counts(ballot))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
    else if (wipe(ballot))
        tell_verified(ballot);
}

/* Nobody needs the records of what is never opened, but the list on which an
 * objection rests. */
static void end_void(struct client_ballot *ballot)
{
    if ((!ballot->is_wiped && !wipe(ballot)) || !ballot_void_is_weighed(ballot))
        return;
    if (ballot_open_records(ballot))
        ballot_records_remove(ballot->records);
    ballot_tell(ballot, CLIENT_BALLOT_VOID);
}

void ballot_pump_end(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);

    if (noted->phase == NOTED_DONE)
        end_counted(ballot);
    else if (noted->phase == NOTED_VOID)
        end_void(ballot);
}
