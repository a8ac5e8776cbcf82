#include "protocol/verify/verify_json.h"

#include "protocol/record/signing_key.h"

/* jansson refuses to add what it could not make: the first failure leaves a
 * gap, and the object is given up by whoever asks `is_whole`. */
struct builder {
    json_t *object;
    bool is_whole;
};

static void put(struct builder *builder, const char *name, json_t *value)
{
    if (!value || json_object_set_new_nocheck(builder->object, name, value))
        builder->is_whole = false;
}

static json_t *hex_of(const uint8_t *bytes, size_t size)
{
    char text[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(bytes, size, text);
    return json_string(text);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *take(struct builder *builder)
{
    if (builder->is_whole)
        return builder->object;
    json_decref(builder->object);
    return NULL;
}

static struct builder begin(void)
{
    struct builder builder = { json_object(), true };

    builder.is_whole = builder.object != NULL;
    return builder;
}

static void append(struct builder *builder, json_t *list, json_t *value)
{
    if (!list || !value || json_array_append_new(list, value))
        builder->is_whole = false;
}

/* --- Parts --------------------------------------------------------------- */

static void put_name(struct builder *builder,
                     const struct verify_findings *findings,
                     const struct identifier *id)
{
    const char *name = verify_names_find(&findings->meeting.names, id);

    if (!name)
        name = verify_names_find(&findings->registry.names, id);
    put(builder, "name", name ? json_string(name) : json_null());
}

static json_t *json_of_failure(const struct verify_failure *failure)
{
    static const char *const files[VERIFY_FILE_COUNT] = { "log", "openings",
                                                          "register",
                                                          "register_openings" };
    struct builder builder = begin();

    put(&builder, "fault", json_string(verify_fault_word(failure->fault)));
    put(&builder, "file", json_string(files[failure->file]));
    put(&builder, "seq", failure->has_seq ? number(failure->seq) : json_null());
    put(&builder, "event", json_string(failure->kind));
    put(&builder, "line", number(failure->line));
    put(&builder, "who", json_string(failure->who.text));
    put(&builder, "device",
        failure->has_device ? hex_of(failure->device.bytes, KEY_SIZE)
                            : json_null());
    put(&builder, "snapshot",
        failure->fault == VERIFY_FAULT_SNAPSHOT
            ? json_string(snapshot_fault_text(failure->snapshot))
            : json_null());
    return take(&builder);
}

static json_t *json_of_signers(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->signers_count; i++) {
        const struct verify_signer *signer = &meeting->signers[i];
        struct builder builder = begin();

        put(&builder, "holder", json_string(signer->id.text));
        put_name(&builder, findings, &signer->id);
        put(&builder, "acts", number(signer->acts));
        put(&builder, "unvouched", number(signer->unvouched));
        put(&builder, "founding", number(signer->founding));
        put(&builder, "ticks", number(signer->ticks));
        put(&builder, "absences", number(signer->absences));
        put(&builder, "hall_entries", number(signer->hall_entries));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static json_t *json_of_devices(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->devices_count; i++) {
        const struct verify_device *device = &meeting->devices[i];
        struct builder builder = begin();

        put(&builder, "holder", json_string(device->holder.text));
        put(&builder, "device", hex_of(device->key.bytes, KEY_SIZE));
        put(&builder, "code", json_string(device_code_of(&device->key).text));
        put(&builder, "acts", number(device->acts));
        put(&builder, "vouched", json_boolean(!device->is_unvouched));
        put(&builder, "unproven", json_boolean(device->is_unproven));
        put(&builder, "founding", json_boolean(device->is_founding));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static const char *phase_word(enum vote_phase phase)
{
    if (phase == VOTE_CLOSED)
        return "closed";
    return phase == VOTE_CANCELLED ? "cancelled" : "open";
}

static json_t *json_of_vote(const struct verify_meeting *meeting,
                            const struct verify_vote *kept)
{
    const struct meeting_vote *vote =
        meeting_state_vote(meeting->state, &kept->id);
    struct builder builder = begin();

    put(&builder, "vote", json_string(kept->id.text));
    put(&builder, "motion",
        kept->motion ? json_string(kept->motion) : json_null());
    put(&builder, "phase", json_string(phase_word(vote->phase)));
    put(&builder, "opened_by", json_string(kept->opened_by.text));
    put(&builder, "ended_by", json_string(kept->ended_by.text));
    put(&builder, "signed_votes", number(kept->own_count));
    if (vote->phase == VOTE_CLOSED) {
        put(&builder, "yes", number(vote->counts[CHOICE_YES]));
        put(&builder, "no", number(vote->counts[CHOICE_NO]));
        put(&builder, "other", number(vote->counts[CHOICE_OTHER]));
        put(&builder, "abstain", number(vote->counts[CHOICE_ABSTAIN]));
        put(&builder, "denominator", number(vote->denominator));
        put(&builder, "test", json_string(kept->test));
        put(&builder, "passed", json_boolean(vote->is_passed));
        put(&builder, "denominator_recomputed",
            json_boolean(kept->is_d_recomputed));
        put(&builder, "result_recomputed",
            json_boolean(kept->is_test_computed));
    }
    return take(&builder);
}

static json_t *json_of_votes(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->votes_count; i++)
        append(&outer, outer.object, json_of_vote(meeting, &meeting->votes[i]));
    return take(&outer);
}

static json_t *json_of_halls(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->halls_count; i++) {
        const struct verify_hall *hall = &meeting->halls[i];
        struct builder builder = begin();

        put(&builder, "vote", json_string(hall->vote.text));
        put(&builder, "site", json_string(hall->site.text));
        put(&builder, "by", json_string(hall->by.text));
        put(&builder, "yes", number(hall->counts[CHOICE_YES]));
        put(&builder, "no", number(hall->counts[CHOICE_NO]));
        put(&builder, "other", number(hall->counts[CHOICE_OTHER]));
        put(&builder, "abstain", number(hall->counts[CHOICE_ABSTAIN]));
        put(&builder, "ticked", number(hall->ticked));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static json_t *json_of_missing(const struct verify_meeting *meeting)
{
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->missing_count; i++) {
        struct builder builder = begin();

        put(&builder, "holder", json_string(meeting->missing[i].holder.text));
        put(&builder, "device",
            hex_of(meeting->missing[i].device.bytes, KEY_SIZE));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static json_t *json_of_checkpoints(const struct verify_meeting *meeting)
{
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->checkpoints_count; i++) {
        const struct verify_checkpoint *row = &meeting->checkpoints[i];
        struct builder builder = begin();

        put(&builder, "seq", number(row->seq));
        put(&builder, "upto", number(row->upto));
        put(&builder, "reason",
            json_string(enum_word(&checkpoint_reason_words, (int)row->reason)));
        put(&builder, "signed", number(row->signer_count));
        put(&builder, "asked", number(row->asked_count));
        put(&builder, "complete", json_boolean(row->is_complete));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static json_t *json_of_losses(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->losses_count; i++) {
        const struct verify_loss *loss = &meeting->losses[i];
        struct builder builder = begin();

        put(&builder, "from", number(loss->seq));
        put(&builder, "lost_seq", number(loss->lost_seq));
        put(&builder, "lost_head", hex_of(loss->lost_head.bytes, HASH_SIZE));
        put(&builder, "by", json_string(loss->by.text));
        put(&builder, "second", json_string(loss->second.text));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static json_t *json_of_texts(const struct verify_reader *reader)
{
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < reader->text_count; i++) {
        const struct verify_text_row *row = &reader->texts[i];
        struct builder builder = begin();

        put(&builder, "event", json_string(row->kind));
        put(&builder, "field", json_string(row->path));
        put(&builder, "sealed", number(row->total));
        put(&builder, "opened", number(row->opened));
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

static json_t *json_of_anchors(const struct verify_findings *findings)
{
    static const char *const words[] = {
        [VERIFY_ANCHOR_NOTHING] = "nothing",
        [VERIFY_ANCHOR_EQUAL] = "equal",
        [VERIFY_ANCHOR_BEYOND] = "beyond",
        [VERIFY_ANCHOR_CONTRADICTS] = "contradicts",
    };
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < findings->anchor_count; i++) {
        const struct verify_anchor *anchor = &findings->anchors[i];
        struct builder builder = begin();

        put(&builder, "anchor", json_string(anchor->name));
        put(&builder, "status", json_string(words[anchor->status]));
        put(&builder, "equal", number(anchor->equal_count));
        put(&builder, "newest", number(anchor->newest));
        put(&builder, "lost", number(anchor->lost_count));
        put(&builder, "alarms", number(anchor->alarm_count));
        if (anchor->status == VERIFY_ANCHOR_CONTRADICTS) {
            put(&builder, "seq", number(anchor->seq));
            put(&builder, "head", hex_of(anchor->head.bytes, HASH_SIZE));
            put(&builder, "signed", json_boolean(anchor->is_signed));
        }
        append(&outer, outer.object, take(&builder));
    }
    return take(&outer);
}

/* --- The whole ----------------------------------------------------------- */

static json_t *json_of_gaps(unsigned gaps)
{
    static const struct {
        enum verify_gap gap;
        const char *word;
    } rows[] = { { VERIFY_GAP_OPEN, "open" },
                 { VERIFY_GAP_UNCONFIRMED, "unconfirmed" },
                 { VERIFY_GAP_ANCHOR, "anchor" },
                 { VERIFY_GAP_REGISTER, "register" },
                 { VERIFY_GAP_REGISTER_END, "register_end" } };
    struct builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (gaps & rows[i].gap)
            append(&outer, outer.object, json_string(rows[i].word));
    return take(&outer);
}

static void put_meeting(struct builder *builder,
                        const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;

    put(builder, "title",
        meeting->title ? json_string(meeting->title) : json_null());
    put(builder, "closed",
        json_boolean(meeting->state->phase == MEETING_CLOSED));
    put(builder, "vouching_required",
        json_boolean(meeting->state->is_vouching_required));
    put(builder, "server", hex_of(meeting->state->server.bytes, KEY_SIZE));
    put(builder, "acts", number(meeting->act_count));
    put(builder, "unsigned", number(meeting->unsigned_count));
    put(builder, "signers", json_of_signers(findings));
    put(builder, "devices", json_of_devices(findings));
    put(builder, "votes", json_of_votes(findings));
    put(builder, "halls", json_of_halls(findings));
    put(builder, "checkpoints", json_of_checkpoints(meeting));
    put(builder, "missing", json_of_missing(meeting));
    put(builder, "losses", json_of_losses(findings));
    put(builder, "register_given", json_boolean(findings->has_registry));
    put(builder, "snapshots_compared", number(meeting->snapshot_count));
    put(builder, "snapshots_unreached", number(meeting->unreached_count));
}

static void put_register(struct builder *builder,
                         const struct verify_register *registry)
{
    put(builder, "title",
        registry->title ? json_string(registry->title) : json_null());
    put(builder, "statements", number(registry->proven_count));
    put(builder, "statements_hidden", number(registry->hidden_count));
    put(builder, "unsigned", number(registry->unsigned_count));
    put(builder, "losses", number(registry->loss_count));
}

json_t *verify_json(const struct verify_findings *findings)
{
    static const char *const verdicts[] = {
        [VERIFY_COMPLETE] = "complete",
        [VERIFY_INVALID] = "invalid",
        [VERIFY_UNUSABLE] = "unusable",
        [VERIFY_SO_FAR] = "so_far",
    };
    const struct verify_history *history = &findings->history;
    const struct verify_reader *reader = findings->is_register
                                             ? &findings->registry.reader
                                             : &findings->meeting.reader;
    struct builder builder = begin();

    put(&builder, "log", json_string(findings->scope.text));
    put(&builder, "kind",
        json_string(findings->is_register ? "register" : "meeting"));
    put(&builder, "verdict", json_string(verdicts[findings->verdict]));
    put(&builder, "gaps", json_of_gaps(findings->gaps));
    put(&builder, "failure",
        findings->verdict == VERIFY_INVALID
            ? json_of_failure(&findings->failure)
            : json_null());
    if (!history->heads)
        return take(&builder);
    put(&builder, "events", number(history->count));
    put(&builder, "genesis", hex_of(history->heads[0].bytes, HASH_SIZE));
    put(&builder, "head",
        hex_of(history->heads[history->count - 1].bytes, HASH_SIZE));
    put(&builder, "unknown_events", number(reader->unknown_count));
    put(&builder, "newer_events", number(reader->newer_count));
    if (findings->is_register)
        put_register(&builder, &findings->registry);
    else
        put_meeting(&builder, findings);
    put(&builder, "texts", json_of_texts(reader));
    put(&builder, "anchors", json_of_anchors(findings));
    return take(&builder);
}

static json_t *json_of_statement(const struct signed_head *head,
                                 const char *file_name)
{
    struct builder builder = begin();

    put(&builder, "file", json_string(file_name));
    put(&builder, "role",
        json_string(enum_word(&checkpoint_role_words, (int)head->role)));
    put(&builder, "reason",
        json_string(enum_word(&checkpoint_reason_words, (int)head->reason)));
    put(&builder, "seq", number(head->seq));
    put(&builder, "head", hex_of(head->head.bytes, HASH_SIZE));
    put(&builder, "key", hex_of(head->signer.bytes, KEY_SIZE));
    put(&builder, "sig", hex_of(head->sig.bytes, SIGNATURE_SIZE));
    return take(&builder);
}

json_t *verify_json_fork(const struct verify_proof *proof,
                         const char *const names[VERIFY_SIDE_COUNT])
{
    struct builder builder = begin();

    put(&builder, "proven", json_boolean(proof && !proof->is_explained));
    put(&builder, "explained", json_boolean(proof && proof->is_explained));
    if (!proof)
        return take(&builder);
    put(&builder, "server_key", json_boolean(proof->is_server));
    put(&builder, "log", json_string(proof->scope.text));
    put(&builder, "seq", number(proof->one.seq));
    put(&builder, "one",
        json_of_statement(&proof->one, names[proof->one_side]));
    put(&builder, "other",
        json_of_statement(&proof->other, names[proof->other_side]));
    put(&builder, "by_chain_in",
        proof->is_by_chain ? json_string(names[proof->chain_side])
                           : json_null());
    put(&builder, "head", hex_of(proof->head.bytes, HASH_SIZE));
    return take(&builder);
}
