/*
 * How long sound needs from the loudspeaker to the microphone and through
 * both: a chirp is played, and looked for in what is captured, by normalised
 * cross-correlation at 12 kHz. Pure.
 */
#ifndef CLIENT_AUDIO_ROUND_TRIP_H
#define CLIENT_AUDIO_ROUND_TRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUND_TRIP_CHIRP_COUNT = 14400 }; /* samples at 48 kHz: 0.3 s */

/* From 300 to 3000 Hz, a quarter of full scale, faded in and out. */
void round_trip_chirp(int16_t out[ROUND_TRIP_CHIRP_COUNT]);

/*
 * Where the chirp begins in `captured`, in samples at 48 kHz, to some 4. False
 * if it is not in there whole, or the memory is missing.
 */
bool round_trip_find(const int16_t *captured, size_t count, size_t *at);

#endif
