#include "server/audio/voice_budget.h"

#include "protocol/base/limits.h"

#include <stdlib.h>

enum { MS_PER_S = 1000 };

struct voice_budget {
    struct identifier holder;
    int64_t left; /* thousandths of bytes, as of then */
    int64_t at_ms;
};

static const int64_t full = (int64_t)LIMIT_VOICE_BURST * MS_PER_S;

static int64_t left_of(const struct voice_budget *row, int64_t now_ms)
{
    int64_t gained = (now_ms - row->at_ms) * LIMIT_VOICE_SIZE_PER_S;

    return gained < full - row->left ? row->left + gained : full;
}

/* Who has been silent for long is as good as one who never spoke. */
static struct voice_budget *free_row(struct voice_budgets *budgets,
                                     int64_t now_ms)
{
    struct voice_budget *grown;
    size_t i;

    for (i = 0; i < budgets->count; i++)
        if (left_of(&budgets->rows[i], now_ms) == full)
            return &budgets->rows[i];
    grown = realloc(budgets->rows, (budgets->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    budgets->rows = grown;
    return &grown[budgets->count++];
}

static struct voice_budget *row_of(struct voice_budgets *budgets,
                                   const struct identifier *holder, size_t at,
                                   int64_t now_ms)
{
    struct voice_budget *row;
    size_t i;

    if (at < budgets->count &&
        identifier_equal(&budgets->rows[at].holder, holder))
        return &budgets->rows[at];
    for (i = 0; i < budgets->count; i++)
        if (identifier_equal(&budgets->rows[i].holder, holder))
            return &budgets->rows[i];
    row = free_row(budgets, now_ms);
    if (row)
        *row = (struct voice_budget){ *holder, full, now_ms };
    return row;
}

bool voice_budgets_take(struct voice_budgets *budgets,
                        const struct identifier *holder, size_t *at,
                        size_t size, int64_t now_ms)
{
    struct voice_budget *row = row_of(budgets, holder, *at, now_ms);
    int64_t cost = (int64_t)size * MS_PER_S;

    if (!row)
        return false;
    *at = (size_t)(row - budgets->rows);
    row->left = left_of(row, now_ms);
    row->at_ms = now_ms;
    if (row->left < cost)
        return false;
    row->left -= cost;
    return true;
}

void voice_budgets_release(struct voice_budgets *budgets)
{
    free(budgets->rows);
    *budgets = (struct voice_budgets){ NULL, 0 };
}
