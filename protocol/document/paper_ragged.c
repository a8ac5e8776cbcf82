#include "protocol/document/paper_ragged.h"

bool paper_is_ragged(const struct paper_text *text)
{
    size_t length = 0;

    for (size_t i = 0; i < text->count; i++)
        for (const char *at = text->runs[i].text; *at; at++) {
            const unsigned char byte = (unsigned char)*at;

            if (byte == ' ' || byte == '\n')
                length = 0;
            else if ((byte & 0xC0) != 0x80) /* not within a code point */
                length++;
            if (length > PAPER_LONG_WORD)
                return true;
        }
    return false;
}
