/*
 * Target: succession_decode() and succession_verify().
 * Input: the text of a message whose "succession" is the list, and whose
 * "server" is the key that it should end at.
 * Holds: what is decoded encodes and decodes to the same again; a succession
 * that verifies has the server's key, and each of its keys once.
 * Planted fault: a step that has seen nothing but the founding.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/wire/field.h"
#include "protocol/wire/succession_codec.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_again(const struct succession *first)
{
    struct succession second;
    json_t *list = succession_encode(first);

    require(list != NULL);
    require(succession_decode(list, &second) == RESULT_OK);
    require(second.count == first->count);
    for (size_t i = 0; i < first->count; i++) {
        const struct succession_step *a = &first->steps[i];
        const struct succession_step *b = &second.steps[i];

        require(key_equal(&a->from, &b->from) && key_equal(&a->to, &b->to) &&
                a->seen == b->seen && hash_equal(&a->head, &b->head) &&
                memcmp(a->sig.bytes, b->sig.bytes, SIGNATURE_SIZE) == 0);
    }
    json_decref(list);
}

static void check_chain(const struct succession *chain,
                        const struct key *server)
{
    require(chain->count <= LIMIT_SUCCESSION_STEPS);
    require(succession_has(chain, server, server));
    for (size_t i = 0; i < chain->count; i++) {
        require(succession_has(chain, server, &chain->steps[i].from));
        for (size_t k = i; k < chain->count; k++)
            require(!key_equal(&chain->steps[i].from, &chain->steps[k].to));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct succession chain;
    struct key server = { { 0 } };
    json_t *root = NULL;
    const char *hex;
    enum result result;

    if (message_parse((const char *)data, size, &root) != RESULT_OK)
        return 0;
    hex = json_string_value(json_object_get(root, "server"));
    result = succession_decode(json_object_get(root, "succession"), &chain);
    if (result == RESULT_OK && hex &&
        hex_decode(text_view_of(hex), server.bytes, KEY_SIZE) == RESULT_OK) {
        check_again(&chain);
        if (succession_verify(&chain, TEXT_LITERAL("dbmau"), &server) ==
            RESULT_OK)
            check_chain(&chain, &server);
        planted_fault(data, size, chain.count > 0 && chain.steps[0].seen == 0);
    }
    json_decref(root);
    return 0;
}
