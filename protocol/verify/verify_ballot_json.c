#include "protocol/verify/verify_ballot_json.h"

#include "protocol/verify/verify_json_build.h"

static json_t *json_of_hash(const struct hash *hash)
{
    return verify_json_hex(hash->bytes, HASH_SIZE);
}

static json_t *json_of_text(struct text_view text)
{
    return json_stringn(text.data, text.size);
}

/* An object or array, filled part by part. */
static struct verify_json_builder begin_array(void)
{
    struct verify_json_builder builder = { json_array(), true };

    builder.is_whole = builder.object != NULL;
    return builder;
}

static void add(struct verify_json_builder *array, json_t *value)
{
    verify_json_append(array, array->object, value);
}

/* --- The verdict --------------------------------------------------------- */

/* What the fault is called: of the records, or of what was compared. */
static const char *fault_word(const struct verify_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    size_t i;

    if (facts->fault != BALLOT_FAULT_NONE)
        return ballot_fault_word(facts->fault);
    for (i = 0; i < ballot->given_count; i++)
        if (ballot->given[i] == VERIFY_BALLOT_DIFFERS)
            return "other_head";
    if (ballot->list == VERIFY_BALLOT_DIFFERS)
        return "other_list";
    return ballot->tracker == VERIFY_BALLOT_DIFFERS ? "tracker_not_found" : "";
}

static void put_verdict(struct verify_json_builder *builder,
                        const struct verify_ballot *ballot)
{
    static const char *const verdicts[] = {
        [VERIFY_COMPLETE] = "complete",
        [VERIFY_INVALID] = "invalid",
        [VERIFY_UNUSABLE] = "unusable",
        [VERIFY_SO_FAR] = "so_far",
    };
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    const bool has_fault = facts->fault != BALLOT_FAULT_NONE;

    verify_json_put(builder, "valid",
                    json_boolean(ballot->verdict != VERIFY_INVALID));
    verify_json_put(builder, "verdict", json_string(verdicts[ballot->verdict]));
    verify_json_put(builder, "fault", json_string(fault_word(ballot)));
    verify_json_put(builder, "event",
                    has_fault ? verify_json_number(facts->fault_event)
                              : json_null());
    verify_json_put(builder, "kind",
                    json_string(ballot_event_word(
                        has_fault ? facts->fault_kind : BALLOT_EVENT_NONE)));
    verify_json_put(builder, "owner", verify_json_number(facts->fault_owner));
}

/* --- What was compared --------------------------------------------------- */

static json_t *json_of_status(enum verify_ballot_status status)
{
    static const char *const words[] = {
        [VERIFY_BALLOT_NOT_ASKED] = "not_given",
        [VERIFY_BALLOT_EQUAL] = "equal",
        [VERIFY_BALLOT_BEYOND] = "beyond",
        [VERIFY_BALLOT_DIFFERS] = "differs",
    };

    return json_string(words[status]);
}

static json_t *json_of_heads(const struct verify_ballot_input *input,
                             const struct verify_ballot *ballot)
{
    struct verify_json_builder outer = begin_array();
    size_t i;

    for (i = 0; i < ballot->given_count; i++) {
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "head", json_string(input->heads[i].name));
        verify_json_put(&builder, "status", json_of_status(ballot->given[i]));
        add(&outer, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_tracked(const struct ballot_tracked *row)
{
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "event", verify_json_number(row->event));
    verify_json_put(&builder, "tracker", json_string(row->tracker));
    verify_json_put(&builder, "counted", json_boolean(row->replaced_by == 0));
    verify_json_put(&builder, "replaced_by",
                    row->replaced_by ? verify_json_number(row->replaced_by)
                                     : json_null());
    return verify_json_take(&builder);
}

static json_t *json_of_own(const struct verify_ballot_input *input,
                           const struct verify_ballot *ballot)
{
    struct verify_json_builder builder;

    if (!input->tracker)
        return json_null();
    if (ballot->found)
        return json_of_tracked(ballot->found);
    builder = verify_json_begin();
    verify_json_put(&builder, "event", json_null());
    verify_json_put(&builder, "tracker", json_string(input->tracker));
    verify_json_put(&builder, "counted", json_false());
    verify_json_put(&builder, "replaced_by", json_null());
    return verify_json_take(&builder);
}

/* --- The election -------------------------------------------------------- */

static json_t *json_of_counts(const uint64_t *counts, size_t count)
{
    struct verify_json_builder builder = begin_array();
    size_t i;

    if (!counts) {
        json_decref(builder.object);
        return json_null();
    }
    for (i = 0; i < count; i++)
        add(&builder, verify_json_number(counts[i]));
    return verify_json_take(&builder);
}

static json_t *json_of_question(const struct ballot_question *question,
                                const uint64_t *counts)
{
    struct verify_json_builder builder = verify_json_begin();
    struct verify_json_builder answers = begin_array();
    size_t i;

    for (i = 0; i < question->answer_count; i++)
        add(&answers, json_of_text(question->answers[i]));
    verify_json_put(&builder, "question", json_of_text(question->question));
    verify_json_put(&builder, "answers", verify_json_take(&answers));
    verify_json_put(&builder, "blank", json_boolean(question->has_blank));
    verify_json_put(&builder, "min", verify_json_number(question->min));
    verify_json_put(&builder, "max", verify_json_number(question->max));
    verify_json_put(&builder, "form",
                    json_string(ballot_form_word(question->form)));
    verify_json_put(
        &builder, "counts",
        json_of_counts(counts, ballot_question_position_count(question)));
    return verify_json_take(&builder);
}

static json_t *json_of_questions(const struct ballot_election *election,
                                 const uint64_t *counts)
{
    struct verify_json_builder outer = begin_array();
    size_t i, at = 0;

    for (i = 0; i < election->question_count; i++) {
        const struct ballot_question *question = &election->questions[i];

        add(&outer, json_of_question(question, counts ? &counts[at] : NULL));
        at += ballot_question_position_count(question);
    }
    return verify_json_take(&outer);
}

static json_t *json_of_committee(const struct ballot_meeting *meeting)
{
    struct verify_json_builder outer = begin_array();
    size_t i;

    for (i = 0; i < meeting->committee_count; i++) {
        const struct ballot_committee_member *row = &meeting->committee[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "owner", verify_json_number(i + 1));
        verify_json_put(&builder, "member", json_string(row->member.text));
        verify_json_put(&builder, "key",
                        verify_json_hex(row->key.bytes, KEY_SIZE));
        add(&outer, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_channels(const struct ballot_channels *channels)
{
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "own", verify_json_number(channels->own));
    verify_json_put(&builder, "hall", verify_json_number(channels->hall));
    verify_json_put(&builder, "paper", verify_json_number(channels->paper));
    return verify_json_take(&builder);
}

static json_t *json_of_meeting(const struct ballot_election *election)
{
    const struct ballot_meeting *meeting = &election->meeting;
    struct verify_json_builder builder;

    if (!election->has_meeting)
        return json_null();
    builder = verify_json_begin();
    verify_json_put(&builder, "meeting", json_string(meeting->meeting.text));
    verify_json_put(&builder, "genesis", json_of_hash(&meeting->genesis));
    verify_json_put(&builder, "round", verify_json_number(meeting->round));
    verify_json_put(&builder, "attempt", verify_json_number(meeting->attempt));
    verify_json_put(&builder, "roll", json_of_hash(&meeting->roll));
    verify_json_put(&builder, "rules", json_of_hash(&meeting->rules));
    verify_json_put(&builder, "revote",
                    json_boolean(meeting->is_revote_allowed));
    verify_json_put(&builder, "channels", json_of_channels(&meeting->channels));
    verify_json_put(&builder, "committee", json_of_committee(meeting));
    return verify_json_take(&builder);
}

static json_t *json_of_owners(uint64_t owners)
{
    struct verify_json_builder outer = begin_array();
    uint64_t owner;

    for (owner = 1; owner <= 64; owner++)
        if (owners >> (owner - 1) & 1)
            add(&outer, verify_json_number(owner));
    return verify_json_take(&outer);
}

static json_t *json_of_trackers(const struct ballot_facts *facts)
{
    struct verify_json_builder outer = begin_array();
    size_t i;

    for (i = 0; i < facts->ballot_count; i++)
        add(&outer, json_of_tracked(&facts->ballots[i]));
    return verify_json_take(&outer);
}

static void put_election(struct verify_json_builder *builder,
                         const struct verify_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    const struct ballot_election *election =
        ballot_verifier_election(ballot->verifier);

    verify_json_put(builder, "election", json_of_text(election->uuid));
    verify_json_put(builder, "name", json_of_text(election->name));
    verify_json_put(builder, "fingerprint", json_string(election->fingerprint));
    verify_json_put(builder, "setup", json_of_hash(&facts->setup));
    verify_json_put(builder, "list", json_of_hash(&facts->list));
    verify_json_put(
        builder, "voters",
        verify_json_number(ballot_verifier_list(ballot->verifier)->count));
    verify_json_put(
        builder, "trustees",
        verify_json_number(
            ballot_verifier_trustees(ballot->verifier)->owner_count));
    verify_json_put(builder, "meeting", json_of_meeting(election));
    verify_json_put(builder, "ballots",
                    verify_json_number(facts->ballot_count));
    verify_json_put(builder, "counted",
                    verify_json_number(facts->counted_count));
    verify_json_put(builder, "weight",
                    verify_json_number(facts->counted_weight));
    verify_json_put(builder, "decrypted", json_of_owners(facts->owners));
    verify_json_put(builder, "questions",
                    json_of_questions(election, facts->counts));
    verify_json_put(builder, "paper", json_boolean(facts->has_paper));
    verify_json_put(builder, "trackers", json_of_trackers(facts));
}

json_t *verify_ballot_json(const struct verify_ballot_input *input,
                           const struct verify_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    struct verify_json_builder builder = verify_json_begin();

    put_verdict(&builder, ballot);
    verify_json_put(&builder, "dialect",
                    json_string(ballot->is_lenient ? "belenios" : "profile"));
    verify_json_put(&builder, "bound", json_boolean(ballot->is_bound));
    verify_json_put(&builder, "events", verify_json_number(facts->event_count));
    verify_json_put(&builder, "last",
                    json_string(ballot_event_word(facts->last)));
    verify_json_put(&builder, "head",
                    facts->event_count ? json_of_hash(&facts->head)
                                       : json_null());
    verify_json_put(&builder, "heads", json_of_heads(input, ballot));
    verify_json_put(&builder, "list_given", json_of_status(ballot->list));
    verify_json_put(&builder, "own", json_of_own(input, ballot));
    if (ballot_verifier_election(ballot->verifier))
        put_election(&builder, ballot);
    return verify_json_take(&builder);
}
