#include "protocol/record/summed_text.h"

#include "protocol/base/text_fields.h"
#include "protocol/record/digest.h"

enum { SUM_LINE_SIZE = 4 + 2 * HASH_SIZE + 1 };

void summed_text_end(struct byte_writer *writer)
{
    char digits[HEX_SIZE(HASH_SIZE)];
    struct hash sum;

    if (writer->result)
        return;
    sum = digest_sha256(writer->data, writer->size);
    hex_encode(sum.bytes, HASH_SIZE, digits);
    byte_writer_text(writer, TEXT_LITERAL("sum "));
    byte_writer_text(writer, text_view_of(digits));
    byte_writer_text(writer, TEXT_LITERAL("\n"));
}

enum result summed_text_check(struct text_view *text)
{
    struct text_view rest;
    struct text_view line;
    struct text_fields fields;
    struct hash told;
    struct hash sum;
    size_t body = 0;

    if (text->size < SUM_LINE_SIZE)
        return RESULT_TRUNCATED;
    body = text->size - SUM_LINE_SIZE;
    rest = (struct text_view){ &text->data[body], SUM_LINE_SIZE };
    if ((body && text->data[body - 1] != '\n') ||
        !text_cut(&rest, '\n', &line) || rest.size)
        return RESULT_TRUNCATED;
    text_fields_init(&fields, line);
    if (!text_view_is(text_fields_next(&fields), "sum"))
        return RESULT_TRUNCATED;
    text_fields_hex(&fields, told.bytes, HASH_SIZE);
    if (!text_fields_end(&fields))
        return RESULT_TRUNCATED;
    sum = digest_sha256(text->data, body);
    if (!hash_equal(&sum, &told))
        return RESULT_CORRUPT;
    text->size = body;
    return RESULT_OK;
}
