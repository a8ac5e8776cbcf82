#include "protocol/record/anchor_file.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "tests/support/anchor_sample.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define A "aa00000000000000000000000000000000000000000000000000000000000000"
#define B "bb00000000000000000000000000000000000000000000000000000000000000"
#define C "cc00000000000000000000000000000000000000000000000000000000000000"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define SIG A B

/* The text, and behind it its sum; ended with free(). */
static char *with_sum(const char *lines, size_t *size)
{
    const struct hash sum = digest_sha256(lines, strlen(lines));
    char digits[HEX_SIZE(HASH_SIZE)];
    const size_t room = strlen(lines) + 128;
    char *text = malloc(room);
    int length = 0;

    assert_non_null(text);
    hex_encode(sum.bytes, HASH_SIZE, digits);
    length = snprintf(text, room, "%ssum %s\n", lines, digits);
    assert_in_range(length, 1, room - 1);
    *size = (size_t)length;
    return text;
}

/* Reads exactly these bytes, so that a sanitizer sees a step too far. */
static enum result read_bytes(const char *text, size_t size,
                              struct anchors *out)
{
    char *exact = malloc(size ? size : 1);
    enum result result = RESULT_OK;

    assert_non_null(exact);
    memcpy(exact, text, size);
    result = anchor_file_parse((struct text_view){ exact, size }, out);
    free(exact);
    return result;
}

static enum result read_lines(const char *lines, struct anchors *out)
{
    size_t size = 0;
    char *text = with_sum(lines, &size);
    const enum result result = read_bytes(text, size, out);

    free(text);
    return result;
}

/* What reading these lines gives, with all memory given back. */
static enum result try_lines(const char *lines)
{
    struct anchors anchors;
    const enum result result = read_lines(lines, &anchors);

    if (!result)
        anchors_release(&anchors);
    return result;
}

static char *encoded(const struct anchors *anchors, size_t *size)
{
    uint8_t *bytes = NULL;

    assert_int_equal(anchor_file_encode(anchors, &bytes, size), RESULT_OK);
    return (char *)bytes;
}

/* --- The form ------------------------------------------------------------- */

static const char all_kinds[] =
    "chibo-anchors 1\n"
    "organisation dang-bo.mau\n"
    "server " A "\n"
    "device " B " added\n"
    "device " C " accepted\n"
    "weather fine\n"
    "log dang-bo.mau\n"
    "genesis " A "\n"
    "last 7 " B "\n"
    "log hop-2025.03\n"
    "genesis " C "\n"
    "checkpoint 10 " A " opened 11 " B " 3 4 stands\n"
    "checkpoint 11 " B " vote_closed 14 " C " 0 0 event-lost\n"
    "checkpoint 20 " C " closed 21 " A " 7 7 lost\n"
    "signed 12 " C " commit " A " " SIG "\n"
    "last 13 " A "\n"
    "lost 14 22 " A " -\n"
    "lost 14 21 " A " commit " B " " SIG "\n"
    "alarm open fork 5 " A " - " B " commit " A " " SIG "\n"
    "alarm forgotten gap 6 " ZERO " - " ZERO " -\n"
    "receipt 8Zq3fGm1xPw7Kd5tRv2NbY " A " " B " 17 " C " 1795000000000 " A
    " " SIG "\n"
    "footer b1 41\n";

static void every_kind_of_line_is_read(void **state)
{
    struct anchors anchors;
    const struct anchor_log *log = NULL;

    (void)state;
    assert_int_equal(read_lines(all_kinds, &anchors), RESULT_OK);
    assert_string_equal(anchors.organisation.text, "dang-bo.mau");
    assert_true(anchors.has_server);
    assert_int_equal(anchors.server.bytes[0], 0xaa);
    assert_int_equal(anchors_device(&anchors, &(struct key){ { 0xcc } }),
                     ANCHOR_DEVICE_ACCEPTED);
    log = anchors_find(&anchors, &(struct identifier){ "dang-bo.mau" });
    assert_int_equal(log->last.seq, 7);
    log = anchors_find(&anchors, &sample_meeting);
    assert_int_equal(log->genesis.bytes[0], 0xcc);
    assert_int_equal(log->checkpoints_count, 3);
    assert_string_equal(log->checkpoints[0].reason.text, "opened");
    assert_int_equal(log->checkpoints[1].upto, 11);
    assert_int_equal(log->checkpoints[1].seq, 14);
    assert_int_equal(log->checkpoints[1].standing, ANCHOR_EVENT_LOST);
    assert_int_equal(log->checkpoints[2].confirmed, 7);
    assert_int_equal(log->newest.seq, 12);
    assert_int_equal(log->newest.by.sig.bytes[32], 0xbb);
    assert_int_equal(log->receipts_count, 1);
    assert_string_equal(log->receipts[0].uuid, "8Zq3fGm1xPw7Kd5tRv2NbY");
    assert_int_equal(log->receipts[0].height, 17);
    assert_int_equal(log->receipts[0].at_ms, 1795000000000);
    assert_int_equal(log->receipts[0].ballot.bytes[0], 0xbb);
    assert_int_equal(log->receipts[0].sig.bytes[32], 0xbb);
    assert_int_equal(log->last.seq, 13);
    assert_int_equal(log->lost_count, 2);
    assert_false(log->lost[0].side.is_signed);
    assert_true(log->lost[1].side.is_signed);
    assert_int_equal(log->alarms[0].seq, 5);
    assert_false(log->alarms[0].ours.is_signed);
    assert_true(log->alarms[0].theirs.is_signed);
    assert_false(log->alarms[0].is_forgotten);
    assert_string_equal(log->alarms[1].reason.text, "gap");
    assert_true(log->alarms[1].is_forgotten);
    assert_int_equal(log->unknown_count, 1);
    assert_int_equal(anchors.unknown_count, 1);
    assert_int_equal(anchors.changes, 0);
    anchors_release(&anchors);
}

static void what_was_read_is_written_as_it_was(void **state)
{
    struct anchors anchors;
    size_t size = 0;
    size_t expected_size = 0;
    char *expected = with_sum(all_kinds, &expected_size);
    char *text = NULL;

    (void)state;
    assert_int_equal(read_lines(all_kinds, &anchors), RESULT_OK);
    text = encoded(&anchors, &size);
    assert_int_equal(size, expected_size);
    assert_memory_equal(text, expected, size);
    anchors_release(&anchors);
    free(expected);
    free(text);
}

static void what_was_written_reads_as_the_same(void **state)
{
    struct anchors anchors;
    struct anchors again;
    size_t size = 0;
    size_t again_size = 0;
    char *text = NULL;
    char *again_text = NULL;

    (void)state;
    sample_anchors(&anchors);
    text = encoded(&anchors, &size);
    assert_int_equal(read_bytes(text, size, &again), RESULT_OK);
    assert_int_equal(again.reserved, anchors.reserved);
    again_text = encoded(&again, &again_size);
    assert_int_equal(again_size, size);
    assert_memory_equal(again_text, text, size);
    anchors_release(&again);
    anchors_release(&anchors);
    free(again_text);
    free(text);
}

static void empty_anchors_are_a_file_too(void **state)
{
    struct anchors anchors;
    size_t size = 0;
    size_t expected_size = 0;
    char *expected =
        with_sum("chibo-anchors 1\norganisation dang-bo.mau\n", &expected_size);
    char *text = NULL;

    (void)state;
    anchors_init(&anchors, &sample_organisation);
    text = encoded(&anchors, &size);
    assert_int_equal(size, expected_size);
    assert_memory_equal(text, expected, size);
    anchors_release(&anchors);
    free(expected);
    free(text);
}

static void lines_of_a_log_may_stand_in_another_order(void **state)
{
    (void)state;
    assert_int_equal(
        try_lines("chibo-anchors 1\n"
                  "device " B " seen\n"
                  "organisation dang-bo.mau\n"
                  "log m2\nlast 22 " B "\n"
                  "checkpoint 20 " C " closed 21 " A " 7 7 stands\n"
                  "checkpoint 10 " C " opened 11 " A " 7 7 stands\n"
                  "genesis " A "\n"
                  "log m1\n"),
        RESULT_OK);
}

static void a_receipt_that_is_none_is_damage(void **state)
{
    static const char *const bad[] = {
        "receipt " A " " B " 17 " C " 1 " A " " SIG "\n", /* no uuid */
        "receipt 8Zq3 " A " " B " 0 " C " 1 " A " " SIG "\n",
        "receipt 8Z-q3 " A " " B " 17 " C " 1 " A " " SIG "\n",
        "receipt 8Zq3 " A " " B " 17 " C " 1 " A " " SIG " more\n",
        "receipt 8Zq3fGm1xPw7Kd5tRv2NbY8Zq3fGm1xP " A " " B " 17 " C " 1 " A
        " " SIG "\n",
        "receipt 8Zq3 " A " " B " 17 " C " 1 " A " " SIG "\n"
        "receipt 8Zq3 " A " " B " 17 " C " 1 " A " " SIG "\n",
    };
    char lines[2000];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(lines, sizeof lines,
                       "chibo-anchors 1\norganisation dang-bo.mau\nlog m1\n%s",
                       bad[i]);
        assert_int_equal(try_lines(lines), RESULT_CORRUPT);
    }
}

static void lines_of_a_later_version_are_kept_as_they_are(void **state)
{
    static const char lines[] = "chibo-anchors 1\n"
                                "organisation dang-bo.mau\n"
                                "weather  fine, \xff\x01 today\n"
                                "weather\n"
                                "log m1\n"
                                "last 1 " A "\n"
                                "footer b1 41 \n"
                                "footer b1 41 \n"
                                "a-new_kind\n";
    struct anchors anchors;
    size_t size = 0;
    size_t expected_size = 0;
    char *expected = with_sum(lines, &expected_size);
    char *text = NULL;

    (void)state;
    assert_int_equal(read_lines(lines, &anchors), RESULT_OK);
    text = encoded(&anchors, &size);
    assert_int_equal(size, expected_size);
    assert_memory_equal(text, expected, size);
    anchors_release(&anchors);
    free(expected);
    free(text);
}

/* --- Damage --------------------------------------------------------------- */

static void every_truncation_is_told_as_one(void **state)
{
    struct anchors anchors;
    size_t size = 0;
    char *text = NULL;

    (void)state;
    sample_anchors(&anchors);
    text = encoded(&anchors, &size);
    anchors_release(&anchors);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(read_bytes(text, cut, &anchors), RESULT_TRUNCATED);
    assert_int_equal(read_bytes(text, size, &anchors), RESULT_OK);
    anchors_release(&anchors);
    free(text);
}

static void every_flipped_byte_is_refused(void **state)
{
    struct anchors anchors;
    size_t size = 0;
    char *text = NULL;

    (void)state;
    sample_anchors(&anchors);
    text = encoded(&anchors, &size);
    anchors_release(&anchors);
    for (size_t i = 0; i < size; i++) {
        /* 14 bytes of first word; 69 of the last line. */
        enum result expected = i < 14 ? RESULT_MALFORMED : RESULT_CORRUPT;

        if (i >= size - 70)
            expected = RESULT_TRUNCATED;
        text[i] ^= 0x20;
        /* A digit in capitals, or no digit at all, is no sum. */
        assert_int_equal(read_bytes(text, i, &anchors), RESULT_TRUNCATED);
        assert_int_equal(read_bytes(text, size, &anchors), expected);
        text[i] ^= 0x20;
    }
    free(text);
}

static void what_is_no_anchors_file_is_told_so(void **state)
{
    struct anchors anchors;

    (void)state;
    assert_int_equal(read_bytes("chibo-journal 1\n", 16, &anchors),
                     RESULT_MALFORMED);
    assert_int_equal(read_bytes("{\"seq\":0}\n", 10, &anchors),
                     RESULT_MALFORMED);
    assert_int_equal(read_bytes("\0", 1, &anchors), RESULT_MALFORMED);
}

static void another_version_is_not_supported_if_it_is_whole(void **state)
{
    struct anchors anchors;
    static const char text[] = "chibo-anchors 2\norganisation m\n";

    (void)state;
    assert_int_equal(try_lines(text), RESULT_UNSUPPORTED);
    assert_int_equal(try_lines("chibo-anchors 10\n"), RESULT_UNSUPPORTED);
    assert_int_equal(read_bytes(text, sizeof text - 1, &anchors),
                     RESULT_TRUNCATED);
}

#define HEAD "chibo-anchors 1\norganisation dang-bo.mau\n"
#define LOG HEAD "log m1\n"

static void lines_of_another_form_are_damage(void **state)
{
    static const char *const bad[] = {
        "chibo-anchors 1\n",
        "chibo-anchors 1\nserver " A "\n",
        HEAD "organisation dang-bo.mau\n",
        "chibo-anchors 1\norganisation Mau\n",
        HEAD "\n",
        HEAD "Weather fine\n",
        HEAD " weather\n",
        HEAD "server " A "00\n",
        HEAD "server " A "\nserver " A "\n",
        HEAD "device " A "\n",
        HEAD "device " A " known\n",
        HEAD "device " A " seen twice\n",
        HEAD "device " A " seen\ndevice " A " added\n",
        HEAD "genesis " A "\n",
        HEAD "last 1 " A "\n",
        HEAD "log M1\n",
        LOG "log m1\n",
        LOG "organisation dang-bo.mau\n",
        LOG "device " A " seen\n",
        LOG "server " A "\n",
        LOG "genesis " A "\ngenesis " A "\n",
        LOG "genesis " A "\ngenesis " B "\n",
        LOG "last 1 " A "\nlast 1 " A "\n",
        LOG "last 1 " A "\nlast 2 " A "\n",
        LOG "last 01 " A "\n",
        LOG "last -1 " A "\n",
        LOG "last 9007199254740992 " A "\n",
        LOG "last 1 " A " \n",
        LOG "last 1\n",
        LOG "genesis " A "\nlast 0 " B "\n",
        LOG "signed 1 " A " commit " B "\n",
        LOG "signed 1 " A " - " B " " SIG "\n",
        LOG "signed 1 " A " commit " B " " SIG "\nsigned 2 " A " commit " B
            " " SIG "\n",
        LOG "last 1 " B "\nsigned 1 " A " commit " B " " SIG "\n",
        LOG "checkpoint 10 " A " opened 11 " B " 3 4\n",
        LOG "checkpoint 10 " A " opened 11 " B " 3 4 fine\n",
        LOG "checkpoint 10 " A " opened 10 " B " 3 4 stands\n",
        LOG "checkpoint 10 " A " opened 11 " B " 5 4 stands\n",
        LOG "checkpoint 10 " A " opened 11 " B " 0 4294967296 stands\n",
        LOG "checkpoint 10 " A " opened 11 " B " 3 4 stands\n"
            "checkpoint 10 " A " opened 11 " B " 3 4 stands\n",
        LOG "checkpoint 10 " A " opened 11 " B " 3 4 stands\n"
            "checkpoint 10 " A " opened 11 " B " 3 4 lost\n",
        LOG "checkpoint 10 " A " opened 11 " B " 3 4 stands\n"
            "checkpoint 10 " B " opened 12 " B " 3 4 stands\n",
        LOG "lost 0 9 " A " -\n",
        LOG "lost 10 9 " A " -\n",
        LOG "lost 9 9 " A "\n",
        LOG "lost 9 9 " A " commit " B "\n",
        LOG "alarm open fork 1 " A " - " A " -\n",
        LOG "alarm open fork 1 " A " - " B "\n",
        LOG "alarm fork 1 " A " - " B " -\n",
        LOG "alarm shut fork 1 " A " - " B " -\n",
        LOG "alarm open - 1 " A " - " B " -\n",
        LOG "last 1 " A,
    };

    (void)state;
    assert_int_equal(try_lines(LOG), RESULT_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const enum result result = try_lines(bad[i]);

        if (result != RESULT_CORRUPT && result != RESULT_TRUNCATED)
            fail_msg("%s was read: %s", bad[i], result_text(result));
    }
}

static void the_largest_numbers_are_read(void **state)
{
    (void)state;
    assert_int_equal(try_lines(LOG "last 9007199254740991 " A "\n"
                                   "checkpoint 9007199254740989 " A " closed "
                                   "9007199254740990 " B
                                   " 4294967295 4294967295 stands\n"),
                     RESULT_OK);
}

/* --- Limits --------------------------------------------------------------- */

static void a_line_of_a_later_version_has_a_limit(void **state)
{
    char lines[sizeof HEAD + LIMIT_ANCHOR_LINE_SIZE + 8] = HEAD;
    char *line = &lines[sizeof HEAD - 1];

    (void)state;
    memset(line, 'w', LIMIT_ANCHOR_LINE_SIZE);
    line[1] = ' ';
    line[LIMIT_ANCHOR_LINE_SIZE] = '\n';
    assert_int_equal(try_lines(lines), RESULT_OK);
    line[LIMIT_ANCHOR_LINE_SIZE] = 'w';
    line[LIMIT_ANCHOR_LINE_SIZE + 1] = '\n';
    assert_int_equal(try_lines(lines), RESULT_CORRUPT);
}

static void what_is_larger_than_any_file_is_not_looked_at(void **state)
{
    static const char byte = 'c';
    struct anchors anchors;

    (void)state;
    assert_int_equal(
        anchor_file_parse(
            (struct text_view){ &byte, LIMIT_ANCHOR_FILE_SIZE + (size_t)1 },
            &anchors),
        RESULT_TOO_LARGE);
}

static void ok_or_full(enum result result)
{
    assert_true(result == RESULT_OK || result == RESULT_FULL);
}

/* The longest words and numbers that there are, in every list. */
static void fill_log(struct anchors *anchors, const struct identifier *scope)
{
    static const struct anchor_word word = {
        "periodic-and-more-of-31-letters"
    };
    const uint64_t top = (UINT64_C(1) << 53) - 1;
    const struct anchor_signature by = { .reason = word };
    const struct hash head = sample_head('a', 1);

    for (uint64_t i = 0; i < 40; i++) {
        const struct anchor_side side = { sample_head('b', i), true, by };
        const struct anchor_checkpoint one = { top - 1000, head,
                                               top - i,    head,
                                               word,       UINT32_MAX,
                                               UINT32_MAX, ANCHOR_EVENT_LOST };
        const struct anchor_lost lost = { top - 100, top, side };
        const struct anchor_alarm alarm = {
            true, word, top, { head, true, by }, side
        };

        ok_or_full(anchors_keep_checkpoint(anchors, scope, &one));
        ok_or_full(anchors_keep_lost(anchors, scope, &lost));
        ok_or_full(anchors_add_alarm(anchors, scope, &alarm));
    }
    ok_or_full(anchors_note_genesis(anchors, scope, &head));
    ok_or_full(anchors_note_last(anchors, scope, top, &head));
    ok_or_full(anchors_note_signed(
        anchors, scope,
        &(struct anchor_signed){ .seq = top, .head = head, .by = by }));
}

static void whatever_was_accepted_fits_the_file(void **state)
{
    struct anchors anchors;
    struct anchors again;
    struct identifier scope;
    size_t size = 0;
    char *text = NULL;

    (void)state;
    anchors_init(&anchors, &sample_organisation);
    for (uint64_t i = 0; i < LIMIT_ANCHOR_LOGS; i++) {
        identifier_number(&scope, "hop-voi-mot-ten-rat-rat-dai-so-",
                          100000 + i);
        fill_log(&anchors, &scope);
    }
    /* It is full. */
    assert_true(anchors.logs_count < LIMIT_ANCHOR_LOGS);
    assert_true(anchors.reserved > LIMIT_ANCHOR_FILE_SIZE - 1000);
    text = encoded(&anchors, &size);
    assert_true(size <= anchors.reserved);
    assert_int_equal(read_bytes(text, size, &again), RESULT_OK);
    assert_int_equal(again.logs_count, anchors.logs_count);
    assert_int_equal(again.reserved, anchors.reserved);
    anchors_release(&again);
    anchors_release(&anchors);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_line_is_read),
        cmocka_unit_test(what_was_read_is_written_as_it_was),
        cmocka_unit_test(what_was_written_reads_as_the_same),
        cmocka_unit_test(empty_anchors_are_a_file_too),
        cmocka_unit_test(lines_of_a_log_may_stand_in_another_order),
        cmocka_unit_test(a_receipt_that_is_none_is_damage),
        cmocka_unit_test(lines_of_a_later_version_are_kept_as_they_are),
        cmocka_unit_test(every_truncation_is_told_as_one),
        cmocka_unit_test(every_flipped_byte_is_refused),
        cmocka_unit_test(what_is_no_anchors_file_is_told_so),
        cmocka_unit_test(another_version_is_not_supported_if_it_is_whole),
        cmocka_unit_test(lines_of_another_form_are_damage),
        cmocka_unit_test(the_largest_numbers_are_read),
        cmocka_unit_test(a_line_of_a_later_version_has_a_limit),
        cmocka_unit_test(what_is_larger_than_any_file_is_not_looked_at),
        cmocka_unit_test(whatever_was_accepted_fits_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
