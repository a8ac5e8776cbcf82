/*
 * chibod that lets minutes be presented which it did not draw: whoever verifies
 * a record has to find out that they say something else than the log.
 */
#include "server/chibod.h"
#include "server/room/room_types.h"

bool __wrap_minutes_are_drawn(const struct room *room,
                              const struct command *command);

bool __wrap_minutes_are_drawn(const struct room *room,
                              const struct command *command)
{
    (void)room;
    (void)command;
    return true;
}

int main(int argument_count, char **arguments)
{
    static const struct chibod_faults none;

    return chibod_main(argument_count, arguments, &none);
}
