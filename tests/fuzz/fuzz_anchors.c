/*
 * Target: the anchors file, and bringing two of them together.
 * Input: one byte, then the file. If the byte is odd the file comes without its
 * last line, and the right sum is added: no fuzzer finds a SHA-256.
 * Holds: what is read can be written, and reads and writes as the same again;
 * it agrees with itself at every position; empty anchors that take it in
 * contradict it nowhere.
 * Planted fault: a checkpoint of another event than the one before it.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/base/limits.h"
#include "protocol/record/anchor_file.h"
#include "protocol/record/anchor_merge.h"
#include "protocol/record/summed_text.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static enum result read_input(const uint8_t *data, size_t size,
                              struct anchors *out)
{
    struct byte_writer writer;
    enum result result = RESULT_OK;

    byte_writer_init(&writer, size + 100);
    byte_writer_bytes(&writer, &data[1], size - 1);
    if (data[0] % 2)
        summed_text_end(&writer);
    require(writer.result == RESULT_OK);
    result = anchor_file_parse(
        (struct text_view){ (const char *)writer.data, writer.size }, out);
    byte_writer_release(&writer);
    return result;
}

static void check_again(const struct anchors *first)
{
    struct anchors second;
    uint8_t *bytes = NULL;
    uint8_t *again = NULL;
    size_t size = 0;
    size_t again_size = 0;

    require(anchor_file_encode(first, &bytes, &size) == RESULT_OK);
    require(size <= first->reserved);
    require(anchor_file_parse((struct text_view){ (char *)bytes, size },
                              &second) == RESULT_OK);
    require(second.reserved == first->reserved);
    require(anchor_file_encode(&second, &again, &again_size) == RESULT_OK);
    require(size == again_size && memcmp(bytes, again, size) == 0);
    anchors_release(&second);
    free(bytes);
    free(again);
}

static void check_positions(const struct anchors *anchors)
{
    for (size_t i = 0; i < anchors->logs_count; i++) {
        const struct anchor_log *log = anchors->logs[i];
        struct anchor_position position;
        size_t cursor = 0;

        require(anchors_find(anchors, &log->scope) == log);
        while (anchor_log_next_position(log, &cursor, &position))
            require(anchor_log_check(log, position.seq, &position.head, NULL) ==
                    ANCHOR_CHECK_AGREES);
    }
}

static void check_merge(const struct anchors *from)
{
    struct anchors into;
    struct anchor_merge merge;

    anchors_init(&into, &from->organisation);
    require(anchors_merge(&into, from, &merge) == RESULT_OK);
    require(merge.contradicting_count == 0 &&
            into.logs_count == from->logs_count);
    for (size_t i = 0; i < from->logs_count; i++) {
        struct anchor_comparison found;

        anchor_logs_compare(anchors_find(&into, &from->logs[i]->scope),
                            from->logs[i], &found);
        require(found.contradiction_count == 0);
    }
    anchors_release(&into);
}

static bool has_late_checkpoint(const struct anchors *anchors)
{
    for (size_t i = 0; i < anchors->logs_count; i++) {
        const struct anchor_log *log = anchors->logs[i];

        for (size_t k = 0; k < log->checkpoints_count; k++)
            if (log->checkpoints[k].upto + 1 != log->checkpoints[k].seq)
                return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct anchors anchors;

    if (size == 0 || read_input(data, size, &anchors) != RESULT_OK)
        return 0;
    check_again(&anchors);
    check_positions(&anchors);
    check_merge(&anchors);
    planted_fault(data, size, has_late_checkpoint(&anchors));
    anchors_release(&anchors);
    return 0;
}
