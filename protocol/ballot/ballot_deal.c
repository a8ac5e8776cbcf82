#include "protocol/ballot/ballot_deal.h"

#include "protocol/ballot/ballot_json.h"

void ballot_deal_write(struct byte_writer *writer,
                       const struct ballot_deal *deal, uint32_t size)
{
    ballot_json_write(writer, "{\"dealing\":");
    byte_writer_text(writer, deal->dealing);
    ballot_json_write(writer, ",\"boxes\":[");
    for (uint32_t i = 0; i < size; i++) {
        if (i > 0)
            ballot_json_write(writer, ",");
        if (deal->boxes[i].size > 0)
            byte_writer_text(writer, deal->boxes[i]);
        else
            ballot_json_write(writer, "\"\"");
    }
    ballot_json_write(writer, "]}");
}

/* An object, whatever is in it. */
static struct text_view object(struct ballot_json *json)
{
    struct text_view value = ballot_json_skip(json);

    if (value.size == 0 || value.data[0] != '{')
        ballot_json_fail(json, BALLOT_FAULT_FIELD);
    return value;
}

enum ballot_fault ballot_deal_read(struct text_view text, uint32_t size,
                                   uint32_t sender, struct ballot_deal *out)
{
    struct ballot_deal deal = { .dealing = { NULL, 0 } };
    struct ballot_json json;
    enum ballot_fault fault;

    if (size > LIMIT_BALLOT_TRUSTEES)
        return BALLOT_FAULT_FIELD;
    ballot_json_init(&json, text);
    ballot_json_object(&json);
    ballot_json_field(&json, "dealing");
    deal.dealing = object(&json);
    ballot_json_field(&json, "boxes");
    ballot_json_array(&json);
    for (uint32_t i = 0; i < size; i++) {
        ballot_json_next_item(&json);
        if (i + 1 == sender)
            ballot_json_exactly(&json, "");
        else
            deal.boxes[i] = object(&json);
    }
    ballot_json_array_end(&json);
    ballot_json_object_end(&json);
    fault = ballot_json_end(&json);
    if (fault == BALLOT_FAULT_NONE)
        *out = deal;
    return fault;
}
