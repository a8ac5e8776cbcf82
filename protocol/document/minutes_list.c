#include "protocol/document/minutes_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_MARK = 0x1e, TEXT_MARK = 0x1f };

void minutes_list_put(struct byte_writer *out, enum minutes_row kind,
                      uint64_t number, const char *text)
{
    char head[32];

    if (strstr(text, MINUTES_LIST_WITHHELD))
        return;
    text += strspn(text, " ");
    if ((text[0] == '-' || text[0] == '+') && text[1] == ' ')
        text += 2;
    (void)snprintf(head, sizeof head, "%c%c%" PRIu64 "%c", ROW_MARK, (int)kind,
                   number, TEXT_MARK);
    byte_writer_text(out, text_view_of(head));
    for (; *text; text++)
        byte_writer_u8(out, (unsigned char)*text < ' ' && *text != '\n'
                                ? ' '
                                : (uint8_t)*text);
}

bool minutes_list_next(const char *list, size_t size, size_t *at,
                       struct minutes_list_row *out)
{
    const char *row = list + *at;
    const char *end, *text;

    if (*at + 3 > size)
        return false;
    text = memchr(row, TEXT_MARK, size - *at);
    if (!text)
        return false;
    text++;
    end = memchr(text, ROW_MARK, size - (size_t)(text - list));
    if (!end)
        end = list + size;
    *out = (struct minutes_list_row){ .kind = (enum minutes_row)row[1],
                                      .number = strtoull(row + 2, NULL, 10),
                                      .text = text,
                                      .size = (size_t)(end - text) };
    *at = (size_t)(end - list);
    return true;
}
