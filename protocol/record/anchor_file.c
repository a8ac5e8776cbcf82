#include "protocol/record/anchor_file.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/base/text_fields.h"
#include "protocol/record/summed_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_WORD "chibo-anchors "
#define VERSION "1"

static const char *const standing_words[ANCHOR_STANDING_COUNT] = {
#define STANDING_WORD(name, word) [ANCHOR_##name] = (word),
    ANCHOR_STANDING_LIST(STANDING_WORD)
#undef STANDING_WORD
};

static const char *const device_words[ANCHOR_DEVICE_HOW_COUNT] = {
#define DEVICE_WORD(name, word) [ANCHOR_DEVICE_##name] = (word),
    ANCHOR_DEVICE_LIST(DEVICE_WORD)
#undef DEVICE_WORD
};

static const char *const alarm_words[] = { NULL, "open", "forgotten" };

/* --- Writing ------------------------------------------------------------- */

static void put(struct byte_writer *writer, const char *text)
{
    byte_writer_text(writer, text_view_of(text));
}

static void put_number(struct byte_writer *writer, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, " %" PRIu64, number);
    put(writer, text);
}

static void put_hex(struct byte_writer *writer, const uint8_t *bytes,
                    size_t size)
{
    char text[HEX_SIZE(SIGNATURE_SIZE)];

    assert(size <= SIGNATURE_SIZE);
    hex_encode(bytes, size, text);
    put(writer, " ");
    put(writer, text);
}

static void put_word(struct byte_writer *writer, const char *word)
{
    put(writer, " ");
    put(writer, word);
}

static void put_signature(struct byte_writer *writer,
                          const struct anchor_signature *by)
{
    put_word(writer, by->reason.text);
    put_hex(writer, by->server.bytes, KEY_SIZE);
    put_hex(writer, by->sig.bytes, SIGNATURE_SIZE);
}

static void put_side(struct byte_writer *writer, const struct anchor_side *side)
{
    put_hex(writer, side->head.bytes, HASH_SIZE);
    if (side->is_signed)
        put_signature(writer, &side->by);
    else
        put_word(writer, "-");
}

static void put_checkpoint(struct byte_writer *writer,
                           const struct anchor_checkpoint *one)
{
    put(writer, "checkpoint");
    put_number(writer, one->upto);
    put_hex(writer, one->head.bytes, HASH_SIZE);
    put_word(writer, one->reason.text);
    put_number(writer, one->seq);
    put_hex(writer, one->event_head.bytes, HASH_SIZE);
    put_number(writer, one->confirmed);
    put_number(writer, one->asked);
    put_word(writer, standing_words[one->standing]);
    put(writer, "\n");
}

static void put_lost(struct byte_writer *writer, const struct anchor_lost *lost)
{
    put(writer, "lost");
    put_number(writer, lost->from);
    put_number(writer, lost->seq);
    put_side(writer, &lost->side);
    put(writer, "\n");
}

static void put_alarm(struct byte_writer *writer,
                      const struct anchor_alarm *alarm)
{
    put(writer, "alarm");
    put_word(writer, alarm_words[alarm->is_forgotten ? 2 : 1]);
    put_word(writer, alarm->reason.text);
    put_number(writer, alarm->seq);
    put_side(writer, &alarm->ours);
    put_side(writer, &alarm->theirs);
    put(writer, "\n");
}

static void put_receipt(struct byte_writer *writer,
                        const struct anchor_receipt *receipt)
{
    put(writer, "receipt");
    put_word(writer, receipt->uuid);
    put_hex(writer, receipt->setup.bytes, HASH_SIZE);
    put_hex(writer, receipt->ballot.bytes, HASH_SIZE);
    put_number(writer, receipt->height);
    put_hex(writer, receipt->record.bytes, HASH_SIZE);
    put_number(writer, receipt->at_ms);
    put_hex(writer, receipt->server.bytes, KEY_SIZE);
    put_hex(writer, receipt->sig.bytes, SIGNATURE_SIZE);
    put(writer, "\n");
}

static void put_unknown(struct byte_writer *writer,
                        const struct anchor_unknown *unknown, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        byte_writer_bytes(writer, unknown[i].text, unknown[i].size);
        put(writer, "\n");
    }
}

static void put_log(struct byte_writer *writer, const struct anchor_log *log)
{
    put(writer, "log ");
    put(writer, log->scope.text);
    put(writer, "\n");
    if (log->has_genesis) {
        put(writer, "genesis");
        put_hex(writer, log->genesis.bytes, HASH_SIZE);
        put(writer, "\n");
    }
    for (size_t i = 0; i < log->checkpoints_count; i++)
        put_checkpoint(writer, &log->checkpoints[i]);
    if (log->has_signed) {
        put(writer, "signed");
        put_number(writer, log->newest.seq);
        put_hex(writer, log->newest.head.bytes, HASH_SIZE);
        put_signature(writer, &log->newest.by);
        put(writer, "\n");
    }
    if (log->has_last) {
        put(writer, "last");
        put_number(writer, log->last.seq);
        put_hex(writer, log->last.head.bytes, HASH_SIZE);
        put(writer, "\n");
    }
    for (size_t i = 0; i < log->lost_count; i++)
        put_lost(writer, &log->lost[i]);
    for (size_t i = 0; i < log->alarms_count; i++)
        put_alarm(writer, &log->alarms[i]);
    for (size_t i = 0; i < log->receipts_count; i++)
        put_receipt(writer, &log->receipts[i]);
    put_unknown(writer, log->unknown, log->unknown_count);
}

static void put_head(struct byte_writer *writer, const struct anchors *anchors)
{
    put(writer, FIRST_WORD VERSION "\n");
    put(writer, "organisation ");
    put(writer, anchors->organisation.text);
    put(writer, "\n");
    if (anchors->has_server) {
        put(writer, "server");
        put_hex(writer, anchors->server.bytes, KEY_SIZE);
        put(writer, "\n");
    }
    for (size_t i = 0; i < anchors->devices_count; i++) {
        put(writer, "device");
        put_hex(writer, anchors->devices[i].key.bytes, KEY_SIZE);
        put_word(writer, device_words[anchors->devices[i].how]);
        put(writer, "\n");
    }
    put_unknown(writer, anchors->unknown, anchors->unknown_count);
}

enum result anchor_file_encode(const struct anchors *anchors, uint8_t **bytes,
                               size_t *size)
{
    struct byte_writer writer;
    enum result result = RESULT_OK;

    byte_writer_init(&writer, LIMIT_ANCHOR_FILE_SIZE);
    put_head(&writer, anchors);
    for (size_t i = 0; i < anchors->logs_count; i++)
        put_log(&writer, anchors->logs[i]);
    summed_text_end(&writer);
    result = byte_writer_take(&writer, bytes, size);
    byte_writer_release(&writer);
    assert(result != RESULT_TOO_LARGE);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

/* The file while it is read, line by line. */
struct reading {
    struct anchors *anchors;
    const struct anchor_log *log; /* the one that lines belong to, or NULL */
    bool has_organisation;
};

static void next_word(struct text_fields *fields, struct anchor_word *out)
{
    if (anchor_word_parse(text_fields_next(fields), out))
        fields->has_failed = true;
}

static uint32_t next_count(struct text_fields *fields)
{
    const uint64_t number = text_fields_number(fields);

    if (number > UINT32_MAX) {
        fields->has_failed = true;
        return 0;
    }
    return (uint32_t)number;
}

/* Which of the words 1 to count - 1 comes next; 0, and a misfit, if none. */
static size_t next_of(struct text_fields *fields, const char *const *words,
                      size_t count)
{
    const struct text_view field = text_fields_next(fields);

    for (size_t i = 1; i < count; i++)
        if (text_view_is(field, words[i]))
            return i;
    fields->has_failed = true;
    return 0;
}

static void next_keys(struct text_fields *fields, struct anchor_signature *out)
{
    text_fields_hex(fields, out->server.bytes, KEY_SIZE);
    text_fields_hex(fields, out->sig.bytes, SIGNATURE_SIZE);
}

static void next_side(struct text_fields *fields, struct anchor_side *out)
{
    struct text_view word;

    text_fields_hex(fields, out->head.bytes, HASH_SIZE);
    word = text_fields_next(fields);
    if (text_view_is(word, "-"))
        return;
    out->is_signed = true;
    if (anchor_word_parse(word, &out->by.reason))
        fields->has_failed = true;
    next_keys(fields, &out->by);
}

static enum result read_organisation(struct reading *reading,
                                     struct text_fields *fields)
{
    if (reading->has_organisation ||
        identifier_parse(text_fields_next(fields),
                         &reading->anchors->organisation) ||
        !text_fields_end(fields))
        return RESULT_CORRUPT;
    reading->has_organisation = true;
    return RESULT_OK;
}

static enum result read_server(struct reading *reading,
                               struct text_fields *fields)
{
    struct key server;

    text_fields_hex(fields, server.bytes, KEY_SIZE);
    if (reading->anchors->has_server || !text_fields_end(fields))
        return RESULT_CORRUPT;
    anchors_set_server(reading->anchors, &server);
    return RESULT_OK;
}

static enum result read_device(struct reading *reading,
                               struct text_fields *fields)
{
    struct key device;
    size_t how = 0;

    text_fields_hex(fields, device.bytes, KEY_SIZE);
    how = next_of(fields, device_words, ANCHOR_DEVICE_HOW_COUNT);
    if (!text_fields_end(fields) || anchors_device(reading->anchors, &device))
        return RESULT_CORRUPT;
    return anchors_note_device(reading->anchors, &device,
                               (enum anchor_device_how)how);
}

static enum result read_log(struct reading *reading, struct text_fields *fields)
{
    struct identifier scope;
    enum result result = RESULT_OK;

    if (identifier_parse(text_fields_next(fields), &scope) ||
        !text_fields_end(fields) || anchors_find(reading->anchors, &scope))
        return RESULT_CORRUPT;
    result = anchors_keep_log(reading->anchors, &scope);
    if (!result)
        reading->log = anchors_find(reading->anchors, &scope);
    return result;
}

static enum result read_genesis(struct reading *reading,
                                struct text_fields *fields)
{
    struct hash head;

    text_fields_hex(fields, head.bytes, HASH_SIZE);
    if (reading->log->has_genesis || !text_fields_end(fields))
        return RESULT_CORRUPT;
    return anchors_note_genesis(reading->anchors, &reading->log->scope, &head);
}

static enum result read_checkpoint(struct reading *reading,
                                   struct text_fields *fields)
{
    struct anchor_checkpoint one = { 0 };
    const size_t before = reading->log->checkpoints_count;
    enum result result = RESULT_OK;

    one.upto = text_fields_number(fields);
    text_fields_hex(fields, one.head.bytes, HASH_SIZE);
    next_word(fields, &one.reason);
    one.seq = text_fields_number(fields);
    text_fields_hex(fields, one.event_head.bytes, HASH_SIZE);
    one.confirmed = next_count(fields);
    one.asked = next_count(fields);
    one.standing = (enum anchor_standing)next_of(fields, standing_words,
                                                 ANCHOR_STANDING_COUNT);
    if (!text_fields_end(fields))
        return RESULT_CORRUPT;
    result =
        anchors_keep_checkpoint(reading->anchors, &reading->log->scope, &one);
    if (!result && reading->log->checkpoints_count == before)
        return RESULT_CORRUPT;
    return result;
}

static enum result read_signed(struct reading *reading,
                               struct text_fields *fields)
{
    struct anchor_signed newest = { 0 };

    newest.seq = text_fields_number(fields);
    text_fields_hex(fields, newest.head.bytes, HASH_SIZE);
    next_word(fields, &newest.by.reason);
    next_keys(fields, &newest.by);
    if (reading->log->has_signed || !text_fields_end(fields))
        return RESULT_CORRUPT;
    return anchors_note_signed(reading->anchors, &reading->log->scope, &newest);
}

static enum result read_last(struct reading *reading,
                             struct text_fields *fields)
{
    struct anchor_position last = { 0 };

    last.seq = text_fields_number(fields);
    text_fields_hex(fields, last.head.bytes, HASH_SIZE);
    if (reading->log->has_last || !text_fields_end(fields))
        return RESULT_CORRUPT;
    return anchors_note_last(reading->anchors, &reading->log->scope, last.seq,
                             &last.head);
}

static enum result read_lost(struct reading *reading,
                             struct text_fields *fields)
{
    struct anchor_lost lost = { 0 };

    lost.from = text_fields_number(fields);
    lost.seq = text_fields_number(fields);
    next_side(fields, &lost.side);
    if (!text_fields_end(fields))
        return RESULT_CORRUPT;
    return anchors_keep_lost(reading->anchors, &reading->log->scope, &lost);
}

static enum result read_alarm(struct reading *reading,
                              struct text_fields *fields)
{
    struct anchor_alarm alarm = { 0 };

    alarm.is_forgotten = next_of(fields, alarm_words, 3) == 2;
    next_word(fields, &alarm.reason);
    alarm.seq = text_fields_number(fields);
    next_side(fields, &alarm.ours);
    next_side(fields, &alarm.theirs);
    if (!text_fields_end(fields))
        return RESULT_CORRUPT;
    return anchors_add_alarm(reading->anchors, &reading->log->scope, &alarm);
}

static enum result read_receipt(struct reading *reading,
                                struct text_fields *fields)
{
    struct anchor_receipt receipt = { .height = 0 };
    const struct text_view uuid = text_fields_next(fields);
    const size_t before = reading->log->receipts_count;
    enum result result;

    text_fields_hex(fields, receipt.setup.bytes, HASH_SIZE);
    text_fields_hex(fields, receipt.ballot.bytes, HASH_SIZE);
    receipt.height = text_fields_number(fields);
    text_fields_hex(fields, receipt.record.bytes, HASH_SIZE);
    receipt.at_ms = text_fields_number(fields);
    text_fields_hex(fields, receipt.server.bytes, KEY_SIZE);
    text_fields_hex(fields, receipt.sig.bytes, SIGNATURE_SIZE);
    if (!text_fields_end(fields) || uuid.size >= sizeof receipt.uuid)
        return RESULT_CORRUPT;
    memcpy(receipt.uuid, uuid.data, uuid.size);
    result =
        anchors_add_receipt(reading->anchors, &reading->log->scope, &receipt);
    /* Twice the same was not written so. */
    return !result && reading->log->receipts_count == before ? RESULT_CORRUPT
                                                             : result;
}

struct line_kind {
    const char *word;
    bool is_of_log;
    enum result (*read)(struct reading *reading, struct text_fields *fields);
};

static const struct line_kind kinds[] = {
    { "organisation", false, read_organisation },
    { "server", false, read_server },
    { "device", false, read_device },
    { "log", false, read_log },
    { "genesis", true, read_genesis },
    { "checkpoint", true, read_checkpoint },
    { "signed", true, read_signed },
    { "last", true, read_last },
    { "lost", true, read_lost },
    { "alarm", true, read_alarm },
    { "receipt", true, read_receipt },
};

static enum result read_unknown(struct reading *reading, struct text_view word,
                                struct text_view line)
{
    struct anchor_word parsed;

    if (anchor_word_parse(word, &parsed))
        return RESULT_CORRUPT;
    return anchors_keep_unknown(
        reading->anchors, reading->log ? &reading->log->scope : NULL, line);
}

static enum result read_line(struct reading *reading, struct text_view line)
{
    struct text_fields fields;
    struct text_view word;

    text_fields_init(&fields, line);
    word = text_fields_next(&fields);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const bool is_in_log = reading->log != NULL;

        if (!text_view_is(word, kinds[i].word))
            continue;
        if (kinds[i].is_of_log != is_in_log && kinds[i].read != read_log)
            return RESULT_CORRUPT;
        return kinds[i].read(reading, &fields);
    }
    return read_unknown(reading, word, line);
}

static enum result read_lines(struct anchors *anchors, struct text_view text)
{
    struct reading reading = { .anchors = anchors };
    struct text_view line = { NULL, 0 };
    enum result result = RESULT_OK;

    while (!result && text_cut(&text, '\n', &line))
        result = read_line(&reading, line);
    if (result == RESULT_NO_MEMORY)
        return result;
    /* What contradicts itself, or is beyond the limits, was not written so. */
    return result || !reading.has_organisation ? RESULT_CORRUPT : RESULT_OK;
}

/* Is it an anchors file, as far as it goes? */
static enum result check_first_word(struct text_view text)
{
    const size_t size = sizeof FIRST_WORD - 1;

    if (text.size &&
        memcmp(text.data, FIRST_WORD, text.size < size ? text.size : size) != 0)
        return RESULT_MALFORMED;
    return text.size < size ? RESULT_TRUNCATED : RESULT_OK;
}

enum result anchor_file_parse(struct text_view text, struct anchors *out)
{
    static const struct identifier nobody = { "" };
    struct anchors anchors;
    struct text_view line;
    enum result result = RESULT_OK;

    if (text.size > LIMIT_ANCHOR_FILE_SIZE)
        return RESULT_TOO_LARGE;
    result = check_first_word(text);
    if (!result)
        result = summed_text_check(&text);
    if (result)
        return result;
    if (!text_cut(&text, '\n', &line))
        return RESULT_CORRUPT;
    if (!text_view_is(line, FIRST_WORD VERSION))
        return RESULT_UNSUPPORTED;
    anchors_init(&anchors, &nobody);
    result = read_lines(&anchors, text);
    if (result) {
        anchors_release(&anchors);
        return result;
    }
    anchors.changes = 0;
    *out = anchors;
    return RESULT_OK;
}
