#include "protocol/meeting/meeting_state_digest.h"

#include "protocol/record/digest.h"

static void add_id(struct digest *digest, const struct identifier *id)
{
    digest_prefixed_text(digest, identifier_view(id));
}

static void add_hash(struct digest *digest, const struct hash *hash)
{
    digest_bytes(digest, hash->bytes, sizeof hash->bytes);
}

static void add_key(struct digest *digest, const struct key *key)
{
    digest_bytes(digest, key->bytes, sizeof key->bytes);
}

static void add_text(struct digest *digest,
                     const struct meeting_ballot_text *text)
{
    digest_number(digest, text->data != NULL);
    digest_prefixed(digest, text->data ? text->data : "", text->size);
}

static void add_numbers(struct digest *digest, const uint64_t *numbers,
                        size_t count)
{
    size_t i;

    digest_number(digest, count);
    for (i = 0; i < count; i++)
        digest_number(digest, numbers[i]);
}

static void add_teller(struct digest *digest,
                       const struct meeting_ballot_teller *teller)
{
    add_id(digest, &teller->member);
    add_key(digest, &teller->device);
    digest_number(digest, teller->has_certified);
    add_hash(digest, &teller->message);
    add_text(digest, &teller->certificate);
    add_text(digest, &teller->deal);
    add_text(digest, &teller->key);
}

static void add_part(struct digest *digest,
                     const struct meeting_ballot_part *part)
{
    digest_number(digest, part->has_signed);
    add_hash(digest, &part->key);
    digest_bytes(digest, part->sig.bytes, sizeof part->sig.bytes);
    digest_number(digest, part->refused);
    digest_number(digest, part->has_decrypted);
    add_hash(digest, &part->payload);
    add_hash(digest, &part->sized);
    digest_number(digest, part->size);
}

static void add_matter(struct digest *digest,
                       const struct meeting_ballot_matter *matter)
{
    digest_number(digest, (uint64_t)matter->matter);
    digest_number(digest, matter->seats);
    add_id(digest, &matter->subject);
    digest_number(digest, matter->has_post);
    digest_number(digest, matter->subject_votes);
    add_id(digest, &matter->election);
    add_id(digest, &matter->again);
    digest_number(digest, matter->forms);
    digest_number(digest, matter->is_announced);
}

static void add_draft(struct digest *digest,
                      const struct meeting_ballot *ballot)
{
    size_t i;

    add_id(digest, &ballot->id);
    add_id(digest, &ballot->item);
    digest_number(digest, ballot->round);
    digest_number(digest, (uint64_t)ballot->phase);
    digest_number(digest, ballot->drafted_seq);
    add_hash(digest, &ballot->form);
    digest_number(digest, ballot->candidate_count);
    for (i = 0; i < ballot->candidate_count; i++)
        add_id(digest, &ballot->candidates[i]);
    digest_number(digest, ballot->threshold);
    digest_number(digest, ballot->is_revote);
    digest_number(digest, ballot->has_halls);
    add_matter(digest, &ballot->matter);
    add_id(digest, &ballot->vote);
    digest_number(digest, ballot->denominator);
    digest_number(digest, ballot->present);
    digest_number(digest, (uint64_t)ballot->measure);
    digest_number(digest, ballot->is_remote);
    for (i = 1; i < category_count_; i++) {
        digest_number(digest, (uint64_t)ballot->people[i].counts);
        digest_number(digest, ballot->people[i].votes);
        digest_number(digest, ballot->people[i].people);
        digest_number(digest, ballot->people[i].present);
        digest_number(digest, ballot->people[i].counted);
    }
    digest_number(digest, ballot->counted_count);
    for (i = 0; i < ballot->counted_count; i++)
        digest_number(digest, ballot->counted[i]);
}

static void add_keys(struct digest *digest, const struct meeting_ballot *ballot)
{
    size_t i;

    digest_number(digest, ballot->attempt);
    digest_number(digest, ballot->is_failed);
    digest_number(digest, ballot->failed_seq);
    for (i = 0; i < ballot->attempt; i++)
        digest_prefixed_text(digest, text_view_of(ballot->uuids[i]));
    add_text(digest, &ballot->server_key);
    digest_number(digest, ballot->dispute.is_open);
    digest_number(digest, ballot->dispute.index);
    digest_number(digest, ballot->dispute.against);
    add_text(digest, &ballot->dispute.evidence);
    digest_number(digest, ballot->teller_count);
    for (i = 0; i < ballot->teller_count; i++)
        add_teller(digest, &ballot->tellers[i]);
    for (i = 0; i < BALLOT_OWNERS_MAX; i++)
        add_part(digest, &ballot->owners[i]);
    add_hash(digest, &ballot->trustees);
    digest_number(digest, ballot->trustees_size);
    add_hash(digest, &ballot->election);
    digest_number(digest, ballot->election_size);
}

static void add_voter(struct digest *digest,
                      const struct meeting_ballot_voter *voter)
{
    add_id(digest, &voter->member);
    digest_number(digest, (uint64_t)voter->channel);
    add_id(digest, &voter->site);
    digest_number(digest, voter->is_issued);
    digest_number(digest, voter->is_pooled);
    digest_number(digest, voter->is_dropped);
    add_key(digest, &voter->device);
    digest_number(digest, voter->is_named);
    add_hash(digest, &voter->named_in);
    digest_number(digest, voter->has_attested);
    digest_number(digest, (uint64_t)voter->included);
    digest_number(digest, voter->objections);
}

static void add_pool(struct digest *digest,
                     const struct meeting_ballot_pool *pool)
{
    size_t i;

    add_id(digest, &pool->site);
    add_key(digest, &pool->device);
    digest_number(digest, pool->is_transcribed);
    digest_number(digest, pool->k);
    for (i = 0; i < pool->k; i++)
        add_id(digest, &pool->members[i]);
    digest_number(digest, pool->is_dropped);
    digest_number(digest, pool->has_attested);
    add_hash(digest, &pool->pool);
    digest_number(digest, pool->is_confirmed);
    add_id(digest, &pool->confirmed_by);
    digest_number(digest, pool->is_included);
    digest_number(digest, pool->own);
}

static void add_list(struct digest *digest, const struct meeting_ballot *ballot)
{
    size_t i;

    digest_number(digest, ballot->voter_count);
    for (i = 0; i < ballot->voter_count; i++)
        add_voter(digest, &ballot->voters[i]);
    digest_number(digest, ballot->pool_count);
    for (i = 0; i < ballot->pool_count; i++)
        add_pool(digest, &ballot->pools[i]);
    digest_number(digest, ballot->is_listed);
    add_hash(digest, &ballot->setup);
    add_hash(digest, &ballot->credentials);
    digest_number(digest, ballot->length);
    digest_number(digest, ballot->listed_seq);
    digest_number(digest, (uint64_t)ballot->listed_ms);
    digest_number(digest, ballot->attested_seq);
    digest_number(digest, ballot->is_checkpointed);
}

static void add_voting(struct digest *digest,
                       const struct meeting_ballot *ballot)
{
    size_t i;

    digest_number(digest, ballot->opened_seq);
    digest_number(digest, ballot->result_seq);
    digest_number(digest, (uint64_t)ballot->opened_ms);
    digest_number(digest, ballot->is_opened_knowingly);
    digest_number(digest, ballot->is_counted_knowingly);
    digest_number(digest, ballot->archive.seconds);
    digest_number(digest, ballot->archive.count);
    digest_number(digest, (uint64_t)ballot->archive.last);
    add_hash(digest, &ballot->archive.head);
    digest_number(digest, ballot->record_count);
    for (i = 0; i < ballot->record_count; i++) {
        add_hash(digest, &ballot->records[i].tracker);
        add_hash(digest, &ballot->records[i].event);
    }
    digest_number(digest, ballot->returned);
    digest_number(digest, ballot->is_ending);
    digest_number(digest, (uint64_t)ballot->closes_at_ms);
    add_hash(digest, &ballot->end);
    digest_number(digest, (uint64_t)ballot->ended_ms);
}

static void add_objections(struct digest *digest,
                           const struct meeting_ballot *ballot)
{
    size_t i;

    digest_number(digest, ballot->evidence_count);
    for (i = 0; i < ballot->evidence_count; i++) {
        const struct meeting_ballot_objection *row = &ballot->objections[i];

        digest_number(digest, row->seq);
        add_id(digest, &row->member);
        digest_number(digest, (uint64_t)row->kind);
        digest_number(digest, row->is_proven);
        add_hash(digest, &row->list);
        add_hash(digest, &row->credential);
        digest_number(digest, row->is_late);
    }
}

static void add_count(struct digest *digest,
                      const struct meeting_ballot *ballot)
{
    const struct meeting_ballot_paper *paper = &ballot->paper;

    digest_number(digest, paper->is_entered);
    digest_number(digest, paper->issued);
    digest_number(digest, paper->returned);
    digest_number(digest, paper->valid);
    digest_number(digest, paper->invalid);
    add_numbers(digest, paper->counts, paper->count_count);
    add_hash(digest, &paper->record);
    add_id(digest, &paper->entered_by);
    digest_number(digest, paper->is_confirmed);
    add_id(digest, &paper->confirmed_by);
    digest_number(digest, ballot->objection_count);
    digest_number(digest, ballot->other_objections);
    add_objections(digest, ballot);
    digest_number(digest, ballot->is_tallied);
    add_hash(digest, &ballot->tally);
    add_hash(digest, &ballot->sized);
    digest_number(digest, ballot->included);
    digest_number(digest, ballot->decrypted_count);
    digest_number(digest, ballot->refused_count);
    add_hash(digest, &ballot->result);
    digest_number(digest, ballot->result_size);
    add_numbers(digest, ballot->counts, ballot->count_count);
    digest_number(digest, (uint64_t)ballot->void_reason);
}

static void add_chosen(struct digest *digest, const struct items *chosen)
{
    const struct chosen_row *row = chosen->data;
    size_t i;

    digest_number(digest, chosen->count);
    for (i = 0; i < chosen->count; i++) {
        add_id(digest, &row[i].member);
        digest_number(digest, row[i].votes);
        digest_number(digest, row[i].against);
        digest_number(digest, (uint64_t)row[i].standing);
    }
}

static void add_levels(struct digest *digest, const struct items *levels)
{
    const struct level_row *row = levels->data;
    size_t i;

    digest_number(digest, levels->count);
    for (i = 0; i < levels->count; i++) {
        add_id(digest, &row[i].member);
        digest_number(digest, row[i].first);
        digest_number(digest, row[i].second);
        digest_number(digest, row[i].third);
        digest_number(digest, row[i].fourth);
        digest_number(digest, (uint64_t)row[i].level);
    }
}

static void add_forms(struct digest *digest, const struct items *forms)
{
    const struct form_row *row = forms->data;
    size_t i;

    digest_number(digest, forms->count);
    for (i = 0; i < forms->count; i++) {
        digest_number(digest, (uint64_t)row[i].form);
        digest_number(digest, row[i].votes);
        digest_number(digest, row[i].added);
        digest_number(digest, row[i].need);
        digest_number(digest, row[i].reached);
    }
}

static void add_decided(struct digest *digest,
                        const struct event_ballot_decided *decided)
{
    digest_number(digest, (uint64_t)decided->end);
    digest_prefixed_text(digest, decided->rule);
    digest_prefixed_text(digest, decided->test);
    digest_number(digest, decided->need);
    digest_number(digest, decided->returned);
    digest_number(digest, decided->valid);
    digest_number(digest, decided->invalid);
    digest_number(digest, decided->yes);
    digest_number(digest, decided->no);
    digest_number(digest, decided->other);
    digest_number(digest, (uint64_t)decided->form);
    digest_number(digest, decided->cumulated);
    digest_number(digest, decided->proposal);
    digest_number(digest, decided->open);
    digest_number(digest, decided->over_cap);
    add_chosen(digest, &decided->chosen);
    add_levels(digest, &decided->levels);
    add_forms(digest, &decided->forms);
}

void digest_add_ballot(struct digest *digest,
                       const struct meeting_ballot *ballot)
{
    add_draft(digest, ballot);
    add_keys(digest, ballot);
    add_list(digest, ballot);
    add_voting(digest, ballot);
    add_count(digest, ballot);
    digest_number(digest, ballot->is_decided);
    if (ballot->is_decided)
        add_decided(digest, &ballot->decided);
}
