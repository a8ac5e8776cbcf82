/*
 * A whole meeting in one thread: the real rooms of the server on a store in
 * memory, real client engines with their journals, and between them lines that
 * delay, break and come back half open. Clock, chance and commits belong to
 * the test; a seed plays the same meeting again.
 *
 * Members m1 (chair), m2 (deputy), m3 (minute-taker), m4 to m8, a probationary
 * one and a guest, and the site s1: each enrols one device by an invitation.
 */
#ifndef TESTS_SUPPORT_SIMULATION_H
#define TESTS_SUPPORT_SIMULATION_H

#include "protocol/base/identifier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct simulation;

/* What may go wrong, each in events per thousand steps. */
struct simulation_faults {
    unsigned cuts;           /* a line breaks, messages under way are lost */
    unsigned client_crashes; /* a client's process ends and starts again */
    unsigned server_crashes; /* the machine: what is not committed is lost */
    unsigned store_failures; /* a commit fails */
    unsigned slow_commits;   /* steps without a commit, in a row of up to 50 */
};

/* Everyone is enrolled and in the open meeting, over good lines. */
struct simulation *simulation_new(uint64_t seed);
struct simulation *simulation_free(struct simulation *sim);

/* Plays the meeting on: everybody does what comes to mind. */
void simulation_run(struct simulation *sim, size_t steps,
                    const struct simulation_faults *faults);
/*
 * Good lines again: everyone who may comes back in, everything asked is
 * answered, everything decided is committed and delivered. False if that does
 * not come about.
 */
bool simulation_settle(struct simulation *sim);

/* One holder does one thing, in the form of client_command(). */
void simulation_command(struct simulation *sim, const char *holder,
                        const char *json);

/* What did not agree, in words; "" if everything did. Valid until the next
 * call. After simulation_settle(). */
const char *simulation_disagreement(struct simulation *sim);

/* --- planted faults ------------------------------------------------------ */
/* From now on one event on its way to one client is altered. `what` is a text
 * in it and `with` one of the same length: once, for the first event of the
 * wire name `ev` that holds `what`. */
void simulation_alter(struct simulation *sim, const char *ev, const char *what,
                      const char *with);
bool simulation_was_altered(const struct simulation *sim);
/* Rooms tell their events before they are committed. */
void simulation_release_early(struct simulation *sim);

/* --- looking ------------------------------------------------------------- */
size_t simulation_alarms(const struct simulation *sim);
uint64_t simulation_event_count(const struct simulation *sim);
size_t simulation_commands_done(const struct simulation *sim);
size_t simulation_reconnections(const struct simulation *sim);
/* The head that the device of this holder has verified. */
struct hash simulation_head_of(const struct simulation *sim,
                               const char *holder);
/* Does this device know a text that only members may know? */
bool simulation_knows_chat(const struct simulation *sim, const char *holder);
/* Verifies the meeting's log from its events alone, as if every opening were
 * gone; with `flip` below the event count one bit of that event is changed. */
bool simulation_log_verifies(const struct simulation *sim, uint64_t flip);

#endif
