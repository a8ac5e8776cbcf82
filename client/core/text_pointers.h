/*
 * Which field holds the newest name of a member, title of an item, and so on:
 * told to a text table by the events that bring them. Pure.
 */
#ifndef CLIENT_CORE_TEXT_POINTERS_H
#define CLIENT_CORE_TEXT_POINTERS_H

#include "client/core/text_table.h"
#include "protocol/meeting/meeting_event.h"
#include "protocol/meeting/register_event.h"

/* The event's sealed fields are in the table already. RESULT_OK or an error of
 * text_table_point(). */
MUST_USE enum result
text_pointers_of_meeting(struct text_table *texts,
                         const struct meeting_event *event);
MUST_USE enum result
text_pointers_of_register(struct text_table *texts,
                          const struct register_event *event);

#endif
