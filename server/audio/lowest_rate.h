/*
 * The lowest rate that listeners ask of those who speak to them. Nobody is
 * asked for the sake of a line of their own, so the lowest one of somebody else
 * is kept as well. Whoever is only a guest at a meeting may ask for less than
 * everybody else is heard well at, but gets LIMIT_GUEST_RATE_MIN. Pure.
 */
#ifndef SERVER_AUDIO_LOWEST_RATE_H
#define SERVER_AUDIO_LOWEST_RATE_H

#include <stdbool.h>

/* Zeroed: nobody asks. Holders are compared, never looked into. */
struct lowest_rate {
    const void *holder;
    unsigned rate;   /* of this one; 0: nobody asks */
    unsigned second; /* of anybody else */
};

/* A listener asks for so many bits a second; 0: for nothing. */
void lowest_rate_note(struct lowest_rate *lowest, const void *holder,
                      unsigned rate, bool is_guest);
/* What this one is asked for, 0: for nothing. */
unsigned lowest_rate_for(const struct lowest_rate *lowest, const void *holder);

#endif
