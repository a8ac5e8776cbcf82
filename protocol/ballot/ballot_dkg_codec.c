#include "protocol/ballot/ballot_dkg_internal.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/base/byte_reader.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

/* First in the bytes; the number counts their form. */
static const char mark[] = "ballot-dkg-1";

/* --- Writing ------------------------------------------------------------- */

static void write_certificates(struct byte_writer *writer,
                               const struct ballot_dkg *dkg)
{
    struct byte_writer list;

    byte_writer_init(&list, LIMIT_BALLOT_RECORD_SIZE);
    if (dkg->step != BALLOT_DKG_CERTIFIED)
        ballot_certificates_write(&list, dkg->certificates, dkg->context.size);
    byte_writer_prefixed(writer, list.data, list.size);
    if (writer->result == RESULT_OK)
        writer->result = list.result;
    byte_writer_release(&list);
}

static void write_machine(struct byte_writer *writer,
                          const struct ballot_dkg *dkg,
                          const struct ballot_dkg_secrets *secrets)
{
    byte_writer_bytes(writer, mark, sizeof mark);
    byte_writer_u8(writer, (uint8_t)dkg->step); /* a small enumeration */
    byte_writer_u32(writer, dkg->attempt);
    byte_writer_u32(writer, dkg->context.size);
    byte_writer_u32(writer, dkg->context.threshold);
    byte_writer_u32(writer, dkg->context.index);
    byte_writer_bytes(writer, secrets->signing.bytes, BALLOT_SCALAR_SIZE);
    byte_writer_bytes(writer, secrets->decryption.bytes, BALLOT_SCALAR_SIZE);
    byte_writer_bytes(writer, secrets->own_share.bytes, BALLOT_SCALAR_SIZE);
    byte_writer_bytes(writer, secrets->secret.bytes, BALLOT_SCALAR_SIZE);
    write_certificates(writer, dkg);
    for (int i = 0; i < BALLOT_DKG_TEXT_COUNT; i++)
        byte_writer_prefixed(writer, dkg->texts[i].data, dkg->texts[i].size);
    for (uint32_t i = 0; i < dkg->context.size; i++)
        byte_writer_prefixed(writer, dkg->boxes[i].data, dkg->boxes[i].size);
}

enum result ballot_dkg_encode(const struct ballot_dkg *dkg, uint8_t **out,
                              size_t *size)
{
    static const struct ballot_dkg_secrets nothing;
    struct byte_writer writer;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    /* Once without secrets, so that the writer has room for all: a writer that
     * grows leaves its old memory as it was. */
    write_machine(&writer, dkg, &nothing);
    if (writer.result == RESULT_OK) {
        byte_writer_reset(&writer);
        write_machine(&writer, dkg, &dkg->secrets);
    }
    if (writer.result != RESULT_OK) {
        const enum result result = writer.result;

        if (writer.data)
            OPENSSL_cleanse(writer.data, writer.capacity);
        byte_writer_release(&writer);
        return result;
    }
    return byte_writer_take(&writer, out, size);
}

/* --- Reading ------------------------------------------------------------- */

static enum result read_scalar(struct byte_reader *reader,
                               struct ballot_scalar *out)
{
    struct ballot_scalar reduced;
    enum result result =
        byte_reader_copy(reader, out->bytes, BALLOT_SCALAR_SIZE);

    if (result != RESULT_OK)
        return result;
    reduced = ballot_scalar_reduce(out->bytes);
    if (!ballot_scalar_equal(&reduced, out))
        result = RESULT_CORRUPT;
    ballot_scalar_wipe(&reduced);
    return result;
}

static enum result read_secrets(struct byte_reader *reader,
                                struct ballot_dkg_secrets *out)
{
    enum result result = read_scalar(reader, &out->signing);

    if (result == RESULT_OK)
        result = read_scalar(reader, &out->decryption);
    if (result == RESULT_OK)
        result = read_scalar(reader, &out->own_share);
    if (result == RESULT_OK)
        result = read_scalar(reader, &out->secret);
    return result;
}

static enum result read_head(struct byte_reader *reader, struct ballot_dkg *dkg)
{
    const uint8_t *found = NULL;
    uint8_t step = 0;
    enum result result = byte_reader_view(reader, sizeof mark, &found);

    if (result == RESULT_OK && memcmp(found, mark, sizeof mark) != 0)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = byte_reader_u8(reader, &step);
    if (result == RESULT_OK)
        result = byte_reader_u32(reader, &dkg->attempt);
    if (result == RESULT_OK)
        result = byte_reader_u32(reader, &dkg->context.size);
    if (result == RESULT_OK)
        result = byte_reader_u32(reader, &dkg->context.threshold);
    if (result == RESULT_OK)
        result = byte_reader_u32(reader, &dkg->context.index);
    if (result != RESULT_OK)
        return result;
    if (step == BALLOT_DKG_NONE || step >= BALLOT_DKG_STEP_COUNT ||
        !ballot_context_is_possible(&dkg->context))
        return RESULT_CORRUPT;
    dkg->step = (enum ballot_dkg_step)step;
    return RESULT_OK;
}

static enum result read_view(struct byte_reader *reader, struct text_view *out)
{
    const uint8_t *data = NULL;
    uint32_t size = 0;
    enum result result = byte_reader_u32(reader, &size);

    if (result == RESULT_OK)
        result = byte_reader_view(reader, size, &data);
    if (result == RESULT_OK)
        *out = (struct text_view){ (const char *)data, size };
    return result;
}

/* Is it there exactly if it has to be? */
static enum result read_text(struct byte_reader *reader, bool is_made,
                             struct ballot_dkg_text *out)
{
    struct text_view text;
    enum result result = read_view(reader, &text);

    if (result != RESULT_OK)
        return result;
    if ((text.size > 0) != is_made)
        return RESULT_CORRUPT;
    if (!is_made)
        return RESULT_OK;
    out->data = malloc(text.size);
    if (!out->data)
        return RESULT_NO_MEMORY;
    memcpy(out->data, text.data, text.size);
    out->size = text.size;
    return RESULT_OK;
}

static enum result parse_certificates(const struct ballot_group *group,
                                      struct text_view text,
                                      struct ballot_dkg *dkg)
{
    struct ballot_json json;
    char *scratch = malloc(text.size + 1);

    if (!scratch)
        return RESULT_NO_MEMORY;
    ballot_json_init(&json, text);
    ballot_json_array(&json);
    for (uint32_t i = 0; i < dkg->context.size; i++) {
        ballot_json_next_item(&json);
        ballot_certificate_read(&json, group, scratch, &dkg->certificates[i]);
    }
    ballot_json_array_end(&json);
    free(scratch);
    return ballot_json_end(&json) == BALLOT_FAULT_NONE ? RESULT_OK
                                                       : RESULT_CORRUPT;
}

static enum result read_certificates(struct byte_reader *reader,
                                     const struct ballot_group *group,
                                     struct ballot_dkg *dkg)
{
    struct text_view text;
    const enum result result = read_view(reader, &text);

    if (result != RESULT_OK)
        return result;
    if (dkg->step == BALLOT_DKG_CERTIFIED)
        return text.size == 0 ? RESULT_OK : RESULT_CORRUPT;
    return parse_certificates(group, text, dkg);
}

static enum result read_texts(struct byte_reader *reader,
                              struct ballot_dkg *dkg)
{
    const bool is_dealt = dkg->step != BALLOT_DKG_CERTIFIED;
    const bool is_made[BALLOT_DKG_TEXT_COUNT] = {
        [BALLOT_DKG_CERTIFICATE] = true,
        [BALLOT_DKG_DEALING] = is_dealt,
        [BALLOT_DKG_KEY] = dkg->step == BALLOT_DKG_KEYED,
        [BALLOT_DKG_COMPLAINT] = dkg->step == BALLOT_DKG_DEAD
    };
    enum result result = RESULT_OK;

    for (int i = 0; i < BALLOT_DKG_TEXT_COUNT && result == RESULT_OK; i++)
        result = read_text(reader, is_made[i], &dkg->texts[i]);
    for (uint32_t i = 0; i < dkg->context.size && result == RESULT_OK; i++)
        result = read_text(reader, is_dealt && i + 1 != dkg->context.index,
                           &dkg->boxes[i]);
    return result;
}

static enum result read_machine(const struct ballot_group *group,
                                struct byte_reader *reader,
                                struct ballot_dkg *dkg)
{
    enum result result = read_head(reader, dkg);

    if (result == RESULT_OK)
        result = read_secrets(reader, &dkg->secrets);
    if (result == RESULT_OK)
        result = read_certificates(reader, group, dkg);
    if (result == RESULT_OK)
        result = read_texts(reader, dkg);
    if (result == RESULT_OK && byte_reader_left(reader) != 0)
        result = RESULT_CORRUPT;
    return result == RESULT_TRUNCATED ? RESULT_CORRUPT : result;
}

enum result ballot_dkg_decode(const struct ballot_group *group,
                              const uint8_t *bytes, size_t size,
                              struct ballot_dkg **out)
{
    struct byte_reader reader;
    struct ballot_dkg *dkg = calloc(1, sizeof *dkg);
    enum result result = RESULT_OK;

    if (!dkg)
        return RESULT_NO_MEMORY;
    byte_reader_init(&reader, bytes, size);
    result = read_machine(group, &reader, dkg);
    if (result != RESULT_OK) {
        ballot_dkg_free(dkg);
        return result;
    }
    *out = dkg;
    return RESULT_OK;
}
