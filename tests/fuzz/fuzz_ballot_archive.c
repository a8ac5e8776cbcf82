/*
 * Target: the archive of an election, as its reader and the verifier take it.
 * Input: one byte; if it is even, the file follows; if it is odd, records, each
 * on a line of its own behind a letter ('e' an event, others data), of which
 * the file is made with right headers and names; PARENT and PAYLOAD in them
 * become what they should be: no fuzzer finds a SHA-256.
 * Holds: what the reader takes, the writer writes alike; a file that grows
 * event by event is read alike; the verifier says of its part up to a fault
 * what it said of the whole, and the lenient form takes no less.
 * Planted fault: an event with another number than its place.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_verify.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1024 * 1024, BLOCK = 512, SECONDS = 1700000000 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

/* --- A file of records --------------------------------------------------- */

static void put_octal(uint8_t *out, size_t digits, size_t value)
{
    for (; digits > 0; digits--, value >>= 3)
        out[digits - 1] = (uint8_t)('0' + (value & 7));
}

/* The header of the first record, with another name and size. */
static void put_header(struct byte_writer *file, const char *name, size_t size)
{
    static const uint8_t zeros[BLOCK];
    const size_t at = file->size;
    size_t sum = 0;

    byte_writer_bytes(file, zeros, sizeof zeros);
    require(file->result == RESULT_OK);
    memcpy(&file->data[at], file->data, BLOCK);
    memset(&file->data[at], 0, 100);
    memcpy(&file->data[at], name, strlen(name));
    put_octal(&file->data[at + 124], 11, size);
    memset(&file->data[at + 148], ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += file->data[at + i];
    put_octal(&file->data[at + 148], 6, sum);
    file->data[at + 154] = 0;
}

static void put_record(struct byte_writer *file, const char *suffix,
                       struct text_view content, struct hash *hash)
{
    static const uint8_t zeros[BLOCK];
    char name[100];

    *hash = digest_sha256(content.data, content.size);
    hex_encode(hash->bytes, HASH_SIZE, name);
    memcpy(&name[2 * HASH_SIZE], suffix, strlen(suffix) + 1);
    put_header(file, name, content.size);
    byte_writer_text(file, content);
    byte_writer_bytes(file, zeros, (BLOCK - content.size % BLOCK) % BLOCK);
}

/* The bytes with each `word` replaced by a hash. */
static void put_replaced(struct byte_writer *out, const uint8_t *bytes,
                         size_t size, const struct hash *parent,
                         const struct hash *payload)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    for (size_t i = 0; i < size;) {
        const bool is_parent =
            size - i >= 6 && memcmp(&bytes[i], "PARENT", 6) == 0;
        const bool is_payload =
            size - i >= 7 && memcmp(&bytes[i], "PAYLOAD", 7) == 0;

        if (is_parent || is_payload) {
            hex_encode((is_parent ? parent : payload)->bytes, HASH_SIZE, hex);
            byte_writer_text(out, text_view_of(hex));
            i += is_parent ? 6 : 7;
        } else {
            byte_writer_u8(out, bytes[i++]);
        }
    }
}

static void make_file(const uint8_t *data, size_t size,
                      struct byte_writer *file)
{
    struct hash parent = { { 0 } }, payload = { { 0 } };
    struct ballot_archive_end end;

    require(ballot_archive_begin(SECONDS, file, &end) == RESULT_OK);
    while (size > 1) {
        const uint8_t *line_end = memchr(data, '\n', size);
        const size_t length = line_end ? (size_t)(line_end - data) : size;
        const bool is_event = data[0] == 'e';
        struct byte_writer text;

        byte_writer_init(&text, FILE_MAX);
        if (length > 0)
            put_replaced(&text, &data[1], length - 1, &parent, &payload);
        put_record(file, is_event ? ".event.json" : ".data.json",
                   view_of(&text), is_event ? &parent : &payload);
        byte_writer_release(&text);
        data += length;
        size -= length;
        if (line_end) {
            data++;
            size--;
        }
    }
}

/* --- What has to hold ---------------------------------------------------- */

/* Writes what is read, while it can be read; the position behind it. */
static size_t rewrite(struct text_view file, struct byte_writer *out,
                      bool *is_misnumbered)
{
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    struct ballot_archive_end end;
    size_t position = 0;

    ballot_archive_open(&reader, file);
    if (reader.fault != BALLOT_FAULT_NONE)
        return 0;
    require(ballot_archive_begin(reader.end.seconds, out, &end) == RESULT_OK);
    position = reader.position;
    while (ballot_archive_next(&reader, &event)) {
        require(ballot_archive_append(&end, event.kind, event.records,
                                      event.record_count, out) == RESULT_OK);
        require(hash_equal(&end.head, &event.hash));
        require(event.file_end == reader.position);
        position = reader.position;
    }
    require(reader.fault != BALLOT_FAULT_NONE || position == file.size);
    *is_misnumbered = reader.fault == BALLOT_FAULT_EVENT_HEIGHT;
    return position;
}

/* The same, of a file that grows event by event. */
static void read_growing(struct text_view file)
{
    struct ballot_archive_reader whole, growing;
    struct ballot_archive_event event, again;

    ballot_archive_open(&whole, file);
    if (whole.fault != BALLOT_FAULT_NONE)
        return;
    ballot_archive_open(&growing,
                        (struct text_view){ file.data, whole.position });
    while (ballot_archive_next(&whole, &event)) {
        require(!ballot_archive_next(&growing, &again));
        require(growing.fault == BALLOT_FAULT_NONE);
        ballot_archive_grown(&growing,
                             (struct text_view){ file.data, event.file_end });
        require(ballot_archive_next(&growing, &again));
        require(hash_equal(&event.hash, &again.hash));
    }
}

static struct ballot_facts verify(const struct ballot_group *group,
                                  struct text_view file, bool is_lenient)
{
    struct ballot_archive_reader reader;
    struct ballot_verifier *verifier = NULL;
    struct ballot_facts facts;

    require(ballot_verifier_new(group, is_lenient, &verifier) == RESULT_OK);
    ballot_archive_open(&reader, file);
    while (ballot_verifier_step(verifier, &reader))
        ;
    facts = *ballot_verifier_facts(verifier);
    require(ballot_verifier_is_complete(verifier) ==
            (facts.last == BALLOT_EVENT_RESULT &&
             facts.fault == BALLOT_FAULT_NONE));
    (void)ballot_verifier_free(verifier);
    return facts;
}

static void check_verdicts(struct text_view file, size_t position)
{
    static struct ballot_group *group;
    struct ballot_facts strict, part, lenient;

    if (!group)
        require(ballot_group_new(&group) == RESULT_OK);
    strict = verify(group, file, false);
    part = strict;
    if (strict.fault != BALLOT_FAULT_NONE)
        part = verify(group, (struct text_view){ file.data, position }, false);
    lenient = verify(group, file, true);
    require(part.event_count == strict.event_count);
    require(hash_equal(&part.head, &strict.head));
    /* What the strict form takes, the lenient one does. */
    require(lenient.event_count >= strict.event_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct byte_writer file, again;
    bool is_misnumbered = false;
    size_t position;

    if (size == 0)
        return 0;
    byte_writer_init(&file, FILE_MAX);
    byte_writer_init(&again, FILE_MAX);
    if (data[0] % 2)
        make_file(&data[1], size - 1, &file);
    else
        byte_writer_bytes(&file, &data[1], size - 1);
    if (file.size > 0) {
        const struct text_view view = view_of(&file);

        position = rewrite(view, &again, &is_misnumbered);
        require(
            position == again.size &&
            (position == 0 || memcmp(again.data, view.data, position) == 0));
        read_growing(view);
        check_verdicts(view, position);
        planted_fault(data, size, is_misnumbered);
    }
    byte_writer_release(&again);
    byte_writer_release(&file);
    return 0;
}
