#include "client/cli/cli_room.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

bool cli_room_should_tell(struct cli_room *room,
                          const struct identifier *holder, int64_t now_ms)
{
    for (size_t i = 0; i < room->count; i++) {
        if (!identifier_equal(&room->of[i].holder, holder))
            continue;
        if (room->of[i].is_ignored ||
            now_ms - room->of[i].told_ms < CLI_ROOM_AGAIN_MS)
            return false;
        room->of[i].told_ms = now_ms;
        return true;
    }
    if (room->count == CLI_ROOM_MAX)
        return false;
    room->of[room->count].holder = *holder;
    room->of[room->count].told_ms = now_ms;
    room->of[room->count].is_ignored = false;
    room->count++;
    return true;
}

bool cli_room_ignore(struct cli_room *room)
{
    for (size_t i = 0; i < room->count; i++)
        room->of[i].is_ignored = true;
    return room->count > 0;
}

bool cli_room_note_round_trip(struct cli_room *room, int64_t round_trip_ms)
{
    if (round_trip_ms <= 0 ||
        (room->round_trip_ms > 0 && round_trip_ms >= room->round_trip_ms))
        return false;
    room->round_trip_ms = round_trip_ms;
    return true;
}

bool cli_room_is_site(const struct meeting_view *view,
                      const struct identifier *holder)
{
    return (view->state && meeting_state_site(view->state, holder)) ||
           (view->org && register_state_site(view->org, holder));
}

void cli_room_write(const struct meeting_view *view,
                    const struct identifier *holder, FILE *out)
{
    const struct cli_who who = cli_who(view, holder);

    if (identifier_equal(holder, &view->me))
        (void)fputs(_("Another device of yours is in this meeting, in the same "
                      "room: leave the microphone and the loudspeaker of one "
                      "of them on, or they will howl."),
                    out);
    else if (cli_room_is_site(view, holder))
        (void)fprintf(out,
                      _("You are in the same room as %s: let the device of the "
                        "hall hear and speak, and switch microphone and "
                        "loudspeaker of this one off, or they will howl."),
                      who.text);
    else if (cli_room_is_site(view, &view->me))
        (void)fprintf(out,
                      _("In this hall %s has a device switched on: let the "
                        "device of the hall hear and speak, and ask for that "
                        "one to be silent, or they will howl."),
                      who.text);
    else
        (void)fprintf(out,
                      _("You and %s are in the same room: only one device "
                        "there should have its microphone and its loudspeaker "
                        "on, or they will howl."),
                      who.text);
}
