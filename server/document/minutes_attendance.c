/* From which seats people took part, and by what leave. */
#include "server/document/minutes_parts.h"

void minutes_tell_seats(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    const struct meeting_attendance *attendance = &facts->state->attendance;

    if (attendance->is_content_open)
        minutes_say(
            writing, PHRASE_DECLARED,
            minutes_clock(writing, attendance->declared_ms).text,
            minutes_comrade(writing, facts, &attendance->declared_by).text);
}
