#include "protocol/meeting/keys_judge.h"

#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_coefficients.h"
#include "protocol/ballot/ballot_complaint.h"
#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_pedersen.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

/* The large parts of a look, off the stack. */
struct look {
    struct ballot_certificate certificates[LIMIT_BALLOT_TELLERS];
    struct ballot_coefficients coefficients;
    struct ballot_deal deal;
    struct ballot_trustee_key keys[LIMIT_BALLOT_TELLERS + 1];
    struct ballot_trustees trustees;
};

bool keys_are_of_group(const struct keys_texts *texts)
{
    return texts->size > 2;
}

static bool are_all_there(const struct text_view *texts, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++)
        if (!texts[i].data)
            return false;
    return true;
}

bool keys_are_complete(const struct keys_texts *texts)
{
    return texts->server_key.data &&
           are_all_there(texts->certificates, texts->size) &&
           (!keys_are_of_group(texts) ||
            (are_all_there(texts->deals, texts->size) &&
             are_all_there(texts->keys, texts->size)));
}

/* A failure that is not the record's fault, as a result. */
static enum result failure_of(enum ballot_fault fault)
{
    return fault == BALLOT_FAULT_NO_MEMORY ? RESULT_NO_MEMORY
           : fault == BALLOT_FAULT_LIBRARY ? RESULT_CRYPTO
                                           : RESULT_OK;
}

/* Of a key that two have nobody is named: it can be copied, and neither the
 * numbers nor the order in the log, which is the server's, tell who did. */
static enum result conclude(enum ballot_fault fault, enum keys_fault named,
                            uint32_t guilty, struct keys_verdict *verdict)
{
    const enum result result = failure_of(fault);

    if (fault == BALLOT_FAULT_SAME_KEY && guilty == 0)
        named = KEYS_SAME_KEY;
    if (result == RESULT_OK && fault != BALLOT_FAULT_NONE)
        *verdict = (struct keys_verdict){ named, guilty };
    return result;
}

/* --- What all can see ------------------------------------------------------
 */

static enum ballot_fault check_distinct(const struct look *look, uint32_t last)
{
    for (uint32_t i = 1; i <= last; i++)
        for (uint32_t k = 0; k < i; k++)
            if (ballot_element_equal(&look->keys[k].public_key,
                                     &look->keys[i].public_key))
                return BALLOT_FAULT_SAME_KEY;
    return BALLOT_FAULT_NONE;
}

/* One or two tellers, and the server: nobody has the key of another. */
static enum result look_at_singles(const struct ballot_group *group,
                                   const struct keys_texts *texts,
                                   struct look *look,
                                   struct keys_verdict *verdict)
{
    enum ballot_fault fault =
        ballot_trustee_key_take(group, texts->server_key, &look->keys[0]);
    enum result result = conclude(fault, KEYS_BAD_CERTIFICATE, 0, verdict);
    uint32_t i;

    for (i = 1; i <= texts->size && result == RESULT_OK && !verdict->fault;
         i++) {
        fault = ballot_trustee_key_take(group, texts->certificates[i - 1],
                                        &look->keys[i]);
        if (fault == BALLOT_FAULT_NONE && look->keys[i].is_signed)
            fault = BALLOT_FAULT_UNKNOWN_FIELD;
        result = conclude(fault, KEYS_BAD_CERTIFICATE, i, verdict);
    }
    if (result == RESULT_OK && !verdict->fault)
        result = conclude(check_distinct(look, texts->size), KEYS_SAME_KEY, 0,
                          verdict);
    return result;
}

static enum result look_at_certificates(const struct ballot_group *group,
                                        const struct keys_texts *texts,
                                        struct look *look,
                                        struct keys_verdict *verdict)
{
    const struct ballot_context wanted = { .size = texts->size,
                                           .threshold = texts->threshold };
    uint32_t guilty = 0;
    const enum ballot_fault fault = ballot_certificates_take(
        group, &wanted, texts->certificates, look->certificates, &guilty);

    return conclude(fault, KEYS_BAD_CERTIFICATE, guilty, verdict);
}

/* Everything that can be seen of the boxes from outside: whoever passes them on
 * has looked, so that a box that does not open is its sender's. */
static enum ballot_fault look_at_boxes(const struct ballot_group *group,
                                       const struct keys_texts *texts,
                                       const struct look *look, uint32_t sender)
{
    struct ballot_share_route route = { .attempt = texts->attempt,
                                        .sender = sender };
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    uint32_t i;

    if (ballot_certificates_hash(look->certificates, texts->size,
                                 &route.certificates) != RESULT_OK)
        return BALLOT_FAULT_NO_MEMORY;
    for (i = 1; i <= texts->size && fault == BALLOT_FAULT_NONE; i++) {
        struct ballot_share_box box;

        if (i == sender)
            continue;
        route.recipient = i;
        fault = ballot_share_take(group, look->deal.boxes[i - 1], &route,
                                  &look->certificates[sender - 1].verification,
                                  &box);
    }
    return fault;
}

/* With the certificates looked at before. */
static enum result look_at_deal(const struct ballot_group *group,
                                const struct keys_texts *texts,
                                struct look *look, uint32_t index,
                                struct keys_verdict *verdict)
{
    enum ballot_fault fault = ballot_deal_read(texts->deals[index - 1],
                                               texts->size, index, &look->deal);

    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_coefficients_take(
            group, look->deal.dealing, look->certificates, texts->size,
            texts->threshold, index, &look->coefficients);
    if (fault == BALLOT_FAULT_NONE)
        fault = look_at_boxes(group, texts, look, index);
    return conclude(fault, KEYS_BAD_DEAL, index, verdict);
}

static enum result look_at_group(const struct ballot_group *group,
                                 const struct keys_texts *texts,
                                 struct look *look,
                                 struct keys_verdict *verdict)
{
    enum result result = look_at_certificates(group, texts, look, verdict);
    uint32_t i;

    for (i = 1; result == RESULT_OK && !verdict->fault && i <= texts->size; i++)
        if (texts->deals[i - 1].data)
            result = look_at_deal(group, texts, look, i, verdict);
    return result;
}

static enum result examine(const struct ballot_group *group,
                           const struct keys_texts *texts, struct look *look,
                           struct keys_verdict *verdict)
{
    *verdict = (struct keys_verdict){ 0 };
    if (!are_all_there(texts->certificates, texts->size))
        return RESULT_OK;
    return keys_are_of_group(texts)
               ? look_at_group(group, texts, look, verdict)
               : look_at_singles(group, texts, look, verdict);
}

enum result keys_examine(const struct ballot_group *group,
                         const struct keys_texts *texts,
                         struct keys_verdict *verdict)
{
    struct look *look = calloc(1, sizeof *look);
    const enum result result =
        look ? examine(group, texts, look, verdict) : RESULT_NO_MEMORY;

    free(look);
    return result;
}

/* --- The record ------------------------------------------------------------
 */

static enum result assemble_group(const struct ballot_group *group,
                                  const struct keys_texts *texts,
                                  struct look *look, struct byte_writer *out,
                                  struct keys_verdict *verdict)
{
    struct text_view dealings[LIMIT_BALLOT_TELLERS];
    const struct ballot_pedersen_parts parts = { texts->certificates, dealings,
                                                 texts->keys };
    struct ballot_pedersen *record = NULL;
    uint32_t guilty = 0, i;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    enum result result;

    for (i = 1; i <= texts->size; i++) {
        /* Looked at before: it can be read. */
        fault =
            ballot_deal_read(texts->deals[i - 1], texts->size, i, &look->deal);
        if (fault != BALLOT_FAULT_NONE)
            return RESULT_CORRUPT;
        dealings[i - 1] = look->deal.dealing;
    }
    result = ballot_pedersen_new(&record);
    if (result != RESULT_OK)
        return result;
    fault = ballot_pedersen_assemble(group, texts->size, texts->threshold,
                                     &parts, record, &guilty);
    result = conclude(fault, KEYS_BAD_KEY, guilty, verdict);
    if (fault == BALLOT_FAULT_NONE) {
        ballot_pedersen_write(out, record);
        result = out->result;
    }
    ballot_pedersen_free(record);
    return result;
}

static struct text_view written(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

/* `together`: the group's part; empty where each teller has a single key. */
static enum result write_trustees(const struct keys_texts *texts,
                                  const struct byte_writer *together,
                                  struct byte_writer *out)
{
    struct ballot_part_text parts[LIMIT_BALLOT_TELLERS + 1];
    size_t count = 0;
    uint32_t i;

    parts[count++] = (struct ballot_part_text){ .text = texts->server_key };
    if (keys_are_of_group(texts))
        parts[count++] = (struct ballot_part_text){ .is_group = true,
                                                    .text = written(together) };
    for (i = 0; !keys_are_of_group(texts) && i < texts->size; i++)
        parts[count++] =
            (struct ballot_part_text){ .text = texts->certificates[i] };
    ballot_trustees_write(out, parts, count);
    return out->result;
}

/* Reads what was written as everybody will. */
static enum result take_owners(const struct ballot_group *group,
                               struct look *look, struct text_view record,
                               struct keys_record *out,
                               struct keys_verdict *verdict)
{
    uint32_t owner = 0, i;
    const enum ballot_fault fault =
        ballot_trustees_read(group, record, false, &look->trustees, &owner);
    const enum result result =
        conclude(fault, KEYS_BAD_RECORD, owner > 1 ? owner - 1 : 0, verdict);

    if (fault != BALLOT_FAULT_NONE)
        return result;
    out->hash = digest_sha256(record.data, record.size);
    out->public_key = look->trustees.public_key;
    out->owner_count = look->trustees.owner_count;
    if (out->owner_count > LIMIT_BALLOT_TELLERS + 1)
        return RESULT_CORRUPT;
    for (i = 0; i < out->owner_count; i++) {
        char text[BALLOT_ELEMENT_TEXT_SIZE];

        ballot_element_text(&look->trustees.owners[i].public_key, text);
        out->keys[i] = digest_sha256(text, strlen(text));
    }
    return RESULT_OK;
}

static enum result make_record(const struct ballot_group *group,
                               const struct keys_texts *texts,
                               struct look *look, struct byte_writer *text,
                               struct keys_record *out,
                               struct keys_verdict *verdict)
{
    struct byte_writer together;
    enum result result = examine(group, texts, look, verdict);

    byte_writer_init(&together, LIMIT_BALLOT_RECORD_SIZE);
    if (result == RESULT_OK && !verdict->fault && keys_are_of_group(texts))
        result = assemble_group(group, texts, look, &together, verdict);
    if (result == RESULT_OK && !verdict->fault)
        result = write_trustees(texts, &together, text);
    if (result == RESULT_OK && !verdict->fault)
        result = take_owners(group, look, written(text), out, verdict);
    byte_writer_release(&together);
    return result;
}

enum result keys_make_record(const struct ballot_group *group,
                             const struct keys_texts *texts,
                             struct byte_writer *text, struct keys_record *out,
                             struct keys_verdict *verdict)
{
    struct look *look = calloc(1, sizeof *look);
    enum result result = RESULT_NO_MEMORY;

    memset(out, 0, sizeof *out);
    if (look)
        result = make_record(group, texts, look, text, out, verdict);
    free(look);
    return result;
}

/* --- Complaints ------------------------------------------------------------
 */

static enum result judge_complaint(const struct ballot_group *group,
                                   const struct keys_texts *texts,
                                   struct look *look,
                                   const struct keys_complaint *complaint,
                                   struct keys_verdict *verdict)
{
    const uint32_t against = complaint->against;
    const uint32_t complainer = complaint->complainer;
    struct ballot_complaint_case shown = {
        .certificates = look->certificates,
        .context = { .size = texts->size, .threshold = texts->threshold },
        .attempt = texts->attempt,
        .sender = against,
        .complainer = complainer,
        .complaint = complaint->evidence
    };
    enum ballot_verdict found = BALLOT_VERDICT_NONE;
    enum ballot_fault reason = BALLOT_FAULT_NONE;
    enum result result;

    if (ballot_deal_read(texts->deals[against - 1], texts->size, against,
                         &look->deal) != BALLOT_FAULT_NONE)
        return RESULT_CORRUPT; /* looked at before */
    shown.dealing = look->deal.dealing;
    shown.box = look->deal.boxes[complainer - 1];
    result = ballot_complaint_judge(group, &shown, &found, &reason);
    if (result != RESULT_OK)
        return result;
    /* Deals and boxes were found to be as they should: what was passed on
     * wrongly can only be the complaint itself, which its author has signed. */
    *verdict = found == BALLOT_VERDICT_SENDER
                   ? (struct keys_verdict){ KEYS_BAD_SHARE, against }
                   : (struct keys_verdict){ KEYS_FALSE_COMPLAINT, complainer };
    return RESULT_OK;
}

static bool is_about_a_box(const struct keys_texts *texts,
                           const struct keys_complaint *complaint)
{
    const uint32_t complainer = complaint->complainer;
    const uint32_t against = complaint->against;

    return complaint->evidence.size > 0 && keys_are_of_group(texts) &&
           against >= 1 && against <= texts->size && complainer >= 1 &&
           complainer <= texts->size && against != complainer &&
           are_all_there(texts->certificates, texts->size) &&
           texts->deals[against - 1].data;
}

/* `*made` is filled where everything is there and no fault is seen. */
static enum result look_at_all(const struct ballot_group *group,
                               const struct keys_texts *texts,
                               struct look *look, struct keys_record *made,
                               struct keys_verdict *verdict)
{
    struct byte_writer text;
    enum result result;

    memset(made, 0, sizeof *made);
    if (!keys_are_complete(texts))
        return examine(group, texts, look, verdict);
    byte_writer_init(&text, LIMIT_BALLOT_RECORD_SIZE);
    result = make_record(group, texts, look, &text, made, verdict);
    byte_writer_release(&text);
    return result;
}

/* What all can see, and this teller saw first; or what only it could. */
static enum result judge(const struct ballot_group *group,
                         const struct keys_texts *texts, struct look *look,
                         const struct keys_complaint *complaint,
                         struct keys_record *made, struct keys_verdict *verdict)
{
    enum result result = look_at_all(group, texts, look, made, verdict);

    if (result != RESULT_OK || verdict->fault)
        return result;
    if (is_about_a_box(texts, complaint)) {
        result = look_at_certificates(group, texts, look, verdict);
        if (result == RESULT_OK)
            result = judge_complaint(group, texts, look, complaint, verdict);
        return result;
    }
    *verdict =
        (struct keys_verdict){ KEYS_FALSE_COMPLAINT, complaint->complainer };
    return RESULT_OK;
}

enum result keys_judge(const struct ballot_group *group,
                       const struct keys_texts *texts,
                       const struct keys_complaint *complaint,
                       struct keys_verdict *verdict)
{
    struct keys_record made;
    struct look *look = calloc(1, sizeof *look);
    const enum result result =
        look ? judge(group, texts, look, complaint, &made, verdict)
             : RESULT_NO_MEMORY;

    free(look);
    return result;
}

/* --- Somebody else's verdict -----------------------------------------------
 */

static struct text_view view_of(const struct meeting_ballot_text *text)
{
    return (struct text_view){ text->data, text->size };
}

struct keys_case keys_case_of(const struct meeting_ballot *ballot)
{
    const struct meeting_ballot_dispute *dispute = &ballot->dispute;
    struct keys_case shown = {
        .texts = { .size = (uint32_t)ballot->teller_count,
                   .threshold = (uint32_t)ballot->threshold,
                   .attempt = (uint32_t)ballot->attempt,
                   .server_key = view_of(&ballot->server_key) },
        .is_disputed = dispute->is_open,
        .complaint = { .complainer = (uint32_t)dispute->index,
                       .against = (uint32_t)dispute->against,
                       .evidence = view_of(&dispute->evidence) }
    };
    size_t i;

    for (i = 0; i < ballot->teller_count; i++) {
        const struct meeting_ballot_teller *teller = &ballot->tellers[i];

        shown.texts.certificates[i] = view_of(&teller->certificate);
        shown.texts.deals[i] = view_of(&teller->deal);
        shown.texts.keys[i] = view_of(&teller->key);
    }
    for (i = 0; i <= ballot->teller_count; i++)
        shown.signatures[i] =
            (struct keys_signature){ .is_there = ballot->owners[i].has_signed,
                                     .key = ballot->owners[i].key,
                                     .trustees = ballot->trustees };
    return shown;
}

static bool has_signed_other(const struct keys_case *shown,
                             const struct keys_record *made, uint32_t index)
{
    const struct keys_signature *signature = &shown->signatures[index];

    return made->owner_count > 0 && signature->is_there &&
           (!hash_equal(&signature->key, &made->keys[index]) ||
            !hash_equal(&signature->trustees, &made->hash));
}

bool keys_find_other_signature(const struct keys_case *shown,
                               const struct keys_record *made,
                               struct keys_verdict *verdict)
{
    uint32_t i;

    for (i = 1; i <= shown->texts.size; i++)
        if (has_signed_other(shown, made, i)) {
            *verdict = (struct keys_verdict){ KEYS_BAD_RECORD, i };
            return true;
        }
    return false;
}

/* The own verdict. */
static enum result find(const struct ballot_group *group,
                        const struct keys_case *shown, struct look *look,
                        struct keys_record *made, struct keys_verdict *own)
{
    enum result result;

    if (shown->is_disputed)
        return judge(group, &shown->texts, look, &shown->complaint, made, own);
    result = look_at_all(group, &shown->texts, look, made, own);
    if (result == RESULT_OK && !own->fault)
        (void)keys_find_other_signature(shown, made, own);
    return result;
}

static bool is_same(const struct keys_verdict *a, const struct keys_verdict *b)
{
    return a->fault == b->fault && a->guilty == b->guilty;
}

/* Where the texts have several faults, or a complaint came when a fault had
 * been found, the one that is told may be another one than the first. */
static enum result is_one_of_several(const struct ballot_group *group,
                                     const struct keys_case *shown,
                                     struct look *look,
                                     const struct keys_record *made,
                                     const struct keys_verdict *told,
                                     bool *is_true)
{
    const struct keys_texts *texts = &shown->texts;
    struct keys_verdict found = { 0 };
    enum result result = RESULT_OK;

    if (told->guilty < 1 || told->guilty > texts->size)
        return RESULT_OK;
    if (told->fault == KEYS_BAD_RECORD) {
        *is_true = has_signed_other(shown, made, told->guilty);
        return RESULT_OK;
    }
    if (told->fault != KEYS_BAD_DEAL || !keys_are_of_group(texts) ||
        !are_all_there(texts->certificates, texts->size) ||
        !texts->deals[told->guilty - 1].data)
        return RESULT_OK;
    result = look_at_certificates(group, texts, look, &found);
    if (result == RESULT_OK && !found.fault)
        result = look_at_deal(group, texts, look, told->guilty, &found);
    *is_true = result == RESULT_OK && is_same(&found, told);
    return result;
}

enum result keys_check_verdict(const struct ballot_group *group,
                               const struct keys_case *shown,
                               const struct keys_verdict *told, bool *is_true,
                               struct keys_verdict *own)
{
    struct keys_record made = { .owner_count = 0 };
    struct look *look;
    enum result result;

    *own = (struct keys_verdict){ 0 };
    *is_true = told->fault == KEYS_RESTARTED;
    if (*is_true)
        return RESULT_OK;
    look = calloc(1, sizeof *look);
    if (!look)
        return RESULT_NO_MEMORY;
    result = find(group, shown, look, &made, own);
    *is_true = result == RESULT_OK && is_same(own, told);
    if (result == RESULT_OK && !*is_true)
        result = is_one_of_several(group, shown, look, &made, told, is_true);
    free(look);
    return result;
}
