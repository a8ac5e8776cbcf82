/*
 * Target: a whole record as chibo-verify reads it.
 * Input: the log, its openings and the register's log, with a byte 0x1e between
 * them; those left out were not given.
 * Holds: the same record gets the same verdict; a record that is not invalid is
 * as long as its lines, its findings can be written as JSON, and every part of
 * it that begins with its first event is not invalid either.
 * Planted fault: an event that stands in the place of another.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/verify/verify_json.h"
#include "protocol/verify/verify_run.h"

#include <stdlib.h>
#include <string.h>

enum { SEPARATOR = 0x1e };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Cuts off what lies before the next separator; false if nothing is left. */
static bool cut(struct text_view *rest, struct text_view *out)
{
    const char *end;

    if (!rest->data)
        return false;
    end = memchr(rest->data, SEPARATOR, rest->size);
    out->data = rest->data;
    out->size = end ? (size_t)(end - rest->data) : rest->size;
    rest->size -= out->size + (end ? 1 : 0);
    rest->data = end ? end + 1 : NULL;
    return true;
}

static struct verify_input read_input(const char *data, size_t size)
{
    struct text_view rest = { data, size };
    struct verify_input input = { .log = { NULL, 0 } };

    if (cut(&rest, &input.log) && cut(&rest, &input.openings))
        (void)cut(&rest, &input.registry);
    return input;
}

static void check_again(const struct verify_input *input,
                        const struct verify_findings *first)
{
    struct verify_findings second;

    require(verify_run(input, &second) == RESULT_OK);
    require(second.verdict == first->verdict && second.gaps == first->gaps);
    require(second.failure.fault == first->failure.fault &&
            second.failure.seq == first->failure.seq &&
            second.failure.line == first->failure.line);
    verify_findings_release(&second);
}

/* The last line goes: what is left is a record still. */
static void check_part(const struct verify_input *input, size_t count)
{
    struct verify_input part = { .log = input->log };
    struct verify_findings findings;

    if (count < 2)
        return;
    part.log.size--;
    while (part.log.data[part.log.size - 1] != '\n')
        part.log.size--;
    require(verify_run(&part, &findings) == RESULT_OK);
    require(findings.verdict != VERIFY_INVALID);
    require(findings.history.count == count - 1);
    verify_findings_release(&findings);
}

static size_t count_lines(struct text_view text)
{
    size_t i, count = 0;

    for (i = 0; i < text.size; i++)
        count += text.data[i] == '\n';
    return count;
}

static void check_valid(const struct verify_input *input,
                        const struct verify_findings *findings)
{
    const struct verify_history *history = &findings->history;

    require(history->heads && history->count == count_lines(input->log));
    require(findings->is_register ||
            findings->meeting.state->next_seq == history->count);
    check_part(input, history->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy that ends where it ends, for the sanitizer. */
    char *copy = malloc(size ? size : 1);
    struct verify_input input;
    struct verify_findings findings;
    json_t *json;

    require(copy != NULL);
    memcpy(copy, data, size);
    input = read_input(copy, size);
    if (verify_run(&input, &findings) == RESULT_OK) {
        const bool is_valid = findings.verdict != VERIFY_INVALID;

        json = verify_json(&findings);
        require(json != NULL);
        json_decref(json);
        check_again(&input, &findings);
        if (is_valid)
            check_valid(&input, &findings);
        planted_fault(data, size, findings.failure.fault == VERIFY_FAULT_SEQ);
    }
    verify_findings_release(&findings);
    free(copy);
    return 0;
}
