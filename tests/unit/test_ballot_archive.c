#include "protocol/ballot/ballot_archive.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { BLOCK = 512, SECONDS = 1795168850, FILE_MAX = 1024 * 1024 };

/* A whole archive of small records that nobody looks into. */
struct sample {
    struct byte_writer file;
    struct ballot_archive_end end;
    size_t starts[16]; /* of each event: where its first data record begins */
};

static const struct text_view contents[] = {
    { "election", 8 }, { "trustees", 8 }, { "credentials", 11 }, { "setup", 5 }
};

static void add(struct sample *sample, enum ballot_event_kind kind)
{
    sample->starts[sample->end.count] = sample->file.size;
    assert_int_equal(ballot_archive_append(&sample->end, kind, contents,
                                           ballot_event_record_count(kind),
                                           &sample->file),
                     RESULT_OK);
}

static void begin(struct sample *sample)
{
    byte_writer_init(&sample->file, FILE_MAX);
    assert_int_equal(ballot_archive_begin(SECONDS, &sample->file, &sample->end),
                     RESULT_OK);
}

static void make(struct sample *sample)
{
    begin(sample);
    add(sample, BALLOT_EVENT_SETUP);
    add(sample, BALLOT_EVENT_BALLOT);
    add(sample, BALLOT_EVENT_BALLOT);
    add(sample, BALLOT_EVENT_END_BALLOTS);
    add(sample, BALLOT_EVENT_ENCRYPTED_TALLY);
    add(sample, BALLOT_EVENT_PARTIAL_DECRYPTION);
    add(sample, BALLOT_EVENT_PARTIAL_DECRYPTION);
    add(sample, BALLOT_EVENT_RESULT);
}

static struct text_view view_of(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

/* Reads to the end or to a fault. */
static struct ballot_archive_reader read_all(struct text_view file)
{
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;

    ballot_archive_open(&reader, file);
    while (ballot_archive_next(&reader, &event))
        ;
    return reader;
}

static void assert_refused(const struct byte_writer *file,
                           enum ballot_fault fault, uint64_t number)
{
    const struct ballot_archive_reader reader = read_all(view_of(file));

    assert_string_equal(ballot_fault_word(reader.fault),
                        ballot_fault_word(fault));
    assert_int_equal(reader.end.count, number);
}

/* --- Samples of other programs ------------------------------------------- */

static void rewrite(const char *name)
{
    const struct text_view file = ballot_vector_load(name);
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    struct ballot_archive_end end;
    struct byte_writer out;

    byte_writer_init(&out, FILE_MAX);
    ballot_archive_open(&reader, file);
    assert_int_equal(ballot_archive_begin(reader.end.seconds, &out, &end),
                     RESULT_OK);
    while (ballot_archive_next(&reader, &event)) {
        assert_int_equal(ballot_archive_append(&end, event.kind, event.records,
                                               event.record_count, &out),
                         RESULT_OK);
        assert_true(hash_equal(&end.head, &event.hash));
        assert_int_equal(event.file_end, out.size);
    }
    assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
    assert_int_equal(reader.end.last, BALLOT_EVENT_RESULT);
    assert_int_equal(out.size, file.size);
    assert_memory_equal(out.data, file.data, file.size);
    byte_writer_release(&out);
    free((void *)(uintptr_t)file.data);
}

static void what_other_programs_wrote_is_what_we_write(void **state)
{
    (void)state;
    rewrite("profile.bel");
    rewrite("single.bel");
    rewrite("single-made-by-2.0.bel");
    rewrite("weights.bel");
    rewrite("threshold/P95SQruW9N4q8N.bel");
    rewrite("tampered/00-good.bel");
}

static void a_cut_out_event_and_a_late_ballot_are_seen(void **state)
{
    struct text_view file;
    struct ballot_archive_reader reader;

    (void)state;
    file = ballot_vector_load("tampered/A12-ballot-after-EndBallots.bel");
    reader = read_all(file);
    assert_int_equal(reader.fault, BALLOT_FAULT_EVENT_ORDER);
    assert_int_equal(reader.fault_kind, BALLOT_EVENT_BALLOT);
    free((void *)(uintptr_t)file.data);
}

/* --- Writing ------------------------------------------------------------- */

static void the_writer_keeps_the_order_of_events(void **state)
{
    /* Per event that is the last: which may follow, by their first letters. */
    static const char *const follows[BALLOT_EVENT_KIND_COUNT] = {
        [BALLOT_EVENT_NONE] = "S",
        [BALLOT_EVENT_SETUP] = "BE",
        [BALLOT_EVENT_BALLOT] = "BE",
        [BALLOT_EVENT_END_BALLOTS] = "T",
        [BALLOT_EVENT_ENCRYPTED_TALLY] = "P",
        [BALLOT_EVENT_PARTIAL_DECRYPTION] = "PR",
        [BALLOT_EVENT_RESULT] = "",
    };
    static const char letters[] = "?SBETPR";
    struct byte_writer out;
    int last, next;

    (void)state;
    byte_writer_init(&out, FILE_MAX);
    for (last = 0; last < BALLOT_EVENT_KIND_COUNT; last++)
        for (next = 1; next < BALLOT_EVENT_KIND_COUNT; next++) {
            const bool may = strchr(follows[last], letters[next]) != NULL;
            struct ballot_archive_end end = {
                .last = (enum ballot_event_kind)last,
                .count = last == 0 ? 0 : 1,
            };

            assert_int_equal(
                ballot_archive_append(
                    &end, (enum ballot_event_kind)next, contents,
                    ballot_event_record_count((enum ballot_event_kind)next),
                    &out),
                may ? RESULT_OK : RESULT_REFUSED);
            assert_int_equal(end.last, may ? next : last);
        }
    byte_writer_release(&out);
}

static void the_writer_refuses_what_it_could_not_read(void **state)
{
    struct sample sample;
    char *large = calloc(1, LIMIT_BALLOT_RECORD_SIZE + 1);
    const struct text_view too_large = { large, LIMIT_BALLOT_RECORD_SIZE + 1 };
    const struct hash before = { { 0 } };

    (void)state;
    assert_non_null(large);
    begin(&sample);
    assert_int_equal(
        ballot_archive_begin(UINT64_C(1) << 33, &sample.file, &sample.end),
        RESULT_INVALID);
    assert_int_equal(ballot_archive_append(&sample.end, BALLOT_EVENT_SETUP,
                                           contents, 3, &sample.file),
                     RESULT_INVALID);
    add(&sample, BALLOT_EVENT_SETUP);
    sample.end.head = before;
    assert_int_equal(ballot_archive_append(&sample.end, BALLOT_EVENT_BALLOT,
                                           &too_large, 1, &sample.file),
                     RESULT_TOO_LARGE);
    assert_true(hash_equal(&sample.end.head, &before));
    assert_int_equal(sample.end.count, 1);
    sample.file.size_max = sample.file.size + 600;
    assert_int_equal(ballot_archive_append(&sample.end, BALLOT_EVENT_BALLOT,
                                           contents, 1, &sample.file),
                     RESULT_TOO_LARGE);
    assert_int_equal(sample.end.count, 1);
    byte_writer_release(&sample.file);
    free(large);
}

/* --- Reading ------------------------------------------------------------- */

static void an_archive_may_end_behind_any_event_and_go_on(void **state)
{
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    struct sample sample;
    size_t i;

    (void)state;
    make(&sample);
    ballot_archive_open(
        &reader,
        (struct text_view){ (const char *)sample.file.data, sample.starts[0] });
    for (i = 0; i < sample.end.count; i++) {
        const size_t size =
            i + 1 < sample.end.count ? sample.starts[i + 1] : sample.file.size;

        assert_false(ballot_archive_next(&reader, &event));
        assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
        ballot_archive_grown(
            &reader,
            (struct text_view){ (const char *)sample.file.data, size });
        assert_true(ballot_archive_next(&reader, &event));
        assert_int_equal(event.number, i);
        assert_int_equal(event.file_end, size);
    }
    assert_false(ballot_archive_next(&reader, &event));
    assert_true(hash_equal(&reader.end.head, &sample.end.head));
    byte_writer_release(&sample.file);
}

static void no_other_end_is_taken(void **state)
{
    struct sample sample;
    size_t size, next = 0;

    (void)state;
    make(&sample);
    for (size = 0; size < sample.file.size; size++) {
        const struct text_view file = { (const char *)sample.file.data, size };
        const struct ballot_archive_reader reader = read_all(file);

        if (next < sample.end.count && size == sample.starts[next]) {
            assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
            next++;
        } else {
            assert_int_not_equal(reader.fault, BALLOT_FAULT_NONE);
        }
    }
    byte_writer_release(&sample.file);
}

static void every_byte_counts(void **state)
{
    struct sample sample;
    size_t i;

    (void)state;
    make(&sample);
    for (i = 0; i < sample.file.size; i++) {
        sample.file.data[i] ^= 1;
        if (read_all(view_of(&sample.file)).fault == BALLOT_FAULT_NONE)
            fail_msg("byte %zu may be changed", i);
        sample.file.data[i] ^= 1;
    }
    assert_int_equal(read_all(view_of(&sample.file)).fault, BALLOT_FAULT_NONE);
    byte_writer_release(&sample.file);
}

static void end_blocks_and_anything_else_behind_are_refused(void **state)
{
    static const char zeros[2 * BLOCK];
    struct sample sample;

    (void)state;
    make(&sample);
    byte_writer_bytes(&sample.file, zeros, sizeof zeros);
    assert_refused(&sample.file, BALLOT_FAULT_END_BLOCKS, 8);
    sample.file.size -= BLOCK + 1;
    assert_refused(&sample.file, BALLOT_FAULT_TRUNCATED, 8);
    byte_writer_release(&sample.file);
    begin(&sample);
    byte_writer_bytes(&sample.file, zeros, sizeof zeros);
    assert_refused(&sample.file, BALLOT_FAULT_END_BLOCKS, 0);
    byte_writer_release(&sample.file);
}

/* Recomputes the sum of the header that begins at `at`. */
static void mend_sum(struct byte_writer *file, size_t at)
{
    unsigned sum = 0;
    size_t i;

    memset(&file->data[at + 148], ' ', 8);
    for (i = 0; i < BLOCK; i++)
        sum += file->data[at + i];
    for (i = 6; i > 0; i--, sum /= 8)
        file->data[at + 147 + i] = (uint8_t)('0' + sum % 8);
    file->data[at + 154] = '\0';
}

static void headers_with_a_right_sum_are_still_held_against_ours(void **state)
{
    static const struct {
        size_t offset;
        char byte;
    } changes[] = { { 106, '5' }, { 114, '1' }, { 122, '1' }, { 146, '7' },
                    { 156, '5' }, { 157, 'x' }, { 257, 'u' }, { 511, 'x' },
                    { 107, ' ' }, { 135, ' ' }, { 124, '8' }, { 90, 'x' } };
    struct sample sample;
    size_t i;

    (void)state;
    make(&sample);
    for (i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const size_t at = sample.starts[1] + changes[i].offset;
        const uint8_t before = sample.file.data[at];

        sample.file.data[at] = (uint8_t)changes[i].byte;
        mend_sum(&sample.file, sample.starts[1]);
        assert_refused(&sample.file, BALLOT_FAULT_TAR_HEADER, 1);
        sample.file.data[at] = before;
        mend_sum(&sample.file, sample.starts[1]);
    }
    assert_int_equal(read_all(view_of(&sample.file)).fault, BALLOT_FAULT_NONE);
    sample.file.data[sample.starts[1] + BLOCK + 100] = 'x';
    assert_refused(&sample.file, BALLOT_FAULT_TAR_PADDING, 1);
    byte_writer_release(&sample.file);
}

static void a_length_past_the_end_or_the_limit_is_refused(void **state)
{
    struct sample sample;

    (void)state;
    make(&sample);
    memcpy(&sample.file.data[sample.starts[7] + 124], "00000777777", 11);
    mend_sum(&sample.file, sample.starts[7]);
    assert_refused(&sample.file, BALLOT_FAULT_TRUNCATED, 7);
    memcpy(&sample.file.data[sample.starts[7] + 124], "77777777777", 11);
    mend_sum(&sample.file, sample.starts[7]);
    assert_refused(&sample.file, BALLOT_FAULT_TOO_LARGE, 7);
    byte_writer_release(&sample.file);
}

/* --- Records and events of one's own making ------------------------------- */

static void add_record(struct byte_writer *file, const char *suffix,
                       struct text_view content)
{
    static const char zeros[BLOCK];
    const struct hash hash = digest_sha256(content.data, content.size);
    const size_t at = file->size;
    char name[100];
    size_t i, size = content.size;

    hex_encode(hash.bytes, HASH_SIZE, name);
    memcpy(&name[64], suffix, strlen(suffix) + 1);
    byte_writer_bytes(file, zeros, BLOCK);
    memcpy(&file->data[at], file->data, BLOCK); /* as the first one */
    memset(&file->data[at], 0, 100);
    memcpy(&file->data[at], name, strlen(name));
    for (i = 11; i > 0; i--, size /= 8)
        file->data[at + 123 + i] = (uint8_t)('0' + size % 8);
    mend_sum(file, at);
    byte_writer_text(file, content);
    byte_writer_bytes(file, zeros, BLOCK - content.size % BLOCK);
}

/* Behind a setup: a ballot record, and this event, in which PARENT and PAYLOAD
 * stand for what they should be. */
static void assert_event(const char *format, enum ballot_fault fault)
{
    const struct hash ballot = digest_sha256("ballot", 6);
    struct sample sample;
    char parent[HEX_SIZE(HASH_SIZE)], payload[HEX_SIZE(HASH_SIZE)];
    struct byte_writer text;
    const char *at = format;

    begin(&sample);
    add(&sample, BALLOT_EVENT_SETUP);
    hex_encode(sample.end.head.bytes, HASH_SIZE, parent);
    hex_encode(ballot.bytes, HASH_SIZE, payload);
    byte_writer_init(&text, 4096);
    while (*at) {
        if (strncmp(at, "PARENT", 6) == 0) {
            byte_writer_bytes(&text, parent, 64);
            at += 6;
        } else if (strncmp(at, "PAYLOAD", 7) == 0) {
            byte_writer_bytes(&text, payload, 64);
            at += 7;
        } else {
            byte_writer_u8(&text, (uint8_t)*at++);
        }
    }
    add_record(&sample.file, ".data.json", TEXT_LITERAL("ballot"));
    add_record(&sample.file, ".event.json", view_of(&text));
    assert_refused(&sample.file, fault, fault == BALLOT_FAULT_NONE ? 2 : 1);
    byte_writer_release(&text);
    byte_writer_release(&sample.file);
}

static void an_event_has_one_spelling_and_fits_its_place(void **state)
{
    (void)state;
#define PARENT "{\"parent\":\"PARENT\","
#define PAYLOAD ",\"payload\":\"PAYLOAD\"}"
    assert_event(PARENT "\"height\":1,\"type\":\"Ballot\"" PAYLOAD,
                 BALLOT_FAULT_NONE);
    assert_event(PARENT "\"height\":1,\"type\":\"Ballot\"" PAYLOAD "\n",
                 BALLOT_FAULT_JSON);
    assert_event("{\"height\":1,\"parent\":\"PARENT\",\"type\":\"Ballot"
                 "\"" PAYLOAD,
                 BALLOT_FAULT_FIELD);
    assert_event(PARENT "\"height\":01,\"type\":\"Ballot\"" PAYLOAD,
                 BALLOT_FAULT_NUMBER);
    assert_event(PARENT "\"height\":1,\"type\":\"Ballot\",\"payload\":"
                        "\"PAYLOAD\",\"x\":1}",
                 BALLOT_FAULT_UNKNOWN_FIELD);
    assert_event(PARENT "\"height\":2,\"type\":\"Ballot\"" PAYLOAD,
                 BALLOT_FAULT_EVENT_HEIGHT);
    assert_event("{\"parent\":\"PAYLOAD\",\"height\":1,\"type\":\"Ballot"
                 "\"" PAYLOAD,
                 BALLOT_FAULT_EVENT_PARENT);
    assert_event("{\"height\":1,\"type\":\"Ballot\"" PAYLOAD,
                 BALLOT_FAULT_EVENT_PARENT);
    assert_event(PARENT "\"height\":1,\"type\":\"Ballot\",\"payload\":"
                        "\"PARENT\"}",
                 BALLOT_FAULT_EVENT_PAYLOAD);
    assert_event(PARENT "\"height\":1,\"type\":\"Ballot\"}",
                 BALLOT_FAULT_EVENT_PAYLOAD);
    assert_event(PARENT "\"height\":1,\"type\":\"EndBallots\"}",
                 BALLOT_FAULT_UNREFERENCED);
    assert_event(PARENT "\"height\":1,\"type\":\"Setup\"" PAYLOAD,
                 BALLOT_FAULT_EVENT_ORDER);
    assert_event(PARENT "\"height\":1,\"type\":\"ballot\"" PAYLOAD,
                 BALLOT_FAULT_EVENT_ORDER);
    assert_event(PARENT "\"height\":1,\"type\":\"Shuffle\"" PAYLOAD,
                 BALLOT_FAULT_NOT_HOMOMORPHIC);
    assert_event(PARENT "\"height\":1,\"type\":\"EndShuffles\"}",
                 BALLOT_FAULT_NOT_HOMOMORPHIC);
}

static void records_are_neither_left_over_nor_missing(void **state)
{
    struct sample sample;
    struct ballot_archive_end end;
    struct byte_writer event;
    const struct hash hash = digest_sha256("ballot", 6);
    int i;

    (void)state;
    begin(&sample);
    add(&sample, BALLOT_EVENT_SETUP);
    end = sample.end;
    byte_writer_init(&event, 4096);
    ballot_archive_event_text(&end, BALLOT_EVENT_BALLOT, &hash, &event);
    add_record(&sample.file, ".data.json", TEXT_LITERAL("other"));
    assert_refused(&sample.file, BALLOT_FAULT_UNREFERENCED, 1);
    add_record(&sample.file, ".data.json", TEXT_LITERAL("ballot"));
    add_record(&sample.file, ".event.json", view_of(&event));
    assert_refused(&sample.file, BALLOT_FAULT_UNREFERENCED, 1);
    byte_writer_release(&sample.file);

    begin(&sample);
    add(&sample, BALLOT_EVENT_SETUP);
    add_record(&sample.file, ".event.json", view_of(&event));
    assert_refused(&sample.file, BALLOT_FAULT_EVENT_PAYLOAD, 1);
    byte_writer_release(&sample.file);

    begin(&sample);
    add(&sample, BALLOT_EVENT_SETUP);
    for (i = 0; i < 5; i++)
        add_record(&sample.file, ".data.json", TEXT_LITERAL("ballot"));
    assert_refused(&sample.file, BALLOT_FAULT_UNREFERENCED, 1);
    byte_writer_release(&sample.file);
    byte_writer_release(&event);
}

static void names_are_hashes(void **state)
{
    struct sample sample;
    size_t at;

    (void)state;
    begin(&sample);
    add(&sample, BALLOT_EVENT_SETUP);
    at = sample.file.size;
    add_record(&sample.file, ".data.json", TEXT_LITERAL("ballot"));
    sample.file.data[at] = sample.file.data[at] == 'a' ? 'b' : 'a';
    mend_sum(&sample.file, at);
    assert_refused(&sample.file, BALLOT_FAULT_NAME_HASH, 1);
    sample.file.size = at;
    add_record(&sample.file, ".data.txt", TEXT_LITERAL("ballot"));
    assert_refused(&sample.file, BALLOT_FAULT_NAME_HASH, 1);
    byte_writer_release(&sample.file);
}

static void the_first_record_says_version_and_time(void **state)
{
    static const struct {
        const char *from, *to;
    } changes[] = { { "\"version\":1", "\"version\":2" },
                    { "1795168850", "1795168851" },
                    { "\"1795168850\"", " 1795168850 " },
                    { "timestamp", "timestomp" } };
    struct sample sample;
    size_t i;

    (void)state;
    begin(&sample);
    for (i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char *content = (char *)&sample.file.data[BLOCK];
        char *found = strstr(content, changes[i].from);

        assert_non_null(found);
        memcpy(found, changes[i].to, strlen(changes[i].to));
        assert_refused(&sample.file, BALLOT_FAULT_HEADER, 0);
        memcpy(found, changes[i].from, strlen(changes[i].from));
    }
    sample.file.data[0] = 'b';
    assert_refused(&sample.file, BALLOT_FAULT_HEADER, 0);
    assert_false(ballot_archive_is(view_of(&sample.file)));
    byte_writer_release(&sample.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_other_programs_wrote_is_what_we_write),
        cmocka_unit_test(a_cut_out_event_and_a_late_ballot_are_seen),
        cmocka_unit_test(the_writer_keeps_the_order_of_events),
        cmocka_unit_test(the_writer_refuses_what_it_could_not_read),
        cmocka_unit_test(an_archive_may_end_behind_any_event_and_go_on),
        cmocka_unit_test(no_other_end_is_taken),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(end_blocks_and_anything_else_behind_are_refused),
        cmocka_unit_test(headers_with_a_right_sum_are_still_held_against_ours),
        cmocka_unit_test(a_length_past_the_end_or_the_limit_is_refused),
        cmocka_unit_test(an_event_has_one_spelling_and_fits_its_place),
        cmocka_unit_test(records_are_neither_left_over_nor_missing),
        cmocka_unit_test(names_are_hashes),
        cmocka_unit_test(the_first_record_says_version_and_time),
    };

    return cmocka_run_group_tests_name("ballot_archive", tests, NULL, NULL);
}
