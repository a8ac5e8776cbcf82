#include "protocol/ballot/ballot_archive.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/base/limits.h"
#include "protocol/base/text_fields.h"
#include "protocol/record/digest.h"

#include <assert.h>
#include <string.h>

/* An old-style tar header: where its fields lie, and how long they are. */
enum {
    BLOCK_SIZE = 512,
    NAME_SIZE = 100,
    MODE_AT = 100,
    USER_AT = 108,
    GROUP_AT = 116,
    SIZE_AT = 124,
    TIME_AT = 136,
    NUMBER_DIGITS = 11,
    SUM_AT = 148,
    SUM_SIZE = 8,
    SUM_DIGITS = 6,
    TYPE_AT = 156,
    HASH_DIGITS = HEX_SIZE(HASH_SIZE) - 1,
    SECONDS_BITS = 33 /* eleven octal digits */
};

static const char first_name[] = "BELENIOS";
static const char data_suffix[] = ".data.json";
static const char event_suffix[] = ".event.json";

/* --- Kinds --------------------------------------------------------------- */

static const struct {
    const char *word;
    size_t record_count;
} kinds[] = { [BALLOT_EVENT_NONE] = { "", 0 },
#define BALLOT_EVENT_ROW(name, word, count)                                    \
    [BALLOT_EVENT_##name] = { word, count },
              BALLOT_EVENT_LIST(BALLOT_EVENT_ROW)
#undef BALLOT_EVENT_ROW
};

const char *ballot_event_word(enum ballot_event_kind kind)
{
    return kinds[kind].word;
}

size_t ballot_event_record_count(enum ballot_event_kind kind)
{
    return kinds[kind].record_count;
}

bool ballot_event_may_follow(enum ballot_event_kind last,
                             enum ballot_event_kind next)
{
    enum { COUNT = BALLOT_EVENT_KIND_COUNT };
    /* A row for the event that is the last, a column for the next. */
    static const bool follows[COUNT][COUNT] = {
        [BALLOT_EVENT_NONE][BALLOT_EVENT_SETUP] = true,
        [BALLOT_EVENT_SETUP][BALLOT_EVENT_BALLOT] = true,
        [BALLOT_EVENT_SETUP][BALLOT_EVENT_END_BALLOTS] = true,
        [BALLOT_EVENT_BALLOT][BALLOT_EVENT_BALLOT] = true,
        [BALLOT_EVENT_BALLOT][BALLOT_EVENT_END_BALLOTS] = true,
        [BALLOT_EVENT_END_BALLOTS][BALLOT_EVENT_ENCRYPTED_TALLY] = true,
        [BALLOT_EVENT_ENCRYPTED_TALLY][BALLOT_EVENT_PARTIAL_DECRYPTION] = true,
        [BALLOT_EVENT_PARTIAL_DECRYPTION][BALLOT_EVENT_PARTIAL_DECRYPTION] =
            true,
        [BALLOT_EVENT_PARTIAL_DECRYPTION][BALLOT_EVENT_RESULT] = true,
    };

    return follows[last][next];
}

/* --- Writing ------------------------------------------------------------- */

static void put_octal(char *out, size_t digits, uint64_t value)
{
    size_t i;

    for (i = digits; i > 0; i--) {
        out[i - 1] = (char)('0' + (value & 7));
        value >>= 3;
    }
}

/* `name` ends with NUL and is shorter than its field. */
static void build_header(const char *name, uint64_t size, uint64_t seconds,
                         char block[BLOCK_SIZE])
{
    unsigned sum = 0;
    size_t i;

    memset(block, 0, BLOCK_SIZE);
    memcpy(block, name, strlen(name));
    memcpy(&block[MODE_AT], "0000644", 7);
    memcpy(&block[USER_AT], "0000000", 7);
    memcpy(&block[GROUP_AT], "0000000", 7);
    put_octal(&block[SIZE_AT], NUMBER_DIGITS, size);
    put_octal(&block[TIME_AT], NUMBER_DIGITS, seconds);
    memset(&block[SUM_AT], ' ', SUM_SIZE);
    block[TYPE_AT] = '0';
    for (i = 0; i < BLOCK_SIZE; i++)
        sum += (unsigned char)block[i];
    put_octal(&block[SUM_AT], SUM_DIGITS, sum);
    block[SUM_AT + SUM_DIGITS] = '\0';
}

static void write_record(const char *name, struct text_view content,
                         uint64_t seconds, struct byte_writer *out)
{
    static const char zeros[BLOCK_SIZE];
    const size_t rest = content.size % BLOCK_SIZE;
    char block[BLOCK_SIZE];

    build_header(name, content.size, seconds, block);
    byte_writer_bytes(out, block, sizeof block);
    byte_writer_text(out, content);
    if (rest > 0)
        byte_writer_bytes(out, zeros, BLOCK_SIZE - rest);
}

static void name_of(const struct hash *hash, const char *suffix,
                    char out[NAME_SIZE])
{
    hex_encode(hash->bytes, HASH_SIZE, out);
    memcpy(&out[HASH_DIGITS], suffix, strlen(suffix) + 1);
}

static void write_named(struct text_view content, const char *suffix,
                        uint64_t seconds, struct byte_writer *out)
{
    const struct hash hash = digest_sha256(content.data, content.size);
    char name[NAME_SIZE];

    name_of(&hash, suffix, name);
    write_record(name, content, seconds, out);
}

static void write_first_text(uint64_t seconds, struct byte_writer *out)
{
    ballot_json_write(out, "{\"version\":1,\"timestamp\":\"");
    ballot_json_write_number(out, seconds);
    ballot_json_write(out, "\"}");
}

enum result ballot_archive_begin(uint64_t seconds, struct byte_writer *out,
                                 struct ballot_archive_end *end)
{
    struct byte_writer text;
    enum result result;

    if (seconds >> SECONDS_BITS != 0)
        return RESULT_INVALID;
    byte_writer_init(&text, BLOCK_SIZE);
    write_first_text(seconds, &text);
    result = text.result;
    if (result == RESULT_OK) {
        write_record(first_name,
                     (struct text_view){ (const char *)text.data, text.size },
                     seconds, out);
        result = out->result;
    }
    byte_writer_release(&text);
    if (result == RESULT_OK)
        *end = (struct ballot_archive_end){ .seconds = seconds };
    return result;
}

void ballot_archive_event_text(const struct ballot_archive_end *end,
                               enum ballot_event_kind kind,
                               const struct hash *payload,
                               struct byte_writer *out)
{
    ballot_json_write(out, "{");
    if (end->count > 0) {
        ballot_json_write(out, "\"parent\":");
        ballot_json_write_hex(out, end->head.bytes, HASH_SIZE);
        ballot_json_write(out, ",");
    }
    ballot_json_write(out, "\"height\":");
    ballot_json_write_number(out, end->count);
    ballot_json_write(out, ",\"type\":");
    ballot_json_write_text(out, text_view_of(ballot_event_word(kind)));
    if (ballot_event_record_count(kind) > 0) {
        ballot_json_write(out, ",\"payload\":");
        ballot_json_write_hex(out, payload->bytes, HASH_SIZE);
    }
    ballot_json_write(out, "}");
}

/* The event itself, behind its data records. */
static enum result append_event(struct ballot_archive_end *end,
                                enum ballot_event_kind kind,
                                const struct hash *payload,
                                struct byte_writer *out)
{
    struct byte_writer text;
    enum result result;

    byte_writer_init(&text, BLOCK_SIZE);
    ballot_archive_event_text(end, kind, payload, &text);
    result = text.result;
    if (result == RESULT_OK) {
        const struct text_view view = { (const char *)text.data, text.size };

        write_named(view, event_suffix, end->seconds, out);
        result = out->result;
        if (result == RESULT_OK) {
            end->head = digest_sha256(view.data, view.size);
            end->last = kind;
            end->count++;
        }
    }
    byte_writer_release(&text);
    return result;
}

enum result ballot_archive_append(struct ballot_archive_end *end,
                                  enum ballot_event_kind kind,
                                  const struct text_view *records,
                                  size_t record_count, struct byte_writer *out)
{
    struct hash payload = { { 0 } };
    size_t i;

    if (record_count != ballot_event_record_count(kind))
        return RESULT_INVALID;
    if (!ballot_event_may_follow(end->last, kind))
        return RESULT_REFUSED;
    if (end->count >= LIMIT_BALLOT_EVENTS)
        return RESULT_TOO_LARGE;
    for (i = 0; i < record_count; i++)
        if (records[i].size > LIMIT_BALLOT_RECORD_SIZE)
            return RESULT_TOO_LARGE;
    for (i = 0; i < record_count; i++)
        write_named(records[i], data_suffix, end->seconds, out);
    if (record_count > 0)
        payload = digest_sha256(records[record_count - 1].data,
                                records[record_count - 1].size);
    return append_event(end, kind, &payload, out);
}

/* --- Reading ------------------------------------------------------------- */

/* One record as the file has it. */
struct record {
    char name[NAME_SIZE + 1];
    struct text_view content;
};

static struct text_view rest_of(const struct ballot_archive_reader *reader)
{
    return (struct text_view){ &reader->file.data[reader->position],
                               reader->file.size - reader->position };
}

static bool get_octal(const char *digits, uint64_t *out)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < NUMBER_DIGITS; i++) {
        if (digits[i] < '0' || digits[i] > '7')
            return false;
        value = value << 3 | (uint64_t)(digits[i] - '0');
    }
    *out = value;
    return true;
}

/* At most a block. */
static bool is_zero(const char *bytes, size_t size)
{
    static const char zeros[BLOCK_SIZE];

    return memcmp(bytes, zeros, size) == 0;
}

/* Cuts one record off `rest`. Its time is compared unless `seconds` is to be
 * learnt of it. */
static enum ballot_fault cut_record(struct text_view *rest, bool is_first,
                                    uint64_t *seconds, struct record *out)
{
    char block[BLOCK_SIZE];
    uint64_t size, time, padded;

    if (rest->size < BLOCK_SIZE)
        return BALLOT_FAULT_TRUNCATED;
    if (is_zero(rest->data, BLOCK_SIZE))
        return BALLOT_FAULT_END_BLOCKS;
    memcpy(out->name, rest->data, NAME_SIZE);
    out->name[NAME_SIZE] = '\0';
    if (strlen(out->name) == NAME_SIZE ||
        !get_octal(&rest->data[SIZE_AT], &size) ||
        !get_octal(&rest->data[TIME_AT], &time))
        return BALLOT_FAULT_TAR_HEADER;
    build_header(out->name, size, is_first ? time : *seconds, block);
    if (memcmp(block, rest->data, BLOCK_SIZE) != 0)
        return BALLOT_FAULT_TAR_HEADER;
    if (size > LIMIT_BALLOT_RECORD_SIZE)
        return BALLOT_FAULT_TOO_LARGE;
    padded = (size + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
    if (padded > rest->size - BLOCK_SIZE)
        return BALLOT_FAULT_TRUNCATED;
    out->content = (struct text_view){ &rest->data[BLOCK_SIZE], (size_t)size };
    if (!is_zero(&out->content.data[size], (size_t)(padded - size)))
        return BALLOT_FAULT_TAR_PADDING;
    *seconds = time;
    rest->data = &rest->data[BLOCK_SIZE + padded];
    rest->size -= BLOCK_SIZE + (size_t)padded;
    return BALLOT_FAULT_NONE;
}

bool ballot_archive_is(struct text_view file)
{
    return file.size >= sizeof first_name &&
           memcmp(file.data, first_name, sizeof first_name) == 0;
}

/* The time of the first record stands in it once more. */
static enum ballot_fault check_first(const struct record *record,
                                     uint64_t seconds)
{
    struct ballot_json json;
    struct text_view time;
    uint64_t said = 0;

    if (strcmp(record->name, first_name) != 0)
        return BALLOT_FAULT_HEADER;
    ballot_json_init(&json, record->content);
    ballot_json_object(&json);
    ballot_json_field(&json, "version");
    if (ballot_json_number(&json, UINT64_MAX) != 1)
        ballot_json_fail(&json, BALLOT_FAULT_HEADER);
    ballot_json_field(&json, "timestamp");
    time = ballot_json_word(&json);
    ballot_json_object_end(&json);
    if (ballot_json_end(&json) != BALLOT_FAULT_NONE ||
        !text_parse_number(time, &said) || said != seconds)
        return BALLOT_FAULT_HEADER;
    return BALLOT_FAULT_NONE;
}

void ballot_archive_open(struct ballot_archive_reader *reader,
                         struct text_view file)
{
    struct text_view rest = file;
    struct record record;

    *reader = (struct ballot_archive_reader){ .file = file };
    if (!ballot_archive_is(file)) {
        reader->fault = BALLOT_FAULT_HEADER;
        return;
    }
    reader->fault = cut_record(&rest, true, &reader->end.seconds, &record);
    if (reader->fault == BALLOT_FAULT_NONE)
        reader->fault = check_first(&record, reader->end.seconds);
    if (reader->fault == BALLOT_FAULT_NONE)
        reader->position = file.size - rest.size;
}

/* Does the name have this suffix behind some hash? */
static bool has_suffix(const struct record *record, const char *suffix)
{
    return strlen(record->name) > HASH_DIGITS &&
           strcmp(&record->name[HASH_DIGITS], suffix) == 0;
}

/* A record that is a data record or an event, named by its hash. */
static enum ballot_fault check_name(const struct record *record,
                                    struct hash *hash, bool *is_event)
{
    char name[NAME_SIZE];

    *is_event = has_suffix(record, event_suffix);
    if (!*is_event && !has_suffix(record, data_suffix))
        return BALLOT_FAULT_NAME_HASH;
    *hash = digest_sha256(record->content.data, record->content.size);
    name_of(hash, *is_event ? event_suffix : data_suffix, name);
    return strcmp(name, record->name) == 0 ? BALLOT_FAULT_NONE
                                           : BALLOT_FAULT_NAME_HASH;
}

/* An event's fields, as far as an event of any kind has them. */
struct event_fields {
    bool has_parent, has_payload;
    struct hash parent, payload;
    uint64_t height;
    struct text_view word;
};

static enum ballot_fault read_event(struct text_view text,
                                    struct event_fields *out)
{
    struct ballot_json json;

    *out = (struct event_fields){ .height = 0 };
    ballot_json_init(&json, text);
    ballot_json_object(&json);
    out->has_parent = ballot_json_optional(&json, "parent");
    if (out->has_parent)
        out->parent = ballot_json_hash(&json);
    ballot_json_field(&json, "height");
    out->height = ballot_json_number(&json, UINT64_MAX);
    ballot_json_field(&json, "type");
    out->word = ballot_json_word(&json);
    out->has_payload = ballot_json_optional(&json, "payload");
    if (out->has_payload)
        out->payload = ballot_json_hash(&json);
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

/* NONE for a word that is no kind of ours. */
static enum ballot_event_kind kind_of(struct text_view word)
{
    int kind;

    for (kind = BALLOT_EVENT_NONE + 1; kind < BALLOT_EVENT_KIND_COUNT; kind++)
        if (text_view_is(word, kinds[kind].word))
            return (enum ballot_event_kind)kind;
    return BALLOT_EVENT_NONE;
}

/* An event at its place: its kind, what it hangs on, what it is about. */
static enum ballot_fault check_event(const struct ballot_archive_end *end,
                                     const struct event_fields *fields,
                                     const struct ballot_archive_event *event)
{
    const size_t wanted = ballot_event_record_count(event->kind);

    if (text_view_is(fields->word, "Shuffle") ||
        text_view_is(fields->word, "EndShuffles"))
        return BALLOT_FAULT_NOT_HOMOMORPHIC;
    if (end->last == BALLOT_EVENT_RESULT)
        return BALLOT_FAULT_MORE_AFTER_RESULT;
    if (!ballot_event_may_follow(end->last, event->kind))
        return BALLOT_FAULT_EVENT_ORDER;
    if (fields->height != end->count)
        return BALLOT_FAULT_EVENT_HEIGHT;
    if (fields->has_parent != (end->count > 0) ||
        (fields->has_parent && !hash_equal(&fields->parent, &end->head)))
        return BALLOT_FAULT_EVENT_PARENT;
    if (event->record_count > wanted)
        return BALLOT_FAULT_UNREFERENCED;
    if (event->record_count < wanted || fields->has_payload != (wanted > 0) ||
        (wanted > 0 &&
         !hash_equal(&fields->payload, &event->record_hashes[wanted - 1])))
        return BALLOT_FAULT_EVENT_PAYLOAD;
    return BALLOT_FAULT_NONE;
}

/* Reads the data records, and the event behind them into `fields`. */
static enum ballot_fault read_records(struct ballot_archive_reader *reader,
                                      struct text_view *rest,
                                      struct ballot_archive_event *event,
                                      struct event_fields *fields)
{
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    bool is_event = false;
    size_t count = 0;

    while (fault == BALLOT_FAULT_NONE && !is_event) {
        struct record record;
        struct hash hash;

        if (rest->size == 0)
            return BALLOT_FAULT_UNREFERENCED;
        fault = cut_record(rest, false, &reader->end.seconds, &record);
        if (fault == BALLOT_FAULT_NONE)
            fault = check_name(&record, &hash, &is_event);
        if (fault != BALLOT_FAULT_NONE)
            return fault;
        if (is_event) {
            event->hash = hash;
            fault = read_event(record.content, fields);
        } else if (count == BALLOT_EVENT_RECORDS_MAX) {
            return BALLOT_FAULT_UNREFERENCED;
        } else {
            event->records[count] = record.content;
            event->record_hashes[count++] = hash;
        }
    }
    event->record_count = count;
    return fault;
}

bool ballot_archive_next(struct ballot_archive_reader *reader,
                         struct ballot_archive_event *out)
{
    struct ballot_archive_event event = { .number = reader->end.count };
    struct text_view rest = rest_of(reader);
    struct event_fields fields;

    if (reader->fault != BALLOT_FAULT_NONE || rest.size == 0)
        return false;
    reader->fault_kind = BALLOT_EVENT_NONE;
    if (reader->end.count >= LIMIT_BALLOT_EVENTS) {
        reader->fault = BALLOT_FAULT_TOO_LARGE;
        return false;
    }
    reader->fault = read_records(reader, &rest, &event, &fields);
    if (reader->fault == BALLOT_FAULT_NONE) {
        event.kind = kind_of(fields.word);
        reader->fault_kind = event.kind;
        reader->fault = check_event(&reader->end, &fields, &event);
    }
    if (reader->fault != BALLOT_FAULT_NONE)
        return false;
    reader->position = reader->file.size - rest.size;
    reader->end.head = event.hash;
    reader->end.last = event.kind;
    reader->end.count++;
    event.file_end = reader->position;
    *out = event;
    return true;
}

void ballot_archive_grown(struct ballot_archive_reader *reader,
                          struct text_view file)
{
    assert(file.size >= reader->file.size);
    reader->file = file;
}
