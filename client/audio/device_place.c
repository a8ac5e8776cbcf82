#include "client/audio/device_place.h"

#include <string.h>

/* True if it was elsewhere. */
static bool go(struct device_place *place, const char *name)
{
    const bool is_elsewhere =
        strncmp(place->at, name, sizeof place->at - 1) != 0;
    const size_t size = strnlen(name, sizeof place->at - 1);

    memcpy(place->at, name, size);
    place->at[size] = '\0';
    return is_elsewhere;
}

bool device_place_on_chosen(struct device_place *place, const char *name,
                            enum audio_change_kind *out)
{
    const bool is_news = place->is_strayed || place->is_absent;

    (void)go(place, name);
    place->is_strayed = false;
    place->is_absent = false;
    *out = AUDIO_RETURNED;
    return is_news;
}

bool device_place_on_default(struct device_place *place, const char *name,
                             enum audio_change_kind why,
                             enum audio_change_kind *out)
{
    const bool is_first = place->at[0] == '\0' && !place->is_absent;
    const bool is_elsewhere = go(place, name);

    place->is_absent = false;
    place->is_strayed = place->is_chosen;
    *out = place->is_chosen ? why : AUDIO_MOVED;
    return is_elsewhere && (place->is_chosen || !is_first);
}

bool device_place_nowhere(struct device_place *place,
                          enum audio_change_kind why,
                          enum audio_change_kind *out)
{
    const bool is_news = !place->is_absent;

    place->at[0] = '\0';
    place->is_absent = true;
    place->is_strayed = place->is_chosen;
    *out = why;
    return is_news;
}

bool device_place_is_nowhere(const struct audio_change *change)
{
    return change->kind == AUDIO_MISSING ||
           ((change->kind == AUDIO_BUSY || change->kind == AUDIO_UNFIT) &&
            change->name[0] == '\0');
}
