#include "protocol/wire/succession_codec.h"

#include "protocol/wire/json_read.h"

/* Integers of JSON are exact up to here. */
static const uint64_t number_max = (UINT64_C(1) << 53) - 1;

static json_t *encode_step(const struct succession_step *step)
{
    char from[HEX_SIZE(KEY_SIZE)];
    char to[HEX_SIZE(KEY_SIZE)];
    char head[HEX_SIZE(HASH_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(step->from.bytes, KEY_SIZE, from);
    hex_encode(step->to.bytes, KEY_SIZE, to);
    hex_encode(step->head.bytes, HASH_SIZE, head);
    hex_encode(step->sig.bytes, SIGNATURE_SIZE, sig);
    return json_pack("{s:s, s:s, s:I, s:s, s:s}", "server", from, "new", to,
                     "seen", (json_int_t)step->seen, "head", head, "sig", sig);
}

json_t *succession_encode(const struct succession *succession)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < succession->count; i++)
        if (json_array_append_new(list, encode_step(&succession->steps[i])) !=
            0) {
            json_decref(list);
            list = NULL;
        }
    return list;
}

static bool decode_step(const json_t *object, struct succession_step *out)
{
    return json_read_number(object, "seen", &out->seen) &&
           out->seen <= number_max &&
           json_read_hex(object, "server", out->from.bytes, KEY_SIZE) &&
           json_read_hex(object, "new", out->to.bytes, KEY_SIZE) &&
           json_read_hex(object, "head", out->head.bytes, HASH_SIZE) &&
           json_read_hex(object, "sig", out->sig.bytes, SIGNATURE_SIZE);
}

enum result succession_decode(const json_t *list, struct succession *out)
{
    const size_t count = json_array_size(list);

    if ((list && !json_is_array(list)) || count > LIMIT_SUCCESSION_STEPS)
        return RESULT_MALFORMED;
    for (size_t i = 0; i < count; i++)
        if (!decode_step(json_array_get(list, i), &out->steps[i]))
            return RESULT_MALFORMED;
    out->count = count;
    return RESULT_OK;
}
