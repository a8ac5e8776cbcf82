#include "client/core/ballot_teller.h"

#include "client/core/secret_memory.h"
#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_pedersen.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/base/byte_reader.h"
#include "protocol/base/byte_writer.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/*
 * A machine's bytes: u8 kind, u32 attempt, index, count, threshold; then of a
 * single key its 32 bytes and its text, of a group's member the bytes of
 * ballot_dkg_encode().
 */
enum { KIND_SINGLE = 1, KIND_GROUP = 2, HEADER_SIZE = 1 + 4 * 4 };

bool ballot_teller_is_group(const struct ballot_teller_terms *terms)
{
    return terms->count >= 3;
}

/* --- Bytes --------------------------------------------------------------- */

void ballot_teller_bytes_free(struct ballot_teller_bytes *bytes)
{
    secret_memory_free(bytes->data, bytes->size);
    *bytes = (struct ballot_teller_bytes){ NULL, 0 };
}

struct text_view ballot_teller_view(const struct ballot_teller_bytes *bytes)
{
    return (struct text_view){ (const char *)bytes->data, bytes->size };
}

void ballot_teller_given_free(struct ballot_teller_given *given)
{
    ballot_teller_bytes_free(&given->machine);
    ballot_teller_bytes_free(&given->text);
}

/* What was written goes to `out`; the writer is ended. */
static enum result hand_over(struct byte_writer *writer,
                             struct ballot_teller_bytes *out)
{
    const enum result result = byte_writer_take(writer, &out->data, &out->size);

    byte_writer_release(writer);
    return result;
}

static enum result copy(struct text_view text, struct ballot_teller_bytes *out)
{
    uint8_t *data = malloc(text.size + 1);

    if (!data)
        return RESULT_NO_MEMORY;
    if (text.size > 0)
        memcpy(data, text.data, text.size);
    *out = (struct ballot_teller_bytes){ data, text.size };
    return RESULT_OK;
}

/* --- Machines ------------------------------------------------------------ */

/* Two parts behind the header; as large as needed from the start, because a
 * writer that grows leaves copies behind. */
static enum result make_machine(const struct ballot_teller_terms *terms,
                                struct text_view first, struct text_view second,
                                struct ballot_teller_bytes *out)
{
    const size_t size = HEADER_SIZE + first.size + second.size;
    const uint32_t numbers[] = { terms->attempt, terms->index, terms->count,
                                 terms->threshold };
    uint8_t *data = secret_memory_new(size);
    size_t at = 0;

    if (!data)
        return RESULT_NO_MEMORY;
    data[at++] = ballot_teller_is_group(terms) ? KIND_GROUP : KIND_SINGLE;
    for (size_t i = 0; i < 4; i++) {
        for (int shift = 24; shift >= 0; shift -= 8)
            data[at++] = (uint8_t)(numbers[i] >> shift);
    }
    memcpy(data + at, first.data, first.size);
    if (second.size > 0)
        memcpy(data + at + first.size, second.data, second.size);
    *out = (struct ballot_teller_bytes){ data, size };
    return RESULT_OK;
}

/* What lies behind the header. RESULT_INVALID for other terms. */
static enum result open_machine(const struct ballot_teller_terms *terms,
                                struct text_view machine,
                                struct text_view *content)
{
    struct ballot_teller_terms read = { .attempt = 0 };
    struct byte_reader reader;
    uint8_t kind = 0;

    byte_reader_init(&reader, (const uint8_t *)machine.data, machine.size);
    if (byte_reader_u8(&reader, &kind) ||
        byte_reader_u32(&reader, &read.attempt) ||
        byte_reader_u32(&reader, &read.index) ||
        byte_reader_u32(&reader, &read.count) ||
        byte_reader_u32(&reader, &read.threshold))
        return RESULT_CORRUPT;
    if (read.attempt != terms->attempt || read.index != terms->index ||
        read.count != terms->count || read.threshold != terms->threshold)
        return RESULT_INVALID;
    if (kind != (ballot_teller_is_group(terms) ? KIND_GROUP : KIND_SINGLE) ||
        (kind == KIND_SINGLE &&
         byte_reader_left(&reader) <= BALLOT_SCALAR_SIZE))
        return RESULT_CORRUPT;
    content->data = machine.data + reader.position;
    content->size = byte_reader_left(&reader);
    return RESULT_OK;
}

static enum result open_dkg(const struct ballot_group *group,
                            const struct ballot_teller_terms *terms,
                            struct text_view machine, struct ballot_dkg **out)
{
    struct text_view content = { NULL, 0 };
    enum result result = ballot_teller_is_group(terms)
                             ? open_machine(terms, machine, &content)
                             : RESULT_INVALID;

    if (!result)
        result = ballot_dkg_decode(group, (const uint8_t *)content.data,
                                   content.size, out);
    return result;
}

static enum result close_dkg(const struct ballot_dkg *dkg,
                             const struct ballot_teller_terms *terms,
                             struct ballot_teller_bytes *out)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = ballot_dkg_encode(dkg, &bytes, &size);

    if (!result)
        result =
            make_machine(terms, (struct text_view){ (const char *)bytes, size },
                         (struct text_view){ NULL, 0 }, out);
    OPENSSL_clear_free(bytes, size);
    return result;
}

/* --- A single key -------------------------------------------------------- */

static struct hash hash_of_key(const struct ballot_element *key)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(key, text);
    return digest_sha256(text, strlen(text));
}

static enum result begin_single(const struct ballot_group *group,
                                const struct ballot_teller_terms *terms,
                                const struct ballot_random *random,
                                struct ballot_teller_given *out)
{
    struct ballot_trustee_key key;
    struct ballot_scalar secret;
    struct byte_writer writer;
    enum result result = ballot_trustee_key_make(group, random, &secret, &key);

    if (result)
        return result;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    result = hand_over(&writer, &out->text);
    if (!result)
        result = make_machine(terms,
                              (struct text_view){ (const char *)secret.bytes,
                                                  BALLOT_SCALAR_SIZE },
                              ballot_teller_view(&out->text), &out->machine);
    ballot_scalar_wipe(&secret);
    out->message = hash_of_key(&key.public_key);
    return result;
}

/* --- Steps of a group ---------------------------------------------------- */

static enum result message_of(const struct ballot_group *group,
                              struct text_view text, struct hash *out)
{
    char *scratch = malloc(text.size + 1);
    struct ballot_certificate certificate;
    struct ballot_json json;
    enum result result = RESULT_NO_MEMORY;

    if (!scratch)
        return result;
    ballot_json_init(&json, text);
    ballot_certificate_read(&json, group, scratch, &certificate);
    result = ballot_json_end(&json) == BALLOT_FAULT_NONE
                 ? ballot_certificate_id(&certificate, out)
                 : RESULT_CORRUPT;
    free(scratch);
    return result;
}

/* What was made for others goes to `out`. */
static enum result give_deal(const struct ballot_dkg *dkg,
                             const struct ballot_teller_terms *terms,
                             struct ballot_teller_bytes *out)
{
    struct ballot_deal deal = { .dealing = ballot_dkg_dealing(dkg) };
    struct byte_writer writer;

    for (uint32_t i = 1; i <= terms->count; i++) {
        if (i != terms->index)
            deal.boxes[i - 1] = ballot_dkg_box(dkg, i);
    }
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_deal_write(&writer, &deal, terms->count);
    return hand_over(&writer, out);
}

static enum result give_text(const struct ballot_group *group,
                             const struct ballot_dkg *dkg,
                             const struct ballot_teller_terms *terms,
                             enum ballot_dkg_step what,
                             struct ballot_teller_given *out)
{
    enum result result;

    switch (what) {
    case BALLOT_DKG_CERTIFIED:
        result = copy(ballot_dkg_certificate(dkg), &out->text);
        return result ? result
                      : message_of(group, ballot_dkg_certificate(dkg),
                                   &out->message);
    case BALLOT_DKG_DEALT:
        return give_deal(dkg, terms, &out->text);
    case BALLOT_DKG_KEYED:
        return copy(ballot_dkg_key(dkg), &out->text);
    case BALLOT_DKG_DEAD:
        return copy(ballot_dkg_complaint(dkg), &out->text);
    case BALLOT_DKG_NONE:
    case BALLOT_DKG_STEP_COUNT:
        break;
    }
    return RESULT_INVALID;
}

/* The end of every step: what it made, or nothing at all. */
static enum result give(const struct ballot_group *group,
                        const struct ballot_dkg *dkg,
                        const struct ballot_teller_terms *terms,
                        struct ballot_teller_given *out)
{
    struct ballot_teller_given given = { .machine = { NULL, 0 } };
    enum result result = close_dkg(dkg, terms, &given.machine);

    if (!result)
        result = give_text(group, dkg, terms, ballot_dkg_step(dkg), &given);
    if (result)
        ballot_teller_given_free(&given);
    else
        *out = given;
    return result;
}

enum result ballot_teller_begin(const struct ballot_group *group,
                                const struct ballot_teller_terms *terms,
                                const struct ballot_random *random,
                                struct ballot_teller_given *out)
{
    const struct ballot_context context = { .size = terms->count,
                                            .threshold = terms->threshold,
                                            .index = terms->index };
    struct ballot_teller_given given = { .machine = { NULL, 0 } };
    struct ballot_dkg *dkg = NULL;
    enum result result;

    if (!ballot_context_is_possible(&context) ||
        terms->count > LIMIT_BALLOT_TELLERS)
        return RESULT_INVALID;
    if (!ballot_teller_is_group(terms)) {
        result = begin_single(group, terms, random, &given);
        if (result)
            ballot_teller_given_free(&given);
        else
            *out = given;
        return result;
    }
    result = ballot_dkg_begin(group, &context, terms->attempt, random, &dkg);
    if (!result)
        result = give(group, dkg, terms, out);
    ballot_dkg_free(dkg);
    return result;
}

enum result ballot_teller_deal(const struct ballot_group *group,
                               const struct ballot_teller_terms *terms,
                               struct text_view machine,
                               const struct text_view *certificates,
                               const struct ballot_random *random,
                               struct ballot_teller_given *out,
                               struct ballot_blame *blame)
{
    struct ballot_dkg *dkg = NULL;
    enum result result = open_dkg(group, terms, machine, &dkg);

    if (!result)
        result = ballot_dkg_deal(dkg, group, certificates, random, blame);
    if (!result)
        result = give(group, dkg, terms, out);
    ballot_dkg_free(dkg);
    return result;
}

/* The dealings, and the boxes to this teller, of all. */
static enum result split_deals(const struct ballot_teller_terms *terms,
                               const struct text_view *deals,
                               struct text_view *dealings,
                               struct text_view *boxes,
                               struct ballot_blame *blame)
{
    struct ballot_deal deal;

    for (uint32_t i = 0; i < terms->count; i++) {
        const enum ballot_fault fault =
            ballot_deal_read(deals[i], terms->count, i + 1, &deal);

        if (fault != BALLOT_FAULT_NONE) {
            *blame = (struct ballot_blame){ .fault = fault, .member = i + 1 };
            return RESULT_REFUSED;
        }
        dealings[i] = deal.dealing;
        boxes[i] = deal.boxes[terms->index - 1];
    }
    return RESULT_OK;
}

enum result ballot_teller_receive(const struct ballot_group *group,
                                  const struct ballot_teller_terms *terms,
                                  struct text_view machine,
                                  const struct text_view *deals,
                                  const struct ballot_random *random,
                                  struct ballot_teller_given *out,
                                  struct ballot_blame *blame)
{
    struct text_view dealings[LIMIT_BALLOT_TELLERS],
        boxes[LIMIT_BALLOT_TELLERS];
    struct ballot_dkg *dkg = NULL;
    enum result result = open_dkg(group, terms, machine, &dkg);

    if (!result)
        result = split_deals(terms, deals, dealings, boxes, blame);
    if (!result)
        result = ballot_dkg_receive(dkg, group, dealings, boxes, random, blame);
    if (!result)
        result = give(group, dkg, terms, out);
    ballot_dkg_free(dkg);
    return result;
}

enum result ballot_teller_complain(const struct ballot_group *group,
                                   const struct ballot_teller_terms *terms,
                                   struct text_view machine, uint32_t sender,
                                   const struct ballot_random *random,
                                   struct ballot_teller_given *out)
{
    struct ballot_dkg *dkg = NULL;
    enum result result = open_dkg(group, terms, machine, &dkg);

    if (!result)
        result = ballot_dkg_complain(dkg, group, sender, random);
    if (!result)
        result = give(group, dkg, terms, out);
    ballot_dkg_free(dkg);
    return result;
}

/* --- Asking a machine ---------------------------------------------------- */

enum ballot_dkg_step ballot_teller_step(const struct ballot_group *group,
                                        const struct ballot_teller_terms *terms,
                                        struct text_view machine)
{
    enum ballot_dkg_step step = BALLOT_DKG_NONE;
    struct text_view content;
    struct ballot_dkg *dkg = NULL;

    if (!ballot_teller_is_group(terms))
        return open_machine(terms, machine, &content) == RESULT_OK
                   ? BALLOT_DKG_KEYED
                   : BALLOT_DKG_NONE;
    if (open_dkg(group, terms, machine, &dkg) == RESULT_OK)
        step = ballot_dkg_step(dkg);
    ballot_dkg_free(dkg);
    return step;
}

static enum result again_single(const struct ballot_group *group,
                                struct text_view content,
                                struct ballot_teller_given *out)
{
    const struct text_view text = { content.data + BALLOT_SCALAR_SIZE,
                                    content.size - BALLOT_SCALAR_SIZE };
    struct ballot_trustee_key key;

    if (ballot_trustee_key_take(group, text, &key) != BALLOT_FAULT_NONE)
        return RESULT_CORRUPT;
    out->message = hash_of_key(&key.public_key);
    return copy(text, &out->text);
}

enum result ballot_teller_again(const struct ballot_group *group,
                                const struct ballot_teller_terms *terms,
                                struct text_view machine,
                                enum ballot_dkg_step what,
                                struct ballot_teller_given *out)
{
    struct ballot_teller_given given = { .machine = { NULL, 0 } };
    struct text_view content = { NULL, 0 };
    struct ballot_dkg *dkg = NULL;
    enum result result;

    if (!ballot_teller_is_group(terms)) {
        result = what == BALLOT_DKG_CERTIFIED
                     ? open_machine(terms, machine, &content)
                     : RESULT_INVALID;
        if (!result)
            result = again_single(group, content, &given);
    } else {
        result = open_dkg(group, terms, machine, &dkg);
        if (!result && what > ballot_dkg_step(dkg))
            result = RESULT_INVALID;
        if (!result)
            result = give_text(group, dkg, terms, what, &given);
        ballot_dkg_free(dkg);
    }
    if (result)
        ballot_teller_given_free(&given);
    else
        *out = given;
    return result;
}

enum result ballot_teller_secret(const struct ballot_group *group,
                                 const struct ballot_teller_terms *terms,
                                 struct text_view machine,
                                 struct ballot_scalar *out)
{
    const struct ballot_scalar *secret;
    struct text_view content = { NULL, 0 };
    struct ballot_dkg *dkg = NULL;
    enum result result;

    if (!ballot_teller_is_group(terms)) {
        result = open_machine(terms, machine, &content);
        if (!result)
            memcpy(out->bytes, content.data, BALLOT_SCALAR_SIZE);
        return result;
    }
    result = open_dkg(group, terms, machine, &dkg);
    if (result)
        return result;
    secret = ballot_dkg_secret(dkg);
    if (secret)
        *out = *secret;
    ballot_dkg_free(dkg);
    return secret ? RESULT_OK : RESULT_INVALID;
}

/* --- The record ---------------------------------------------------------- */

static enum result refuse(struct ballot_blame *blame, enum ballot_fault fault,
                          uint32_t member)
{
    if (fault == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    if (fault == BALLOT_FAULT_LIBRARY)
        return RESULT_CRYPTO;
    *blame = (struct ballot_blame){ .fault = fault, .member = member };
    return RESULT_REFUSED;
}

/* The group's part of the record, as text. */
static enum result assemble(const struct ballot_group *group,
                            const struct ballot_teller_terms *terms,
                            const struct ballot_teller_parts *parts,
                            struct ballot_teller_bytes *out,
                            struct ballot_blame *blame)
{
    struct text_view dealings[LIMIT_BALLOT_TELLERS],
        boxes[LIMIT_BALLOT_TELLERS];
    const struct ballot_pedersen_parts sent = {
        .certificates = parts->certificates,
        .dealings = dealings,
        .keys = parts->keys,
    };
    struct ballot_pedersen *record = NULL;
    struct byte_writer writer;
    uint32_t guilty = 0;
    enum ballot_fault fault;
    enum result result =
        split_deals(terms, parts->deals, dealings, boxes, blame);

    if (!result)
        result = ballot_pedersen_new(&record);
    if (result)
        return result;
    fault = ballot_pedersen_assemble(group, terms->count, terms->threshold,
                                     &sent, record, &guilty);
    if (fault != BALLOT_FAULT_NONE) {
        result = refuse(blame, fault, guilty);
    } else {
        byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
        ballot_pedersen_write(&writer, record);
        result = hand_over(&writer, out);
    }
    ballot_pedersen_free(record);
    return result;
}

static enum result write_record(const struct ballot_teller_terms *terms,
                                const struct ballot_teller_parts *parts,
                                struct text_view group_part,
                                struct ballot_teller_bytes *out)
{
    struct ballot_part_text list[3] = { { false, parts->server_key } };
    struct byte_writer writer;
    size_t count = 1;

    if (ballot_teller_is_group(terms)) {
        list[count++] = (struct ballot_part_text){ true, group_part };
    } else {
        for (uint32_t i = 0; i < terms->count; i++)
            list[count++] =
                (struct ballot_part_text){ false, parts->certificates[i] };
    }
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustees_write(&writer, list, count);
    return hand_over(&writer, out);
}

/* Reads it as everybody will. */
static enum result check_record(const struct ballot_group *group,
                                const struct ballot_teller_terms *terms,
                                const struct ballot_teller_bytes *record,
                                struct hash *key, struct ballot_blame *blame)
{
    struct ballot_trustees *trustees = malloc(sizeof *trustees);
    enum result result = RESULT_OK;
    enum ballot_fault fault;
    uint32_t owner = 0;

    if (!trustees)
        return RESULT_NO_MEMORY;
    fault = ballot_trustees_read(group, ballot_teller_view(record), false,
                                 trustees, &owner);
    if (fault != BALLOT_FAULT_NONE)
        result = refuse(blame, fault, owner > 0 ? owner - 1 : 0);
    else if (trustees->owner_count != terms->count + 1)
        result = RESULT_INVALID;
    else
        *key = hash_of_key(&trustees->owners[terms->index].public_key);
    free(trustees);
    return result;
}

enum result ballot_teller_record(const struct ballot_group *group,
                                 const struct ballot_teller_terms *terms,
                                 const struct ballot_teller_parts *parts,
                                 struct ballot_teller_bytes *record,
                                 struct hash *key, struct ballot_blame *blame)
{
    struct ballot_teller_bytes group_part = { NULL, 0 }, made = { NULL, 0 };
    enum result result = RESULT_OK;

    if (ballot_teller_is_group(terms))
        result = assemble(group, terms, parts, &group_part, blame);
    if (!result)
        result =
            write_record(terms, parts, ballot_teller_view(&group_part), &made);
    if (!result)
        result = check_record(group, terms, &made, key, blame);
    ballot_teller_bytes_free(&group_part);
    if (result)
        ballot_teller_bytes_free(&made);
    else
        *record = made;
    return result;
}
