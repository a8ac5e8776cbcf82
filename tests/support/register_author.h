/*
 * The register behind log_author.h's meeting as an honest server writes it:
 * exact events, openings, signed statements, each over the head before it.
 *
 * Cell u2 of u1 in "to-chuc-mau": m1, m2, m4 official, m9 a guest. The device
 * of "m1" has the key author_key("m1"), and so on; another device of m4 is
 * given by another name. The functions add to a log_author whose scope is the
 * organisation and return the newest text.
 */
#ifndef TESTS_SUPPORT_REGISTER_AUTHOR_H
#define TESTS_SUPPORT_REGISTER_AUTHOR_H

#include "tests/support/log_author.h"

/* An empty register; ended with log_author_release(). */
void register_author_init(struct log_author *author);

/* All of the above, each with one device, and the call for AUTHOR_MEETING:
 * events 0 to REGISTER_CALLED - 1. */
void register_author_call_meeting(struct log_author *author);
enum { REGISTER_CALLED = 16 };
/* The meeting's genesis is made when the register had its newest event. */
void register_author_point(const struct log_author *author,
                           struct log_author *meeting);

#define REGISTER_LABEL "Máy riêng"
/* A device is enrolled by an invitation that is made here: two events. */
const char *register_author_enrol(struct log_author *author, const char *holder,
                                  const char *key);
/* `signer` names a key of the same holder. */
const char *register_author_add(struct log_author *author, const char *holder,
                                const char *key, const char *signer);
/* The device of the member `by`, by his name, vouches. */
const char *register_author_vouch(struct log_author *author, const char *holder,
                                  const char *key, const char *by);
/* By the server. */
const char *register_author_revoke(struct log_author *author,
                                   const char *holder, const char *key);
const char *register_author_add_unit(struct log_author *author,
                                     const char *unit);
/* The meeting began, and ended, with these heads. */
const char *register_author_began(struct log_author *author,
                                  const struct hash *head);
const char *register_author_ended(struct log_author *author, uint64_t final_seq,
                                  const struct hash *head);
const char *register_author_restored(struct log_author *author,
                                     uint64_t lost_seq);

#endif
