#include "protocol/verify/verify_json.h"

#include "protocol/record/signing_key.h"
#include "protocol/verify/verify_documents.h"
#include "protocol/verify/verify_json_build.h"
#include "protocol/verify/verify_json_parts.h"
#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_words.h"

/* --- Parts --------------------------------------------------------------- */

static void put_name(struct verify_json_builder *builder,
                     const struct verify_findings *findings,
                     const struct identifier *id)
{
    const char *name = verify_names_find(&findings->meeting.names, id);

    if (!name)
        name = verify_names_find(&findings->registry.names, id);
    verify_json_put(builder, "name", name ? json_string(name) : json_null());
}

static json_t *json_of_failure(const struct verify_failure *failure)
{
    static const char *const files[VERIFY_FILE_COUNT] = {
        "log", "openings", "register", "register_openings", "record"
    };
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "fault",
                    json_string(verify_fault_word(failure->fault)));
    verify_json_put(&builder, "file", json_string(files[failure->file]));
    verify_json_put(&builder, "seq",
                    failure->has_seq ? verify_json_number(failure->seq)
                                     : json_null());
    verify_json_put(&builder, "event", json_string(failure->kind));
    verify_json_put(&builder, "line", verify_json_number(failure->line));
    if (failure->file == VERIFY_IN_RECORD)
        verify_json_put(&builder, "name",
                        json_string(verify_name_words(failure->name).text));
    if (failure->fault == VERIFY_FAULT_ZIP)
        verify_json_put(&builder, "zip",
                        json_string(record_zip_fault_word(failure->zip)));
    verify_json_put(&builder, "who", json_string(failure->who.text));
    verify_json_put(&builder, "device",
                    failure->has_device
                        ? verify_json_hex(failure->device.bytes, KEY_SIZE)
                        : json_null());
    verify_json_put(&builder, "snapshot",
                    failure->fault == VERIFY_FAULT_SNAPSHOT
                        ? json_string(snapshot_fault_text(failure->snapshot))
                        : json_null());
    if (failure->fault == VERIFY_FAULT_VERDICT)
        verify_json_put(
            &builder, "verdict",
            json_string(failure->keys
                            ? enum_word(&keys_fault_words, (int)failure->keys)
                            : "nobody"));
    return verify_json_take(&builder);
}

static json_t *json_of_signers(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->signers_count; i++) {
        const struct verify_signer *signer = &meeting->signers[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "holder", json_string(signer->id.text));
        put_name(&builder, findings, &signer->id);
        verify_json_put(&builder, "acts", verify_json_number(signer->acts));
        verify_json_put(&builder, "unvouched",
                        verify_json_number(signer->unvouched));
        verify_json_put(&builder, "founding",
                        verify_json_number(signer->founding));
        verify_json_put(&builder, "ticks", verify_json_number(signer->ticks));
        verify_json_put(&builder, "absences",
                        verify_json_number(signer->absences));
        verify_json_put(&builder, "hall_entries",
                        verify_json_number(signer->hall_entries));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_devices(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->devices_count; i++) {
        const struct verify_device *device = &meeting->devices[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "holder", json_string(device->holder.text));
        verify_json_put(&builder, "device",
                        verify_json_hex(device->key.bytes, KEY_SIZE));
        verify_json_put(&builder, "code",
                        json_string(device_code_of(&device->key).text));
        verify_json_put(&builder, "acts", verify_json_number(device->acts));
        verify_json_put(&builder, "vouched",
                        json_boolean(!device->is_unvouched));
        verify_json_put(&builder, "unproven",
                        json_boolean(device->is_unproven));
        verify_json_put(&builder, "founding",
                        json_boolean(device->is_founding));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
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
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "vote", json_string(kept->id.text));
    verify_json_put(&builder, "motion",
                    kept->motion ? json_string(kept->motion) : json_null());
    verify_json_put(&builder, "phase", json_string(phase_word(vote->phase)));
    verify_json_put(&builder, "opened_by", json_string(kept->opened_by.text));
    verify_json_put(&builder, "ended_by", json_string(kept->ended_by.text));
    verify_json_put(&builder, "signed_votes",
                    verify_json_number(kept->own_count));
    if (vote->phase == VOTE_CLOSED) {
        verify_json_put(&builder, "yes",
                        verify_json_number(vote->counts[CHOICE_YES]));
        verify_json_put(&builder, "no",
                        verify_json_number(vote->counts[CHOICE_NO]));
        verify_json_put(&builder, "other",
                        verify_json_number(vote->counts[CHOICE_OTHER]));
        verify_json_put(&builder, "abstain",
                        verify_json_number(vote->counts[CHOICE_ABSTAIN]));
        verify_json_put(&builder, "denominator",
                        verify_json_number(vote->denominator));
        verify_json_put(&builder, "test", json_string(kept->test));
        verify_json_put(&builder, "passed", json_boolean(vote->is_passed));
        verify_json_put(&builder, "denominator_recomputed",
                        json_boolean(kept->is_d_recomputed));
        verify_json_put(&builder, "result_recomputed", json_true());
    }
    return verify_json_take(&builder);
}

static json_t *json_of_votes(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->votes_count; i++)
        verify_json_append(&outer, outer.object,
                           json_of_vote(meeting, &meeting->votes[i]));
    return verify_json_take(&outer);
}

static json_t *json_of_halls(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->halls_count; i++) {
        const struct verify_hall *hall = &meeting->halls[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "vote", json_string(hall->vote.text));
        verify_json_put(&builder, "site", json_string(hall->site.text));
        verify_json_put(&builder, "by", json_string(hall->by.text));
        verify_json_put(&builder, "yes",
                        verify_json_number(hall->counts[CHOICE_YES]));
        verify_json_put(&builder, "no",
                        verify_json_number(hall->counts[CHOICE_NO]));
        verify_json_put(&builder, "other",
                        verify_json_number(hall->counts[CHOICE_OTHER]));
        verify_json_put(&builder, "abstain",
                        verify_json_number(hall->counts[CHOICE_ABSTAIN]));
        verify_json_put(&builder, "ticked", verify_json_number(hall->ticked));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_decisions(const struct verify_meeting *meeting)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->decisions_count; i++) {
        const struct verify_group_decision *kept = &meeting->decisions[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "seq", verify_json_number(kept->seq));
        verify_json_put(&builder, "motion",
                        kept->motion ? json_string(kept->motion) : json_null());
        verify_json_put(&builder, "by", json_string(kept->by.text));
        verify_json_put(&builder, "yes",
                        verify_json_number(kept->counts[CHOICE_YES]));
        verify_json_put(&builder, "no",
                        verify_json_number(kept->counts[CHOICE_NO]));
        verify_json_put(&builder, "other",
                        verify_json_number(kept->counts[CHOICE_OTHER]));
        verify_json_put(&builder, "abstain",
                        verify_json_number(kept->counts[CHOICE_ABSTAIN]));
        verify_json_put(&builder, "denominator",
                        verify_json_number(kept->denominator));
        verify_json_put(&builder, "test", json_string(kept->test));
        verify_json_put(&builder, "passed", json_boolean(kept->is_passed));
        verify_json_put(&builder, "result_recomputed",
                        json_boolean(kept->is_by_rules));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_missing(const struct verify_meeting *meeting)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->missing_count; i++) {
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "holder",
                        json_string(meeting->missing[i].holder.text));
        verify_json_put(
            &builder, "device",
            verify_json_hex(meeting->missing[i].device.bytes, KEY_SIZE));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_checkpoints(const struct verify_meeting *meeting)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->checkpoints_count; i++) {
        const struct verify_checkpoint *row = &meeting->checkpoints[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "seq", verify_json_number(row->seq));
        verify_json_put(&builder, "upto", verify_json_number(row->upto));
        verify_json_put(
            &builder, "reason",
            json_string(enum_word(&checkpoint_reason_words, (int)row->reason)));
        verify_json_put(&builder, "signed",
                        verify_json_number(row->signer_count));
        verify_json_put(&builder, "asked",
                        verify_json_number(row->asked_count));
        verify_json_put(&builder, "complete", json_boolean(row->is_complete));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_losses(const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < meeting->losses_count; i++) {
        const struct verify_loss *loss = &meeting->losses[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "from", verify_json_number(loss->seq));
        verify_json_put(&builder, "lost_seq",
                        verify_json_number(loss->lost_seq));
        verify_json_put(&builder, "lost_head",
                        verify_json_hex(loss->lost_head.bytes, HASH_SIZE));
        verify_json_put(&builder, "by", json_string(loss->by.text));
        verify_json_put(&builder, "second", json_string(loss->second.text));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_texts(const struct verify_reader *reader)
{
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < reader->text_count; i++) {
        const struct verify_text_row *row = &reader->texts[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "event", json_string(row->kind));
        verify_json_put(&builder, "field", json_string(row->path));
        verify_json_put(&builder, "sealed", verify_json_number(row->total));
        verify_json_put(&builder, "opened", verify_json_number(row->opened));
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

static json_t *json_of_anchors(const struct verify_findings *findings)
{
    static const char *const words[] = {
        [VERIFY_ANCHOR_NOTHING] = "nothing",
        [VERIFY_ANCHOR_EQUAL] = "equal",
        [VERIFY_ANCHOR_BEYOND] = "beyond",
        [VERIFY_ANCHOR_CONTRADICTS] = "contradicts",
    };
    struct verify_json_builder outer = { json_array(), true };
    size_t i;

    for (i = 0; i < findings->anchor_count; i++) {
        const struct verify_anchor *anchor = &findings->anchors[i];
        struct verify_json_builder builder = verify_json_begin();

        verify_json_put(&builder, "anchor", json_string(anchor->name));
        verify_json_put(&builder, "status", json_string(words[anchor->status]));
        verify_json_put(&builder, "equal",
                        verify_json_number(anchor->equal_count));
        verify_json_put(&builder, "newest", verify_json_number(anchor->newest));
        verify_json_put(&builder, "lost",
                        verify_json_number(anchor->lost_count));
        verify_json_put(&builder, "alarms",
                        verify_json_number(anchor->alarm_count));
        if (anchor->status == VERIFY_ANCHOR_CONTRADICTS) {
            verify_json_put(&builder, "seq", verify_json_number(anchor->seq));
            verify_json_put(&builder, "head",
                            verify_json_hex(anchor->head.bytes, HASH_SIZE));
            verify_json_put(&builder, "signed",
                            json_boolean(anchor->is_signed));
        }
        verify_json_append(&outer, outer.object, verify_json_take(&builder));
    }
    return verify_json_take(&outer);
}

/* --- The whole ------------------------------------------------------------ */

static void put_meeting(struct verify_json_builder *builder,
                        const struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;

    verify_json_put(builder, "title",
                    meeting->title ? json_string(meeting->title) : json_null());
    verify_json_put(builder, "closed",
                    json_boolean(meeting->state->phase == MEETING_CLOSED));
    verify_json_put(builder, "vouching_required",
                    json_boolean(meeting->state->is_vouching_required));
    verify_json_put(builder, "server",
                    verify_json_hex(meeting->state->server.bytes, KEY_SIZE));
    verify_json_put(builder, "acts", verify_json_number(meeting->act_count));
    verify_json_put(builder, "unsigned",
                    verify_json_number(meeting->unsigned_count));
    verify_json_put(builder, "signers", json_of_signers(findings));
    verify_json_put(builder, "devices", json_of_devices(findings));
    verify_json_put(builder, "votes", json_of_votes(findings));
    verify_json_put(builder, "halls", json_of_halls(findings));
    verify_json_put(builder, "decided_by_groups", json_of_decisions(meeting));
    verify_json_put(builder, "checkpoints", json_of_checkpoints(meeting));
    verify_json_put(builder, "missing", json_of_missing(meeting));
    verify_json_put(builder, "losses", json_of_losses(findings));
    verify_json_put(builder, "ballots",
                    verify_json_archives(&findings->archives));
    verify_json_put(builder, "objections",
                    verify_json_objections(&findings->archives));
    verify_json_put(builder, "errata", verify_json_errata(&findings->errata));
    verify_json_put(builder, "register_given",
                    json_boolean(findings->has_registry));
    verify_json_put(builder, "snapshots_compared",
                    verify_json_number(meeting->snapshot_count));
    verify_json_put(builder, "snapshots_unreached",
                    verify_json_number(meeting->unreached_count));
}

static void put_register(struct verify_json_builder *builder,
                         const struct verify_register *registry)
{
    verify_json_put(builder, "title",
                    registry->title ? json_string(registry->title)
                                    : json_null());
    verify_json_put(builder, "statements",
                    verify_json_number(registry->proven_count));
    verify_json_put(builder, "statements_hidden",
                    verify_json_number(registry->hidden_count));
    verify_json_put(builder, "unsigned",
                    verify_json_number(registry->unsigned_count));
    verify_json_put(builder, "losses",
                    verify_json_number(registry->loss_count));
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
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "log", json_string(findings->scope.text));
    verify_json_put(
        &builder, "kind",
        json_string(findings->is_register ? "register" : "meeting"));
    verify_json_put(&builder, "verdict",
                    json_string(verdicts[findings->verdict]));
    verify_json_put(&builder, "gaps", verify_json_gaps(findings->gaps));
    verify_json_put(&builder, "failure",
                    findings->verdict == VERIFY_INVALID
                        ? json_of_failure(&findings->failure)
                        : json_null());
    if (!history->heads)
        return verify_json_take(&builder);
    verify_json_put(&builder, "events", verify_json_number(history->count));
    verify_json_put(&builder, "genesis",
                    verify_json_hex(history->heads[0].bytes, HASH_SIZE));
    verify_json_put(
        &builder, "head",
        verify_json_hex(history->heads[history->count - 1].bytes, HASH_SIZE));
    verify_json_put(&builder, "unknown_events",
                    verify_json_number(reader->unknown_count));
    verify_json_put(&builder, "newer_events",
                    verify_json_number(reader->newer_count));
    if (findings->is_register)
        put_register(&builder, &findings->registry);
    else
        put_meeting(&builder, findings);
    if (findings->record)
        verify_json_put(&builder, "record",
                        verify_json_record(findings->record));
    verify_json_put(&builder, "texts", json_of_texts(reader));
    verify_json_put(&builder, "anchors", json_of_anchors(findings));
    return verify_json_take(&builder);
}

static json_t *json_of_statement(const struct signed_head *head,
                                 const char *file_name)
{
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "file", json_string(file_name));
    verify_json_put(
        &builder, "role",
        json_string(enum_word(&checkpoint_role_words, (int)head->role)));
    verify_json_put(
        &builder, "reason",
        json_string(enum_word(&checkpoint_reason_words, (int)head->reason)));
    verify_json_put(&builder, "seq", verify_json_number(head->seq));
    verify_json_put(&builder, "head",
                    verify_json_hex(head->head.bytes, HASH_SIZE));
    verify_json_put(&builder, "key",
                    verify_json_hex(head->signer.bytes, KEY_SIZE));
    verify_json_put(&builder, "sig",
                    verify_json_hex(head->sig.bytes, SIGNATURE_SIZE));
    return verify_json_take(&builder);
}

json_t *verify_json_fork(const struct verify_proof *proof,
                         const char *const names[VERIFY_SIDE_COUNT])
{
    struct verify_json_builder builder = verify_json_begin();

    verify_json_put(&builder, "proven",
                    json_boolean(proof && !proof->is_explained));
    verify_json_put(&builder, "explained",
                    json_boolean(proof && proof->is_explained));
    if (!proof)
        return verify_json_take(&builder);
    verify_json_put(&builder, "server_key", json_boolean(proof->is_server));
    verify_json_put(&builder, "log", json_string(proof->scope.text));
    verify_json_put(&builder, "seq", verify_json_number(proof->one.seq));
    verify_json_put(&builder, "one",
                    json_of_statement(&proof->one, names[proof->one_side]));
    verify_json_put(&builder, "other",
                    json_of_statement(&proof->other, names[proof->other_side]));
    verify_json_put(&builder, "by_chain_in",
                    proof->is_by_chain ? json_string(names[proof->chain_side])
                                       : json_null());
    verify_json_put(&builder, "head",
                    verify_json_hex(proof->head.bytes, HASH_SIZE));
    return verify_json_take(&builder);
}
