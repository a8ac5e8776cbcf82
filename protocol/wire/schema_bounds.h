/*
 * Bounds that decoder, encoder and the codec of events share: what one writes,
 * the other must read.
 */
#ifndef PROTOCOL_WIRE_SCHEMA_BOUNDS_H
#define PROTOCOL_WIRE_SCHEMA_BOUNDS_H

#include "protocol/base/limits.h"
#include "protocol/wire/field.h"

/* 2^53-1: the largest integer that every JSON reader keeps exactly. */
#define WIRE_NUMBER_MAX INT64_C(9007199254740991)

/* Short sealed texts are names and titles, long ones are prose. */
static inline bool sealed_is_multi_line(uint64_t length_max)
{
    return length_max > LIMIT_TITLE_LENGTH;
}

static inline size_t items_count_max(const struct field *field)
{
    return field->max ? (size_t)field->max : LIMIT_ITEMS;
}

#endif
