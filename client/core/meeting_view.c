/* What screens ask of a view. */
#include "client/core/client.h"
#include "client/core/log_follower.h"
#include "client/core/text_table.h"

static const struct text_view unknown;

struct text_view meeting_view_text(const struct meeting_view *view,
                                   uint64_t seq, const char *field)
{
    return view->texts ? text_table_find(view->texts, seq, field) : unknown;
}

bool meeting_view_event(const struct meeting_view *view, uint64_t seq,
                        struct text_view *out)
{
    return view->events && log_follower_event(view->events, seq, out);
}

static struct text_view newest(const struct text_table *texts,
                               enum text_subject subject,
                               const struct identifier *id)
{
    return texts ? text_table_newest(texts, subject, id) : unknown;
}

struct text_view meeting_view_name(const struct meeting_view *view,
                                   const struct identifier *id)
{
    return newest(view->texts, TEXT_NAME, id);
}

struct text_view meeting_view_item_title(const struct meeting_view *view,
                                         const struct identifier *item)
{
    return newest(view->texts, TEXT_ITEM, item);
}

struct text_view meeting_view_motion(const struct meeting_view *view,
                                     const struct identifier *vote)
{
    return newest(view->texts, TEXT_MOTION, vote);
}

struct text_view meeting_view_entry_text(const struct meeting_view *view,
                                         const struct identifier *entry)
{
    return newest(view->texts, TEXT_ENTRY, entry);
}

struct text_view meeting_view_register_text(const struct meeting_view *view,
                                            uint64_t seq, const char *field)
{
    return view->register_texts
               ? text_table_find(view->register_texts, seq, field)
               : unknown;
}

struct text_view meeting_view_register_name(const struct meeting_view *view,
                                            const struct identifier *id)
{
    return newest(view->register_texts, TEXT_NAME, id);
}

struct text_view meeting_view_device_label(const struct meeting_view *view,
                                           const struct key *device)
{
    const struct register_device *row =
        view->org ? register_state_device(view->org, device) : NULL;

    return row ? meeting_view_register_text(view, row->enrolled_seq, "label")
               : unknown;
}

bool meeting_view_slot(const struct meeting_view *view, uint16_t *slot)
{
    const struct meeting_device *device =
        view->state
            ? meeting_state_device(view->state, &view->me, &view->device)
            : NULL;

    if (!device || !device->has_slot)
        return false;
    *slot = device->slot;
    return true;
}

static bool sends_under(const struct meeting_holder *holder, uint16_t slot)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        if (holder->devices[i].has_slot && holder->devices[i].slot == slot)
            return true;
    }
    return false;
}

const struct meeting_holder *
meeting_view_sender(const struct meeting_view *view, uint16_t slot)
{
    const struct meeting_state *state = view->state;
    size_t i;

    for (i = 0; state && i < state->person_count; i++) {
        if (sends_under(&state->people[i].holder, slot))
            return &state->people[i].holder;
    }
    for (i = 0; state && i < state->site_count; i++) {
        if (sends_under(&state->sites[i].holder, slot))
            return &state->sites[i].holder;
    }
    return NULL;
}
