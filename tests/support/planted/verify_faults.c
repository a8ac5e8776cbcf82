/*
 * chibo-verify with one check left out. The linker puts one of these in the
 * place of the function of its name (--wrap); the tamper suite has to find out.
 */
#include "protocol/document/docx_text.h"
#include "protocol/meeting/act_check.h"
#include "protocol/meeting/act_ledger.h"
#include "protocol/meeting/ballot_paper.h"
#include "protocol/meeting/checkpoint_check.h"
#include "protocol/meeting/command_roles.h"
#include "protocol/meeting/register_check.h"
#include "protocol/meeting/register_errata.h"
#include "protocol/meeting/snapshot_check.h"
#include "protocol/rules/ruleset_shelf.h"
#include "protocol/verify/verify_anchors.h"
#include "protocol/verify/verify_documents.h"
#include "protocol/verify/verify_meeting.h"
#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_recordings.h"
#include "protocol/verify/verify_signoff.h"

#define WRAP(type, name, ...)                                                  \
    type __wrap_##name(__VA_ARGS__);                                           \
    type __wrap_##name(__VA_ARGS__)

WRAP(enum result, act_check, const struct meeting_event *event,
     const struct identifier *scope, const struct meeting_state *before,
     struct statement_cache *cache)
{
    (void)event;
    (void)scope;
    (void)before;
    (void)cache;
    return RESULT_OK;
}

WRAP(enum result, act_ledger_take, struct act_ledger *ledger,
     const struct meeting_event *event, bool *is_new)
{
    (void)ledger;
    (void)event;
    *is_new = true;
    return RESULT_OK;
}

WRAP(unsigned, command_roles, enum command_op op)
{
    (void)op;
    return ROLE_ANYONE;
}

WRAP(bool, meeting_device_is_vouched, const struct meeting_device *device)
{
    (void)device;
    return true;
}

WRAP(enum result, verify_meeting_result, struct verify_meeting *meeting,
     const struct verify_event *event)
{
    (void)meeting;
    (void)event;
    return RESULT_OK;
}

WRAP(enum result, verify_meeting_verdict, struct verify_meeting *meeting,
     const struct verify_event *event)
{
    (void)meeting;
    (void)event;
    return RESULT_OK;
}

WRAP(enum result, checkpoint_check, const struct event_checkpoint *event,
     const struct identifier *scope, const struct key *server,
     struct statement_cache *cache, int *row)
{
    (void)event;
    (void)scope;
    (void)server;
    (void)cache;
    (void)row;
    return RESULT_OK;
}

WRAP(enum result, signed_head_check, const struct signed_head *head,
     const struct identifier *scope, struct statement_cache *cache)
{
    (void)head;
    (void)scope;
    (void)cache;
    return RESULT_OK;
}

WRAP(enum result, snapshot_check_genesis, const struct event_genesis *genesis,
     const struct register_state *at, const struct hash *head,
     struct snapshot_difference *out)
{
    (void)genesis;
    (void)at;
    (void)head;
    (void)out;
    return RESULT_OK;
}

WRAP(enum result, snapshot_check_changed,
     const struct event_roster_changed *event,
     const struct meeting_state *before, const struct register_state *at,
     const struct hash *head, struct snapshot_difference *out)
{
    (void)event;
    (void)before;
    (void)at;
    (void)head;
    (void)out;
    return RESULT_OK;
}

WRAP(enum result, register_check, const struct register_event *event,
     const struct register_state *before, const struct text_view *text,
     struct statement_cache *cache)
{
    (void)event;
    (void)before;
    (void)text;
    (void)cache;
    return RESULT_OK;
}

WRAP(bool, commitment_check, const struct hash *commitment,
     struct text_view scope, struct text_view field, const struct salt *salt,
     struct text_view value)
{
    (void)commitment;
    (void)scope;
    (void)field;
    (void)salt;
    (void)value;
    return true;
}

/* There only in the build that asks for it. */
__attribute__((weak)) enum result
__real_meeting_state_apply(struct meeting_state *state,
                           const struct meeting_event *event);
WRAP(enum result, meeting_state_apply, struct meeting_state *state,
     const struct meeting_event *event)
{
    const enum result result = __real_meeting_state_apply(state, event);

    return result == RESULT_CORRUPT ? RESULT_OK : result;
}

WRAP(void, verify_anchors_compare, const struct anchors *anchors,
     const struct verify_history *history, struct verify_anchor *out)
{
    (void)anchors;
    (void)history;
    out->status = VERIFY_ANCHOR_EQUAL;
}

WRAP(enum result, ballot_paper_compare,
     const struct meeting_ballot_paper *paper, bool is_said,
     const struct hash *said)
{
    (void)paper;
    (void)is_said;
    (void)said;
    return RESULT_OK;
}

WRAP(void, verify_head_compare, uint64_t seq, const struct hash *head,
     const struct verify_history *history, struct verify_anchor *out)
{
    (void)seq;
    (void)head;
    (void)history;
    out->status = VERIFY_ANCHOR_EQUAL;
}

WRAP(enum result, record_signature_verify,
     const struct record_manifest *manifest, struct text_view text,
     const struct record_signature *signature)
{
    (void)manifest;
    (void)text;
    (void)signature;
    return RESULT_OK;
}

WRAP(enum result, record_redaction_verify,
     const struct record_redaction *redaction,
     const struct record_manifest *manifest, struct text_view text)
{
    (void)redaction;
    (void)manifest;
    (void)text;
    return RESULT_OK;
}

WRAP(bool, verify_signoff_read, const struct meeting_state *state,
     const struct record_manifest *manifest, bool *is_done)
{
    (void)state;
    (void)manifest;
    *is_done = true;
    return true;
}

WRAP(enum result, verify_documents_judge, struct verify_record *record,
     struct verify_findings *findings)
{
    (void)record;
    (void)findings;
    return RESULT_OK;
}

WRAP(enum result, docx_text_check, struct text_view docx, struct paper *paper,
     int64_t created_ms)
{
    (void)docx;
    (void)paper;
    (void)created_ms;
    return RESULT_OK;
}

/* No check: one of another version, which cannot read the rulesets of this. */
WRAP(enum result, ruleset_shelf_add, struct ruleset_shelf *shelf,
     const char *text, size_t size, struct ruleset_faults *faults)
{
    (void)shelf;
    (void)text;
    (void)size;
    faults->count = 0;
    return RESULT_MALFORMED;
}

WRAP(enum erratum_standing, erratum_standing,
     const struct register_state *state, const struct meeting_state *meeting,
     const struct register_erratum *erratum, const struct identifier *member,
     enum minutes_signer role)
{
    (void)state;
    (void)meeting;
    (void)erratum;
    (void)member;
    (void)role;
    return ERRATUM_STANDING_OWN;
}

WRAP(bool, verify_recording_is_of, const struct meeting_state *state,
     const struct record_zip_entry *entry)
{
    (void)state;
    (void)entry;
    return true;
}

WRAP(const struct recording_file *, verify_recording_lacking,
     const struct meeting_state *state, const struct record_manifest *manifest)
{
    (void)state;
    (void)manifest;
    return NULL;
}
