#include "protocol/verify/verify_run.h"

#include <stdlib.h>

/* --- Histories ----------------------------------------------------------- */

static enum result history_of_meeting(const struct verify_meeting *meeting,
                                      struct verify_history *out)
{
    enum result result = RESULT_OK;
    size_t i;

    out->organisation = meeting->reader.organisation;
    out->scope = meeting->reader.scope;
    out->heads = meeting->reader.heads;
    out->count = meeting->reader.count;
    for (i = 0; i < meeting->losses_count && result == RESULT_OK; i++)
        result = verify_history_lose(out, meeting->losses[i].seq,
                                     meeting->losses[i].lost_seq);
    return result;
}

static enum result history_of_register(const struct verify_register *registry,
                                       struct verify_history *out)
{
    enum result result = RESULT_OK;
    size_t i;

    out->organisation = registry->reader.scope;
    out->scope = registry->reader.scope;
    out->heads = registry->reader.heads;
    out->count = registry->reader.count;
    for (i = 0; i < registry->loss_count && result == RESULT_OK; i++)
        result = verify_history_lose(out, registry->losses[i].seq,
                                     registry->losses[i].lost_seq);
    return result;
}

/* --- What was given from outside ----------------------------------------- */

/* An anchors file is held against the register, too, if one was given. */
static enum result compare_register(const struct verify_findings *findings,
                                    const struct verify_given *given,
                                    struct verify_anchor *out)
{
    struct verify_history history = { .heads = NULL };
    struct verify_anchor anchor = { .name = given->name };
    enum result result;

    if (findings->is_register || !findings->has_registry || given->is_head)
        return RESULT_OK;
    result = history_of_register(&findings->registry, &history);
    if (result == RESULT_OK)
        verify_anchors_compare(&given->anchors, &history, &anchor);
    if (anchor.status == VERIFY_ANCHOR_CONTRADICTS)
        *out = anchor;
    verify_history_release(&history);
    return result;
}

static void fail(struct verify_findings *findings, enum verify_fault fault,
                 enum verify_file file, uint64_t seq)
{
    if (findings->verdict == VERIFY_INVALID)
        return;
    findings->verdict = VERIFY_INVALID;
    findings->failure = (struct verify_failure){
        .fault = fault, .file = file, .has_seq = true, .seq = seq
    };
}

void verify_findings_fail(struct verify_findings *findings,
                          enum verify_fault fault, uint64_t seq)
{
    fail(findings, fault, VERIFY_IN_LOG, seq);
}

static enum result compare_given(struct verify_findings *findings,
                                 const struct verify_given *given,
                                 struct verify_anchor *out)
{
    enum verify_file file = VERIFY_IN_LOG;
    enum result result = RESULT_OK;

    *out = (struct verify_anchor){ .name = given->name };
    if (given->is_head)
        verify_head_compare(given->seq, &given->head, &findings->history, out);
    else
        verify_anchors_compare(&given->anchors, &findings->history, out);
    if (out->status != VERIFY_ANCHOR_CONTRADICTS) {
        result = compare_register(findings, given, out);
        file = VERIFY_IN_REGISTER;
    }
    if (out->status == VERIFY_ANCHOR_CONTRADICTS)
        fail(findings, given->is_head ? VERIFY_FAULT_HEAD : VERIFY_FAULT_ANCHOR,
             file, out->seq);
    else if (out->status == VERIFY_ANCHOR_BEYOND)
        findings->gaps |= VERIFY_GAP_ANCHOR;
    return result;
}

static enum result compare_all(struct verify_findings *findings,
                               const struct verify_input *input)
{
    enum result result = RESULT_OK;
    size_t i;

    findings->anchors =
        calloc(input->given_count + 1, sizeof *findings->anchors);
    if (!findings->anchors)
        return RESULT_NO_MEMORY;
    findings->anchor_count = input->given_count;
    for (i = 0; i < input->given_count && result == RESULT_OK; i++)
        result =
            compare_given(findings, &input->given[i], &findings->anchors[i]);
    return result;
}

/* --- The verdict --------------------------------------------------------- */

static void judge_meeting(struct verify_findings *findings)
{
    const struct verify_meeting *meeting = &findings->meeting;
    const struct meeting_state *state = meeting->state;

    if (state->phase != MEETING_CLOSED)
        findings->gaps |= VERIFY_GAP_OPEN;
    else if (state->checkpoint_count > 0 && !state->is_ended)
        findings->gaps |= VERIFY_GAP_UNCONFIRMED;
    if (meeting->unreached_count > 0)
        findings->gaps |= VERIFY_GAP_REGISTER;
    if (meeting->call.has_ended &&
        meeting->call.final_seq >= meeting->reader.count)
        findings->gaps |= VERIFY_GAP_REGISTER_END;
}

/* Nothing follows the closing checkpoint: whoever knows a later event knows
 * another history. */
static void judge(struct verify_findings *findings)
{
    size_t i;

    if (!findings->is_register)
        judge_meeting(findings);
    if (!findings->is_register && findings->meeting.state->is_ended)
        for (i = 0; i < findings->anchor_count; i++)
            if (findings->anchors[i].status == VERIFY_ANCHOR_BEYOND)
                fail(findings, VERIFY_FAULT_ANCHOR_BEYOND, VERIFY_IN_LOG,
                     findings->anchors[i].beyond);
    if (findings->verdict != VERIFY_INVALID)
        findings->verdict =
            findings->gaps == 0 ? VERIFY_COMPLETE : VERIFY_SO_FAR;
}

/* --- Both kinds of log --------------------------------------------------- */

static enum result take_failure(struct verify_findings *findings,
                                const struct verify_reader *reader,
                                enum result result)
{
    if (result != RESULT_REFUSED)
        return result;
    findings->verdict = VERIFY_INVALID;
    findings->failure = reader->failure;
    return RESULT_REFUSED;
}

static enum result read_given_register(const struct verify_input *input,
                                       struct verify_findings *findings)
{
    const enum result result =
        verify_register_read(&findings->registry, input->registry,
                             input->registry_openings, VERIFY_IN_REGISTER);

    findings->has_registry = true;
    if (result == RESULT_MALFORMED)
        return RESULT_INVALID;
    if (result == RESULT_OK &&
        !identifier_equal(&findings->registry.reader.scope,
                          &findings->organisation))
        return RESULT_INVALID;
    return take_failure(findings, &findings->registry.reader, result);
}

/* One that does not hold makes the rest no less readable. */
static enum result read_errata(struct verify_findings *findings)
{
    struct verify_failure failure = { .fault = VERIFY_FAULT_NONE };
    const enum result result = verify_errata_read(
        &findings->meeting, &findings->registry, &findings->errata, &failure);

    if (result != RESULT_REFUSED)
        return result;
    if (findings->verdict != VERIFY_INVALID) {
        findings->verdict = VERIFY_INVALID;
        findings->failure = failure;
    }
    return RESULT_OK;
}

static enum result run_meeting(const struct verify_input *input,
                               struct verify_findings *findings)
{
    struct verify_meeting *meeting = &findings->meeting;
    enum result result = RESULT_OK;

    if (input->registry.data)
        result = read_given_register(input, findings);
    if (result != RESULT_OK)
        return result;
    result = verify_meeting_read(
        meeting, input->log, input->openings,
        findings->has_registry ? &findings->registry : NULL, input->rulesets);
    if (result == RESULT_OK)
        result = history_of_meeting(meeting, &findings->history);
    else
        return take_failure(findings, &meeting->reader, result);
    return result == RESULT_OK && findings->has_registry ? read_errata(findings)
                                                         : result;
}

static enum result run_register(const struct verify_input *input,
                                struct verify_findings *findings)
{
    const enum result result = verify_register_read(
        &findings->registry, input->log, input->openings, VERIFY_IN_LOG);

    findings->has_registry = true;
    if (result == RESULT_OK)
        return history_of_register(&findings->registry, &findings->history);
    return take_failure(findings, &findings->registry.reader, result);
}

/* Which log the first line begins. */
static enum result find_kind(const struct verify_input *input,
                             struct verify_findings *findings)
{
    static const struct text_view none;
    struct verify_reader reader;
    enum result result =
        verify_reader_open(&reader, input->log, none, VERIFY_IN_LOG);

    findings->is_register = reader.is_register;
    findings->scope = reader.scope;
    findings->organisation = reader.organisation;
    result = take_failure(findings, &reader, result);
    verify_reader_release(&reader);
    return result;
}

enum result verify_run(const struct verify_input *input,
                       struct verify_findings *out)
{
    enum result result;

    *out = (struct verify_findings){ .verdict = VERIFY_UNUSABLE };
    result = find_kind(input, out);
    if (result == RESULT_OK)
        result = out->is_register ? run_register(input, out)
                                  : run_meeting(input, out);
    if (result == RESULT_OK)
        result = compare_all(out, input);
    if (result == RESULT_OK && !out->is_register)
        result = verify_archives_begin(out);
    if (result == RESULT_OK)
        judge(out);
    return result == RESULT_REFUSED ? RESULT_OK : result;
}

void verify_findings_release(struct verify_findings *findings)
{
    verify_meeting_release(&findings->meeting);
    verify_register_release(&findings->registry);
    verify_history_release(&findings->history);
    verify_archives_release(&findings->archives);
    verify_errata_release(&findings->errata);
    free(findings->anchors);
    findings->anchors = NULL;
}
