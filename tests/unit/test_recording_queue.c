/* What waits for the writer of a recording, when the disk stands still. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/audio/ogg_mend.h"
#include "server/room/recording_work.h"

#include <stdlib.h>
#include <string.h>

/* One file in memory. */
struct kept {
    uint8_t *bytes;
    size_t size;
};

static enum result append(void *user, const char *name, const void *bytes,
                          size_t size)
{
    struct kept *kept = user;

    (void)name; /* there is one speaker */
    kept->bytes = realloc(kept->bytes, kept->size + size);
    assert_non_null(kept->bytes);
    memcpy(kept->bytes + kept->size, bytes, size);
    kept->size += size;
    return RESULT_OK;
}

static struct recording_id id_of(void)
{
    struct recording_id id = { .number = 1 };

    assert_int_equal(
        identifier_parse(text_view_of("to-chuc-mau.1"), &id.meeting),
        RESULT_OK);
    return id;
}

static struct recording_heard heard_of(uint32_t sequence, uint16_t size)
{
    struct recording_heard heard;

    memset(&heard, 0, sizeof heard);
    assert_int_equal(identifier_parse(text_view_of("m1"), &heard.holder),
                     RESULT_OK);
    heard.slot = 1;
    heard.sequence = sequence;
    heard.timestamp = sequence * 960;
    heard.at_ms = 1000 + sequence * 20;
    heard.size = size;
    return heard;
}

/* Hears frames of this size until there is no place; how many were taken. */
static uint32_t fill(struct recording_writer *writer, uint16_t size)
{
    static const uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE] = { 0x48 };
    uint32_t count = 0;

    for (;;) {
        const struct recording_heard heard = heard_of(count, size);
        const enum result result =
            recording_writer_hear(writer, &heard, payload);

        if (result != RESULT_OK) {
            assert_int_equal(result, RESULT_FULL);
            return count;
        }
        count++;
    }
}

/* What there is no place for is not there in part: the writer would read on
 * behind what it was given. */
static void when_the_disk_stands_still_whole_frames_are_kept(void **state)
{
    uint16_t size;

    (void)state;
    for (size = LIMIT_OPUS_PAYLOAD_SIZE; size > 100; size -= 97) {
        const struct recording_id id = id_of();
        struct kept kept = { .bytes = NULL };
        const struct recording_store store = { .append = append,
                                               .user = &kept };
        struct recording_writer *writer = NULL;
        struct ogg_found found;
        uint32_t count;

        assert_int_equal(
            recording_writer_new(&writer, &id, &store, LIMIT_RECORDING_SIZE),
            RESULT_OK);
        count = fill(writer, size);
        recording_writer_hand_over(writer, 1000 + count * 20, true);
        recording_writer_work(writer);
        assert_int_equal(recording_writer_result(writer), RESULT_OK);
        recording_writer_free(writer);
        assert_int_equal(ogg_mend(kept.bytes, kept.size, &found), RESULT_OK);
        assert_false(found.was_cut);
        assert_int_equal(found.packet_count, count);
        free(kept.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        when_the_disk_stands_still_whole_frames_are_kept) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
