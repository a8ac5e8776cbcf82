/*
 * The register's small organisation, for tests of whose devices these are:
 * devices, their vouches, and what a fold of the same log makes of an event.
 * Devices are numbers, as in register_world.h. Everything asserts that it is
 * accepted unless it gives a code.
 */
#ifndef TESTS_SUPPORT_VOUCHING_WORLD_H
#define TESTS_SUPPORT_VOUCHING_WORLD_H

#include "tests/support/register_world.h"

/* One more device of this holder, enrolled by a link. */
void world_enrol(struct register_world *world, const char *holder_id,
                 unsigned device);
/* A new member of this cell. */
void world_enlist(struct register_world *world, const char *unit,
                  enum category category);
void world_become(struct register_world *world, const char *member,
                  const char *unit, enum category category);
/* By the administrator. */
void world_revoke(struct register_world *world, unsigned device);
/* NULL if there is none. */
const struct register_device *world_device(const struct register_world *world,
                                           unsigned device);

struct command vouch_for(const char *holder_id, unsigned device);
struct command add_key(struct key key);
/* "1>2": device 1 vouches for device 2, each in the name of its holder. */
enum refusal_code world_vouch(struct register_world *world, unsigned signer,
                              unsigned device);
/* Vouches in their order: "1>2 2>1". */
void world_vouch_all(struct register_world *world, const char *vouches);

struct identifier world_begin_meeting(struct register_world *world,
                                      const char *unit, const char *chair,
                                      const char *minute_taker);
void world_end_meeting(struct register_world *world,
                       const struct identifier *meeting);
/* The cell u2 has met: its founding is over. */
void world_hold_meeting(struct register_world *world);

/* The event that add_device or vouch_device would have made, decided or not. */
struct register_event world_event_of(const struct actor *actor,
                                     const struct command *command);
/* A second fold of the whole log; the caller frees it. */
struct register_state *world_replay(const struct register_world *world);
/* How a fold of the log takes one event more. */
enum result world_fold(const struct register_world *world,
                       struct register_event event);
/* Decides add_device or vouch_device, and asserts that a fold takes what is
 * let through, and nothing else. */
enum refusal_code world_ask_both(struct register_world *world,
                                 struct actor actor,
                                 const struct command *command);

#endif
