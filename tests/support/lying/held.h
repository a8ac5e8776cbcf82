/*
 * Requests that the server was to answer and that are kept from it: those of a
 * lie's list "holds". Whoever prompts the lies reads them and says what the
 * peer is answered:
 *
 *   {"id":n,"op":"held"}          → {"re":n,"ok":true,"held":[{"holder","log",
 *                                   "message"},…]}, oldest first
 *   {"id":n,"op":"reply","to":i,"frame":{…}}   to the i-th of them; the number
 *                                 of its request is filled in
 */
#ifndef TESTS_SUPPORT_LYING_HELD_H
#define TESTS_SUPPORT_LYING_HELD_H

#include "tests/support/lying/tap.h"

/* Refers to the message. */
void held_add(struct transport_connection *tap, json_t *message);
/* The connection is gone: its requests stay to be read, and go unanswered. */
void held_end(const struct transport_connection *tap);
/* Takes an operation in; NULL if it is not one of these, else the answer's
 * further fields, which the caller ends. */
json_t *held_take(const json_t *operation);
void held_forget(void);

#endif
