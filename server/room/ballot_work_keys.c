/* Keys: the server's own, the tellers', and who has broken the rules. */
#include "server/room/ballot_work.h"

#include "protocol/ballot/ballot_complaint.h"
#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_pedersen.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* --- texts --------------------------------------------------------------- */

struct text_view work_text_view(const struct work_text *text)
{
    return (struct text_view){ text->data, text->size };
}

struct hash work_text_hash(const struct work_text *text)
{
    return digest_sha256(text->data, text->size);
}

void work_text_release(struct work_text *text)
{
    free(text->data);
    *text = (struct work_text){ NULL, 0 };
}

enum result work_text_set(struct work_text *text, struct text_view value)
{
    char *copy = malloc(value.size + 1);

    if (!copy)
        return RESULT_NO_MEMORY;
    if (value.size > 0)
        memcpy(copy, value.data, value.size);
    copy[value.size] = '\0';
    work_text_release(text);
    text->data = copy;
    text->size = value.size;
    return RESULT_OK;
}

enum result work_text_take(struct work_text *text, struct byte_writer *writer)
{
    enum result result = writer->result;

    if (result == RESULT_OK)
        result =
            work_text_set(text, (struct text_view){ (const char *)writer->data,
                                                    writer->size });
    byte_writer_release(writer);
    return result;
}

/* --- the random source --------------------------------------------------- */

static enum result fill(void *user, uint8_t *out, size_t size)
{
    return entropy_fill(user, out, size);
}

static struct ballot_random random_of(const struct ballot_tools *tools)
{
    return (struct ballot_random){ .fill = fill,
                                   .user = (void *)(uintptr_t)tools->entropy };
}

/* --- the server's own key ------------------------------------------------- */

/* Base58 by rejection: each letter is as likely as any other. */
static enum result make_uuid(const struct ballot_tools *tools,
                             char uuid[BALLOT_UUID_TEXT_SIZE])
{
    static const char letters[] =
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    enum { LETTER_COUNT = sizeof letters - 1, USED = 256 / 58 * 58 };
    size_t i = 0;

    while (i < BALLOT_UUID_LENGTH) {
        uint8_t byte;
        enum result result = entropy_fill(tools->entropy, &byte, 1);

        if (result != RESULT_OK)
            return result;
        if (byte < USED)
            uuid[i++] = letters[byte % LETTER_COUNT];
    }
    uuid[i] = '\0';
    return RESULT_OK;
}

enum result ballot_work_begin(const struct ballot_tools *tools,
                              char uuid[BALLOT_UUID_TEXT_SIZE],
                              struct work_text *server_key)
{
    const struct ballot_random random = random_of(tools);
    const struct secret_store *shares = tools->shares;
    struct ballot_trustee_key key;
    struct ballot_scalar secret = { { 0 } };
    struct byte_writer writer;
    enum result result = make_uuid(tools, uuid);

    if (result == RESULT_OK)
        result = ballot_trustee_key_make(tools->group, &random, &secret, &key);
    if (result == RESULT_OK)
        result =
            shares->save(shares->user, uuid, secret.bytes, sizeof secret.bytes);
    ballot_scalar_wipe(&secret);
    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    return work_text_take(server_key, &writer);
}

enum result ballot_work_find_share(const struct ballot_tools *tools,
                                   const char *uuid,
                                   struct text_view server_key)
{
    struct ballot_trustee_key key;
    struct ballot_scalar secret = { { 0 } };
    struct ballot_element public_key;
    enum result result;

    if (ballot_trustee_key_take(tools->group, server_key, &key) !=
        BALLOT_FAULT_NONE)
        return RESULT_CORRUPT;
    result = tools->shares->load(tools->shares->user, uuid, secret.bytes,
                                 sizeof secret.bytes);
    if (result == RESULT_OK)
        result = ballot_group_generate(tools->group, &secret, &public_key);
    if (result == RESULT_OK &&
        !ballot_element_equal(&public_key, &key.public_key))
        result = RESULT_REFUSED;
    ballot_scalar_wipe(&secret);
    return result;
}

/* --- what the committee has sent ------------------------------------------ */

bool work_committee_is_group(const struct work_committee *committee)
{
    return committee->size > 2;
}

static bool are_all_there(const struct work_text *texts, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++)
        if (!texts[i].data)
            return false;
    return true;
}

bool work_committee_is_complete(const struct work_committee *committee)
{
    const uint32_t size = committee->size;

    return committee->server_key.data &&
           are_all_there(committee->certificates, size) &&
           (!work_committee_is_group(committee) ||
            (are_all_there(committee->deals, size) &&
             are_all_there(committee->keys, size)));
}

static enum result copy_texts(struct work_text *out,
                              const struct work_text *texts)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < LIMIT_BALLOT_TELLERS && result == RESULT_OK; i++)
        if (texts[i].data)
            result = work_text_set(&out[i], work_text_view(&texts[i]));
    return result;
}

enum result work_committee_copy(struct work_committee *out,
                                const struct work_committee *committee)
{
    enum result result;

    memset(out, 0, sizeof *out);
    out->size = committee->size;
    out->threshold = committee->threshold;
    out->attempt = committee->attempt;
    result =
        work_text_set(&out->server_key, work_text_view(&committee->server_key));
    if (result == RESULT_OK)
        result = copy_texts(out->certificates, committee->certificates);
    if (result == RESULT_OK)
        result = copy_texts(out->deals, committee->deals);
    if (result == RESULT_OK)
        result = copy_texts(out->keys, committee->keys);
    if (result != RESULT_OK)
        work_committee_release(out);
    return result;
}

void work_committee_release(struct work_committee *committee)
{
    size_t i;

    work_text_release(&committee->server_key);
    for (i = 0; i < LIMIT_BALLOT_TELLERS; i++) {
        work_text_release(&committee->certificates[i]);
        work_text_release(&committee->deals[i]);
        work_text_release(&committee->keys[i]);
    }
    memset(committee, 0, sizeof *committee);
}

/* --- looking at it -------------------------------------------------------- */

/* The large parts of a look, off the stack. */
struct look {
    struct ballot_certificate certificates[LIMIT_BALLOT_TELLERS];
    struct ballot_coefficients coefficients;
    struct ballot_deal deal;
    struct ballot_trustee_key keys[LIMIT_BALLOT_TELLERS + 1];
    struct ballot_trustees trustees;
};

static void view_all(const struct work_text *texts, struct text_view *views)
{
    size_t i;

    for (i = 0; i < LIMIT_BALLOT_TELLERS; i++)
        views[i] = work_text_view(&texts[i]);
}

/* A failure that is not the record's fault, as a result. */
static enum result failure_of(enum ballot_fault fault)
{
    return fault == BALLOT_FAULT_NO_MEMORY ? RESULT_NO_MEMORY
           : fault == BALLOT_FAULT_LIBRARY ? RESULT_CRYPTO
                                           : RESULT_OK;
}

static enum result conclude(enum ballot_fault fault, enum keys_fault named,
                            uint32_t guilty, struct ballot_verdict_row *verdict)
{
    const enum result result = failure_of(fault);

    if (result == RESULT_OK && fault != BALLOT_FAULT_NONE)
        *verdict = (struct ballot_verdict_row){ named, guilty };
    return result;
}

/* One or two tellers, and the server: nobody has the key of another. */
static enum result look_at_singles(const struct ballot_tools *tools,
                                   const struct work_committee *committee,
                                   struct look *look,
                                   struct ballot_verdict_row *verdict)
{
    enum ballot_fault fault = ballot_trustee_key_take(
        tools->group, work_text_view(&committee->server_key), &look->keys[0]);
    enum result result = RESULT_OK;
    uint32_t i, k;

    if (fault != BALLOT_FAULT_NONE) {
        result = failure_of(fault);
        return result != RESULT_OK ? result : RESULT_CORRUPT; /* our own */
    }
    for (i = 1; i <= committee->size; i++) {
        fault = ballot_trustee_key_take(
            tools->group, work_text_view(&committee->certificates[i - 1]),
            &look->keys[i]);
        if (fault == BALLOT_FAULT_NONE && look->keys[i].is_signed)
            fault = BALLOT_FAULT_UNKNOWN_FIELD;
        for (k = 0; k < i && fault == BALLOT_FAULT_NONE; k++)
            if (ballot_element_equal(&look->keys[k].public_key,
                                     &look->keys[i].public_key))
                fault = BALLOT_FAULT_SAME_KEY;
        result = conclude(fault, KEYS_BAD_CERTIFICATE, i, verdict);
        if (result != RESULT_OK || verdict->fault)
            return result;
    }
    return RESULT_OK;
}

static enum result look_at_certificates(const struct ballot_tools *tools,
                                        const struct work_committee *committee,
                                        struct look *look,
                                        struct ballot_verdict_row *verdict)
{
    const struct ballot_context wanted = { .size = committee->size,
                                           .threshold = committee->threshold };
    struct text_view views[LIMIT_BALLOT_TELLERS];
    uint32_t guilty = 0;
    enum ballot_fault fault;

    view_all(committee->certificates, views);
    fault = ballot_certificates_take(tools->group, &wanted, views,
                                     look->certificates, &guilty);
    return conclude(fault, KEYS_BAD_CERTIFICATE, guilty, verdict);
}

/* Everything that can be seen of the boxes from outside: whoever passes them on
 * has looked, so that a box that does not open is its sender's. */
static enum ballot_fault look_at_boxes(const struct ballot_tools *tools,
                                       const struct work_committee *committee,
                                       const struct look *look, uint32_t sender)
{
    struct ballot_share_route route = { .attempt = committee->attempt,
                                        .sender = sender };
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    uint32_t i;

    if (ballot_certificates_hash(look->certificates, committee->size,
                                 &route.certificates) != RESULT_OK)
        return BALLOT_FAULT_NO_MEMORY;
    for (i = 1; i <= committee->size && fault == BALLOT_FAULT_NONE; i++) {
        struct ballot_share_box box;

        if (i == sender)
            continue;
        route.recipient = i;
        fault = ballot_share_take(tools->group, look->deal.boxes[i - 1], &route,
                                  &look->certificates[sender - 1].verification,
                                  &box);
    }
    return fault;
}

static enum result look_at_deal(const struct ballot_tools *tools,
                                const struct work_committee *committee,
                                struct look *look, uint32_t index,
                                struct ballot_verdict_row *verdict)
{
    enum ballot_fault fault =
        ballot_deal_read(work_text_view(&committee->deals[index - 1]),
                         committee->size, index, &look->deal);

    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_coefficients_take(
            tools->group, look->deal.dealing, look->certificates,
            committee->size, committee->threshold, index, &look->coefficients);
    if (fault == BALLOT_FAULT_NONE)
        fault = look_at_boxes(tools, committee, look, index);
    return conclude(fault, KEYS_BAD_DEAL, index, verdict);
}

static enum result look_at_group(const struct ballot_tools *tools,
                                 const struct work_committee *committee,
                                 struct look *look,
                                 struct ballot_verdict_row *verdict)
{
    enum result result = look_at_certificates(tools, committee, look, verdict);
    uint32_t i;

    for (i = 1; result == RESULT_OK && !verdict->fault && i <= committee->size;
         i++)
        if (committee->deals[i - 1].data)
            result = look_at_deal(tools, committee, look, i, verdict);
    return result;
}

enum result ballot_work_examine(const struct ballot_tools *tools,
                                const struct work_committee *committee,
                                struct ballot_verdict_row *verdict)
{
    struct look *look;
    enum result result;

    *verdict = (struct ballot_verdict_row){ 0 };
    if (!are_all_there(committee->certificates, committee->size))
        return RESULT_OK;
    look = calloc(1, sizeof *look);
    if (!look)
        return RESULT_NO_MEMORY;
    result = work_committee_is_group(committee)
                 ? look_at_group(tools, committee, look, verdict)
                 : look_at_singles(tools, committee, look, verdict);
    free(look);
    return result;
}

/* --- the record ----------------------------------------------------------- */

static enum result assemble_group(const struct ballot_tools *tools,
                                  const struct work_committee *committee,
                                  struct look *look, struct work_text *out,
                                  struct ballot_verdict_row *verdict)
{
    struct text_view certificates[LIMIT_BALLOT_TELLERS];
    struct text_view dealings[LIMIT_BALLOT_TELLERS];
    struct text_view keys[LIMIT_BALLOT_TELLERS];
    const struct ballot_pedersen_parts parts = { certificates, dealings, keys };
    struct ballot_pedersen *record = NULL;
    struct byte_writer writer;
    uint32_t guilty = 0, i;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    enum result result;

    view_all(committee->certificates, certificates);
    view_all(committee->keys, keys);
    for (i = 1; i <= committee->size; i++) {
        /* Looked at before: it can be read. */
        fault = ballot_deal_read(work_text_view(&committee->deals[i - 1]),
                                 committee->size, i, &look->deal);
        if (fault != BALLOT_FAULT_NONE)
            return RESULT_CORRUPT;
        dealings[i - 1] = look->deal.dealing;
    }
    result = ballot_pedersen_new(&record);
    if (result != RESULT_OK)
        return result;
    fault =
        ballot_pedersen_assemble(tools->group, committee->size,
                                 committee->threshold, &parts, record, &guilty);
    result = conclude(fault, KEYS_BAD_KEY, guilty, verdict);
    if (fault == BALLOT_FAULT_NONE) {
        byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
        ballot_pedersen_write(&writer, record);
        result = work_text_take(out, &writer);
    }
    ballot_pedersen_free(record);
    return result;
}

static enum result write_trustees(const struct work_committee *committee,
                                  const struct work_text *group,
                                  struct work_text *out)
{
    struct ballot_part_text parts[LIMIT_BALLOT_TELLERS + 1];
    struct byte_writer writer;
    size_t count = 0;
    uint32_t i;

    parts[count++] = (struct ballot_part_text){ .text = work_text_view(
                                                    &committee->server_key) };
    if (group->data)
        parts[count++] =
            (struct ballot_part_text){ .is_group = true,
                                       .text = work_text_view(group) };
    for (i = 0; !group->data && i < committee->size; i++)
        parts[count++] = (struct ballot_part_text){
            .text = work_text_view(&committee->certificates[i])
        };
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustees_write(&writer, parts, count);
    return work_text_take(out, &writer);
}

/* Reads what was written as everybody will. */
static enum result take_owners(const struct ballot_tools *tools,
                               struct look *look,
                               struct ballot_trustees_made *out,
                               struct ballot_verdict_row *verdict)
{
    uint32_t owner = 0, i;
    const enum ballot_fault fault =
        ballot_trustees_read(tools->group, work_text_view(&out->record), false,
                             &look->trustees, &owner);
    const enum result result =
        conclude(fault, KEYS_BAD_RECORD, owner > 1 ? owner - 1 : 0, verdict);

    if (fault != BALLOT_FAULT_NONE)
        return result;
    out->hash = work_text_hash(&out->record);
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

enum result ballot_work_trustees(const struct ballot_tools *tools,
                                 const struct work_committee *committee,
                                 struct ballot_trustees_made *out,
                                 struct ballot_verdict_row *verdict)
{
    struct look *look;
    struct work_text group = { NULL, 0 };
    enum result result = ballot_work_examine(tools, committee, verdict);

    memset(out, 0, sizeof *out);
    if (result != RESULT_OK || verdict->fault)
        return result;
    look = calloc(1, sizeof *look);
    if (!look)
        return RESULT_NO_MEMORY;
    if (work_committee_is_group(committee))
        result = assemble_group(tools, committee, look, &group, verdict);
    if (result == RESULT_OK && !verdict->fault)
        result = write_trustees(committee, &group, &out->record);
    if (result == RESULT_OK && !verdict->fault)
        result = take_owners(tools, look, out, verdict);
    work_text_release(&group);
    free(look);
    if (result != RESULT_OK || verdict->fault)
        ballot_trustees_made_release(out);
    return result;
}

void ballot_trustees_made_release(struct ballot_trustees_made *made)
{
    work_text_release(&made->record);
    memset(made, 0, sizeof *made);
}

/* --- complaints ----------------------------------------------------------- */

static enum result judge_complaint(const struct ballot_tools *tools,
                                   const struct work_committee *committee,
                                   struct look *look, uint32_t complainer,
                                   uint32_t against, struct text_view evidence,
                                   struct ballot_verdict_row *verdict)
{
    struct ballot_complaint_case shown = {
        .certificates = look->certificates,
        .context = { .size = committee->size,
                     .threshold = committee->threshold },
        .attempt = committee->attempt,
        .sender = against,
        .complainer = complainer,
        .complaint = evidence
    };
    enum ballot_verdict found = BALLOT_VERDICT_NONE;
    enum ballot_fault reason = BALLOT_FAULT_NONE;
    enum result result;

    if (ballot_deal_read(work_text_view(&committee->deals[against - 1]),
                         committee->size, against,
                         &look->deal) != BALLOT_FAULT_NONE)
        return RESULT_CORRUPT; /* looked at before */
    shown.dealing = look->deal.dealing;
    shown.box = look->deal.boxes[complainer - 1];
    result = ballot_complaint_judge(tools->group, &shown, &found, &reason);
    if (result != RESULT_OK)
        return result;
    /* Deals and boxes were found to be as they should: what was passed on
     * wrongly can only be the complaint itself, which its author has signed. */
    *verdict =
        found == BALLOT_VERDICT_SENDER
            ? (struct ballot_verdict_row){ KEYS_BAD_SHARE, against }
            : (struct ballot_verdict_row){ KEYS_FALSE_COMPLAINT, complainer };
    return RESULT_OK;
}

static bool is_about_a_box(const struct work_committee *committee,
                           uint32_t complainer, uint32_t against)
{
    return work_committee_is_group(committee) && against >= 1 &&
           against <= committee->size && complainer >= 1 &&
           complainer <= committee->size && against != complainer &&
           are_all_there(committee->certificates, committee->size) &&
           committee->deals[against - 1].data;
}

/* What all can see, and this teller saw first. */
static enum result look_at_all(const struct ballot_tools *tools,
                               const struct work_committee *committee,
                               struct ballot_verdict_row *verdict)
{
    struct ballot_trustees_made made;
    enum result result;

    if (!work_committee_is_complete(committee))
        return ballot_work_examine(tools, committee, verdict);
    result = ballot_work_trustees(tools, committee, &made, verdict);
    ballot_trustees_made_release(&made);
    return result;
}

enum result ballot_work_judge(const struct ballot_tools *tools,
                              const struct work_committee *committee,
                              uint32_t complainer, uint32_t against,
                              struct text_view evidence,
                              struct ballot_verdict_row *verdict)
{
    struct look *look = NULL;
    enum result result = look_at_all(tools, committee, verdict);

    if (result != RESULT_OK || verdict->fault)
        return result;
    if (evidence.size > 0 && is_about_a_box(committee, complainer, against)) {
        look = calloc(1, sizeof *look);
        if (!look)
            return RESULT_NO_MEMORY;
        result = look_at_certificates(tools, committee, look, verdict);
        if (result == RESULT_OK)
            result = judge_complaint(tools, committee, look, complainer,
                                     against, evidence, verdict);
        free(look);
        return result;
    }
    *verdict = (struct ballot_verdict_row){ KEYS_FALSE_COMPLAINT, complainer };
    return RESULT_OK;
}
