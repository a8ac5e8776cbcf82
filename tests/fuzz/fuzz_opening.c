/*
 * Target: openings, and their way into an event.
 * Input: the frame.
 * Holds: an opening that is read can be written, and reads as the same again;
 * it is refused by a field whose commitment is to something else.
 * Planted fault: where a path leads into a list.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/meeting/meeting_event.h"
#include "protocol/wire/event_codec.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_again(const struct opening *first)
{
    struct message_memory memory = { 0 };
    struct opening second;
    char *text = NULL;
    size_t size = 0;

    require(opening_write(first, &text, &size) == RESULT_OK);
    require(opening_parse(text, size, &second, &memory, NULL) == RESULT_OK);
    require(first->seq == second.seq &&
            strcmp(first->field, second.field) == 0 &&
            memcmp(&first->salt, &second.salt, sizeof first->salt) == 0 &&
            text_view_equal(first->value, second.value));
    free(text);
    message_memory_release(&memory);
}

/* Into a genesis with one person of one device. */
static enum result try_opening(const struct opening *opening)
{
    struct roster_device device = { .vouched_by = TEXT_LITERAL("") };
    struct roster_person person = { .devices = { &device, 1 } };
    struct event_genesis body = { .roster = { &person, 1 } };

    return event_opening_apply(meeting_event_schema(EVENT_GENESIS_KIND), &body,
                               TEXT_LITERAL("M1"), opening);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct message_memory memory = { 0 };
    struct opening opening;

    if (opening_parse((const char *)data, size, &opening, &memory, NULL) ==
        RESULT_OK) {
        const enum result result = try_opening(&opening);

        require(result != RESULT_OK);
        check_again(&opening);
        planted_fault(data, size,
                      result == RESULT_REFUSED && strchr(opening.field, '.'));
    }
    message_memory_release(&memory);
    return 0;
}
