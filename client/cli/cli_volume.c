#include "client/cli/cli_volume.h"

#include "client/cli/cli_text.h"

static struct cli_volume *find(struct cli_volumes *volumes,
                               const struct identifier *holder)
{
    for (size_t i = 0; i < volumes->count; i++)
        if (identifier_equal(&volumes->of[i].holder, holder))
            return &volumes->of[i];
    return NULL;
}

unsigned cli_volume_of(const struct cli_volumes *volumes,
                       const struct identifier *holder)
{
    for (size_t i = 0; i < volumes->count; i++)
        if (identifier_equal(&volumes->of[i].holder, holder))
            return volumes->of[i].percent;
    return CLI_VOLUME_USUAL;
}

enum result cli_volume_set(struct cli_volumes *volumes,
                           const struct identifier *holder, unsigned percent)
{
    struct cli_volume *found = find(volumes, holder);

    if (percent > CLI_VOLUME_MAX)
        return RESULT_INVALID;
    if (percent == CLI_VOLUME_USUAL) {
        if (found)
            *found = volumes->of[--volumes->count];
        return RESULT_OK;
    }
    if (!found && volumes->count == LIMIT_VOICE_GAINS)
        return RESULT_FULL;
    if (!found)
        found = &volumes->of[volumes->count++];
    *found = (struct cli_volume){ *holder, percent };
    return RESULT_OK;
}

json_t *cli_volumes_json(const struct cli_volumes *volumes)
{
    json_t *object = json_object();

    for (size_t i = 0; object && i < volumes->count; i++)
        if (json_object_set_new(object, volumes->of[i].holder.text,
                                json_integer(volumes->of[i].percent)) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

bool cli_volumes_read(const json_t *object, struct cli_volumes *out)
{
    struct cli_volumes read = { .count = 0 };
    const char *name;
    json_t *value;

    if (object && !json_is_object(object))
        return false;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        struct identifier holder;
        const json_int_t percent = json_integer_value(value);

        if (!json_is_integer(value) || percent < 0 ||
            percent > CLI_VOLUME_MAX ||
            identifier_parse(text_view_of(name), &holder) != RESULT_OK ||
            cli_volume_set(&read, &holder, (unsigned)percent) != RESULT_OK)
            return false;
    }
    *out = read;
    return true;
}

/* A device that was here before has its slot still, and may come back. */
static void add_devices(const struct meeting_holder *holder, unsigned percent,
                        struct cli_slot_gains *out)
{
    for (size_t i = 0; i < holder->device_count; i++) {
        if (!holder->devices[i].has_slot || out->count == LIMIT_VOICE_GAINS)
            continue;
        out->of[out->count++] =
            (struct cli_slot_gain){ holder->devices[i].slot,
                                    (float)percent / CLI_VOLUME_USUAL };
    }
}

void cli_volumes_slots(const struct cli_volumes *volumes,
                       const struct meeting_view *view,
                       struct cli_slot_gains *out)
{
    out->count = 0;
    for (size_t i = 0; view->state && i < volumes->count; i++) {
        const struct meeting_holder *holder =
            meeting_state_holder(view->state, &volumes->of[i].holder);

        if (holder)
            add_devices(holder, volumes->of[i].percent, out);
    }
}

bool cli_slot_gains_equal(const struct cli_slot_gains *a,
                          const struct cli_slot_gains *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->of[i].slot != b->of[i].slot || a->of[i].gain != b->of[i].gain)
            return false;
    return true;
}

void cli_volume_write(unsigned percent, FILE *out)
{
    if (percent == 0)
        (void)fputs(_(", not heard by you"), out);
    else if (percent != CLI_VOLUME_USUAL)
        (void)fprintf(out, _(", loudness %u %%"), percent);
}
