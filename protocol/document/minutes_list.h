/*
 * The course of a meeting as a list of rows instead of text: what stands where,
 * told by the same code as the plain-text minutes. A row is a byte 1E, its
 * kind, a number, a byte 1F and its text, which has neither. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_LIST_H
#define PROTOCOL_DOCUMENT_MINUTES_LIST_H

#include "protocol/base/byte_writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum minutes_row {
    MINUTES_ROW_FACT = 'f',  /* number: the event that it is from */
    MINUTES_ROW_ENTRY = 'e', /* place among the state's entries; its text */
    MINUTES_ROW_VOTE = 'v',  /* among its votes; how it was decided */
    MINUTES_ROW_ITEM = 'i'   /* among its items, or their count: of none */
};

/* Stands for a text that has no opening; a row with it is not put. */
#define MINUTES_LIST_WITHHELD "\035"

struct minutes_list_row {
    enum minutes_row kind;
    uint64_t number;
    const char *text; /* `size` bytes, within the list */
    size_t size;
};

/* Without the blanks and the mark ("- ", "+ ") at the text's beginning; control
 * characters but line feeds become blanks. Failure is in out->result. */
void minutes_list_put(struct byte_writer *out, enum minutes_row kind,
                      uint64_t number, const char *text);
/* False at the end. `*at`: 0 at first. */
bool minutes_list_next(const char *list, size_t size, size_t *at,
                       struct minutes_list_row *out);

#endif
