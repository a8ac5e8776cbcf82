/*
 * A register whose devices have real keys and whose statements are really
 * signed, for tests of those who check them. Every function makes the event
 * that an honest server would write next; the caller applies it, or alters it.
 *
 * Organisation "to-chuc-mau": u1 party organisation, u2 and u3 cells in it, u4
 * a party group of u2. Of u2: m1 leader, m2 deputy, m3 official in group u4, m4
 * a guest; of u3: m7. Site s1 of u2, kept by m2. The key of holder "m1" is
 * author_key("m1"); m4 has none.
 */
#ifndef TESTS_SUPPORT_SIGNED_REGISTER_H
#define TESTS_SUPPORT_SIGNED_REGISTER_H

#include "protocol/meeting/register_state.h"
#include "protocol/record/signing_key.h"
#include "tests/support/log_author.h"

struct signed_register {
    struct register_state *state;
    struct signing_key server;
    struct hash head; /* said of every position; no chain is behind it */
};

/* All of the above, m1 and m2 founding, m3 vouched for by both; a meeting
 * "c1.1" of u2 is called: chair m1, minute-taker m2. */
void signed_register_init(struct signed_register *world);
void signed_register_release(struct signed_register *world);
/* Asserts that the state takes the event. */
void signed_register_apply(struct signed_register *world,
                           struct register_event *event);

#define SIGNED_LABEL "Máy riêng"
#define SIGNED_REASON "Mất máy"

/* The device of key `key` is enrolled for `holder`, by an invitation that is
 * made and applied here. */
struct register_event signed_enrol(struct signed_register *world,
                                   const char *holder, const char *key);
/* `signer` is the name of a key of the same holder. */
struct register_event signed_add(const struct signed_register *world,
                                 const char *holder, const char *key,
                                 const char *signer);
struct register_event signed_vouch(const struct signed_register *world,
                                   const char *holder, const char *key,
                                   const char *by, const char *signer);
/* `signer` NULL: the server. */
struct register_event signed_revoke(const struct signed_register *world,
                                    const char *holder, const char *key,
                                    const char *signer);
/* The first erratum of the meeting, proposed by this member in this role. */
struct register_event signed_erratum(const struct signed_register *world,
                                     const char *member, enum minutes_signer);
/* The same, signed by the other one. */
struct register_event signed_second(const struct signed_register *world,
                                    const char *member, enum minutes_signer);
struct register_event signed_key_change(const struct signed_register *world,
                                        const char *key);

#endif
