#include "server/room/room_pace.h"

#include "protocol/base/limits.h"

#include <stdlib.h>

/* When all that was said would have been said at the sustained pace. */
struct pace_row {
    struct identifier holder;
    int64_t due_ms;
};

static struct pace_row *row_of(const struct room_pace *pace,
                               const struct identifier *holder)
{
    size_t i;

    for (i = 0; i < pace->count; i++)
        if (identifier_equal(&pace->rows[i].holder, holder))
            return &pace->rows[i];
    return NULL;
}

void room_pace_release(struct room_pace *pace)
{
    free(pace->rows);
    *pace = (struct room_pace){ NULL, 0 };
}

int64_t room_pace_wait_ms(const struct room_pace *pace,
                          const struct identifier *holder, int64_t now_ms,
                          int64_t interval_ms)
{
    const struct pace_row *row = row_of(pace, holder);
    const int64_t ahead_ms = (LIMIT_TALK_BURST - 1) * interval_ms;

    return row && row->due_ms - now_ms > ahead_ms
               ? row->due_ms - now_ms - ahead_ms
               : 0;
}

/* A row of somebody whose time is over is as good as a new one. */
static struct pace_row *free_row(struct room_pace *pace, int64_t now_ms)
{
    struct pace_row *grown;
    size_t i;

    for (i = 0; i < pace->count; i++)
        if (pace->rows[i].due_ms <= now_ms)
            return &pace->rows[i];
    grown = realloc(pace->rows, (pace->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    pace->rows = grown;
    return &grown[pace->count++];
}

enum result room_pace_take(struct room_pace *pace,
                           const struct identifier *holder, int64_t now_ms,
                           int64_t interval_ms)
{
    struct pace_row *row = row_of(pace, holder);

    if (!row) {
        row = free_row(pace, now_ms);
        if (!row)
            return RESULT_NO_MEMORY;
        *row = (struct pace_row){ *holder, now_ms };
    }
    if (row->due_ms < now_ms)
        row->due_ms = now_ms;
    row->due_ms += interval_ms;
    return RESULT_OK;
}
