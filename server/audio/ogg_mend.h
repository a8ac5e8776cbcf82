/*
 * A file of ogg_opus.h as it is found on a disk: what is in it, and how it is
 * ended where its writer was stopped in the midst. Only the end of such a file
 * can be torn, because it is only ever added to: what follows the last whole
 * page is cut off, and that page is marked as the last. Pure; any thread.
 */
#ifndef SERVER_AUDIO_OGG_MEND_H
#define SERVER_AUDIO_OGG_MEND_H

#include "server/audio/ogg_opus.h"

struct ogg_found {
    size_t size;  /* bytes that stay */
    bool was_cut; /* it was not ended, or something followed its end */
    uint64_t sample_count, packet_count, filled_count;
};

/*
 * Looks through the bytes, and changes those of the last whole page if it has
 * to be marked. RESULT_MALFORMED (it does not begin as such a file does),
 * RESULT_NOT_FOUND (no packet of sound is in it) or RESULT_NO_MEMORY.
 */
MUST_USE enum result ogg_mend(uint8_t *bytes, size_t size,
                              struct ogg_found *out);

/* The text of a comment in the header; false: there is none, or it is longer
 * than `capacity` with its NUL. */
bool ogg_find_comment(const uint8_t *bytes, size_t size, const char *key,
                      char *out, size_t capacity);

#endif
