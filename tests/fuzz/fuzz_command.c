/*
 * Target: command_decode(), a whole request with its envelope and act.
 * Input: the text of the request.
 * Holds: a request that is read can be written, and reads as the same again;
 * the terms of its act can be worked out, or are refused, without harm.
 * Planted fault: where the error lies inside the act.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/meeting/command.h"
#include "tests/support/message_filler.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_again(const struct command *first)
{
    struct message_memory memory = { 0 };
    struct command second;

    require(command_encode(first, &memory.root) == RESULT_OK);
    require(command_decode(memory.root, &second, &memory, NULL) == RESULT_OK);
    require(first->op == second.op && first->request == second.request &&
            identifier_equal(&first->log, &second.log) &&
            first->act.is_present == second.act.is_present);
    require(message_equal(command_schema(first->op), &first->body, &second.body,
                          true));
    message_memory_release(&memory);
}

static void check_terms(const struct command *command)
{
    char *subject = NULL;
    char *value = NULL;

    if (command_act_terms(command, &subject, &value) == RESULT_OK)
        require(subject && value);
    free(subject);
    free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct message_memory memory = { 0 };
    struct field_error error = { "", "" };
    struct command command;

    if (message_parse((const char *)data, size, &memory.root) == RESULT_OK) {
        if (command_decode(memory.root, &command, &memory, &error) ==
            RESULT_OK) {
            check_again(&command);
            check_terms(&command);
        }
        planted_fault(data, size, strncmp(error.path, "act.", 4) == 0);
    }
    message_memory_release(&memory);
    return 0;
}
