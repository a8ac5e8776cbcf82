/*
 * Is a peer of whom nothing comes still there? After ten seconds it is asked by
 * a ping, and given up when nothing has come five seconds after that.
 *
 * How long it has been silent the system knows best. Where it does not say,
 * what libwebsockets told us counts: a peer that sends only what we are not
 * told of is asked more often then, and kept all the same.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread.
 */
#ifndef SERVER_NET_SILENCE_WATCH_H
#define SERVER_NET_SILENCE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum { SILENCE_PING_MS = 10000, SILENCE_ANSWER_MS = 5000 };

/* The fields are the module's own. */
struct silence_watch {
    int64_t heard_ms; /* when we were told of anything */
    int64_t asked_ms; /* when a ping went out; 0: none is to be answered */
    int64_t check_ms; /* the next look */
};

enum silence_verdict { SILENCE_OF_NO_MATTER, SILENCE_ASK, SILENCE_END };

void silence_watch_begin(struct silence_watch *watch, int64_t now_ms);
/* Something came. */
void silence_watch_heard(struct silence_watch *watch, int64_t now_ms);
/* Is it time to look? */
bool silence_watch_is_due(const struct silence_watch *watch, int64_t now_ms);
/* A look. `silent_ms`: what the system says; below 0: it does not. */
enum silence_verdict silence_watch_look(struct silence_watch *watch,
                                        int64_t silent_ms, int64_t now_ms);

#endif
