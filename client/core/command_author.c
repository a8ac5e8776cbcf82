#include "client/core/command_author.h"

#include "protocol/record/commitment.h"

#include <stdlib.h>
#include <string.h>

/* --- One normal form ----------------------------------------------------- */

static enum result text_copy(const json_t *value, json_t **out)
{
    struct text_view text = { json_string_value(value),
                              json_string_length(value) };
    char *normal = NULL;
    enum result result = text_to_nfc(text, &normal);

    if (result)
        return result;
    *out = json_string(normal);
    free(normal);
    return *out ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result array_copy(const json_t *value, json_t **out)
{
    json_t *copy = json_array();
    enum result result = copy ? RESULT_OK : RESULT_NO_MEMORY;
    size_t i;

    for (i = 0; i < json_array_size(value) && !result; i++) {
        json_t *element = NULL;

        result = json_to_nfc(json_array_get(value, i), &element);
        if (!result && json_array_append_new(copy, element))
            result = RESULT_NO_MEMORY;
    }
    if (result)
        json_decref(copy);
    else
        *out = copy;
    return result;
}

static enum result object_copy(const json_t *value, json_t **out)
{
    json_t *copy = json_object(), *member;
    enum result result = copy ? RESULT_OK : RESULT_NO_MEMORY;
    const char *name;

    /* The iteration changes nothing; jansson's macro wants no const. */
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        json_t *element = NULL;

        if (result)
            break;
        result = json_to_nfc(member, &element);
        if (!result && json_object_set_new(copy, name, element))
            result = RESULT_NO_MEMORY;
    }
    if (result)
        json_decref(copy);
    else
        *out = copy;
    return result;
}

enum result json_to_nfc(const json_t *value, json_t **out)
{
    if (json_is_string(value))
        return text_copy(value, out);
    if (json_is_array(value))
        return array_copy(value, out);
    if (json_is_object(value))
        return object_copy(value, out);
    *out = json_deep_copy(value);
    return *out ? RESULT_OK : RESULT_NO_MEMORY;
}

/* --- Sealing ------------------------------------------------------------- */

struct sealing {
    const struct identifier *scope;
    const struct client_entropy *entropy;
};

static enum result seal(const char *path, struct sealed *sealed,
                        enum audience audience, uint64_t length_max, void *user)
{
    const struct sealing *sealing = user;
    struct salt salt;
    enum result result;

    (void)audience;
    (void)length_max;
    if (sealed->is_authored)
        return RESULT_OK;
    if (!sealed->has_value)
        sealed->value = TEXT_LITERAL("");
    result = sealing->entropy->fill(sealing->entropy->user, salt.bytes,
                                    sizeof salt.bytes);
    if (result)
        return result;
    sealed->commitment =
        commitment_of(identifier_view(sealing->scope), text_view_of(path),
                      &salt, sealed->value);
    memcpy(sealed->salt, salt.bytes, sizeof sealed->salt);
    sealed->has_value = true;
    sealed->is_authored = true;
    return RESULT_OK;
}

/* What stands for a field that the user did not name: a vote is on a
 * resolution, an entry of the minutes a note about no item. */
static const struct {
    enum command_op op;
    const char *field;
    const char *word; /* NULL: the number 0 */
} defaults[] = {
    { OP_START_VOTE, "matter", "resolution" },
    { OP_WRITE_ENTRY, "item", "" },
    { OP_WRITE_ENTRY, "kind", "" },
    { OP_WRITE_ENTRY, "member", "" },
    { OP_WRITE_ENTRY, "behind", NULL },
};

static int add_defaults(json_t *object)
{
    const char *op = json_string_value(json_object_get(object, "op"));
    size_t i;

    for (i = 0; op && i < sizeof defaults / sizeof defaults[0]; i++)
        if (strcmp(op, command_name(defaults[i].op)) == 0 &&
            !json_object_get(object, defaults[i].field) &&
            json_object_set_new(object, defaults[i].field,
                                defaults[i].word ? json_string(defaults[i].word)
                                                 : json_integer(0)))
            return -1;
    return 0;
}

static enum result complete(const json_t *input, uint64_t id,
                            const struct identifier *log, json_t **out)
{
    json_t *object = json_copy((json_t *)(uintptr_t)input);

    if (!object)
        return RESULT_NO_MEMORY;
    if (json_object_set_new(object, "id", json_integer((json_int_t)id)) ||
        json_object_set_new(object, "log", json_string(log->text)) ||
        add_defaults(object)) {
        json_decref(object);
        return RESULT_NO_MEMORY;
    }
    *out = object;
    return RESULT_OK;
}

enum result command_author(const json_t *input, uint64_t id,
                           const struct identifier *log,
                           const struct client_entropy *entropy, json_t **out,
                           struct field_error *error)
{
    const struct sealing sealing = { log, entropy };
    struct message_memory memory = { NULL, NULL, 0 };
    struct command command;
    json_t *object = NULL;
    enum result result = complete(input, id, log, &object);

    if (result)
        return result;
    result = command_decode(object, &command, &memory, error);
    if (!result && command_is_signed(command.op))
        result = schema_visit_sealed(command_schema(command.op), &command.body,
                                     seal, (void *)(uintptr_t)&sealing);
    if (!result)
        result = command_encode(&command, out);
    message_memory_release(&memory);
    json_decref(object);
    return result;
}

/* --- Signing ------------------------------------------------------------- */

static enum result sign_act(struct command *command,
                            const struct command_signer *signer)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    command->act.is_present = true;
    command->act.seen = signer->seen.seq;
    command->act.head = signer->seen.head;
    result =
        command_statement(command, &signer->holder, &signer->key->public_key,
                          signer->ballot, &bytes, &size);
    if (!result)
        result = statement_sign(signer->key, bytes, size, &command->act.sig);
    free(bytes);
    return result;
}

enum result command_sign(const json_t *authored,
                         const struct command_signer *signer, char **text,
                         size_t *size)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct command command;
    json_t *object = NULL;
    enum result result = command_decode(authored, &command, &memory, NULL);

    if (!result)
        result = sign_act(&command, signer);
    if (!result)
        result = command_encode(&command, &object);
    if (!result)
        result = message_text(object, text, size);
    json_decref(object);
    message_memory_release(&memory);
    return result;
}
