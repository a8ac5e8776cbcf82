/*
 * A small organisation for tests of the register: a state, the events that made
 * it, and one call for "this actor wants this now".
 *
 * Units: u1 party organisation, u2 and u3 cells under it, u4 a party group of
 * u2. Members of u2: m1 leader, m2 deputy, m3 official, m4 probationary,
 * m5 guest, m6 upper delegate; of u3: m7 leader. Site s1 of u2, kept by m3.
 * Device n belongs to member n; device 20 to the site.
 */
#ifndef TESTS_SUPPORT_REGISTER_WORLD_H
#define TESTS_SUPPORT_REGISTER_WORLD_H

#include "server/domain/register_rules.h"

enum { WORLD_EVENTS_MAX = 8000 };

struct register_world {
    struct register_state *state;
    const struct ruleset *rules; /* borrowed; at first the base alone */
    int64_t now_ms;
    struct register_event *events; /* what was applied, in order */
    size_t event_count;
    struct register_decision last;
    struct register_decision *kept; /* memory behind `events` */
    size_t kept_count;
};

void register_world_init(struct register_world *world);   /* founded only */
void register_world_settle(struct register_world *world); /* all of the above */
void register_world_release(struct register_world *world);
/* For cmocka: a settled one. */
int register_world_set_up(void **state);
int register_world_tear_down(void **state);

struct identifier id_of(const char *text);
struct sealed text_of(const char *text);
struct key device_key(unsigned number); /* passes key_check() */
struct actor administrator(void);
struct actor holder(const char *id, unsigned device);

/* Decides and applies; what came out is in world->last. */
enum refusal_code register_world_do(struct register_world *world,
                                    struct actor actor,
                                    const struct command *command);
/* Decides only. */
enum refusal_code register_world_ask(struct register_world *world,
                                     struct actor actor,
                                     const struct command *command);
enum refusal_code register_world_enrol(struct register_world *world,
                                       uint8_t token, const char *holder,
                                       unsigned device);
/* What the last refusal says by this name, or "". */
const char *register_world_argument(const struct register_world *world,
                                    const char *name);
/* The last command has made something with this id. */
void assert_made(const struct register_world *world, const char *id);
/* Applies what world->last holds. */
void register_world_apply(struct register_world *world);

struct command add_unit(enum unit_kind kind, const char *parent,
                        const char *name);
struct command add_member(const char *unit, const char *name,
                          enum category category, enum office office);
struct command change_member(const char *member, const char *unit,
                             enum category category, enum office office);
struct command invite(const char *holder, uint8_t token);
struct command schedule(const char *unit, const char *chair, const char *deputy,
                        const char *minute_taker);

/* Are both folds equal in everything but their indexes? */
bool register_states_equal(const struct register_state *a,
                           const struct register_state *b);

#endif
