/*
 * What the parts of the anchors share: anchors.c holds and asks,
 * anchors_change.c adds and takes back. For these two only.
 */
#ifndef PROTOCOL_RECORD_ANCHORS_INTERNAL_H
#define PROTOCOL_RECORD_ANCHORS_INTERNAL_H

#include "protocol/record/anchors.h"

/*
 * Bytes that the lines of the file take at most: numbers of 20 digits, words of
 * 31 letters. They are reserved when something is added, so that what was
 * accepted can always be written, and the lines of a log that change later
 * always find their place.
 */
enum {
    FILE_RESERVE = 256, /* first lines and sum */
    DEVICE_RESERVE = 96,
    LOG_RESERVE = 576, /* log, genesis, signed, last */
    CHECKPOINT_RESERVE = 256,
    LOST_RESERVE = 352,
    ALARM_RESERVE = 672,
    RECEIPT_RESERVE = 512
};

/* Room for so many elements; NULL, with nothing changed, without memory. */
void *anchors_grown(void *items, size_t needed, size_t *capacity, size_t size);
/* Does a line of so many bytes fit the file? */
bool anchors_have_room(const struct anchors *anchors, size_t bytes);

struct anchor_log *anchors_find_log(const struct anchors *anchors,
                                    const struct identifier *scope);
/* Finds the log, or takes it up: RESULT_INVALID, RESULT_FULL, RESULT_NO_MEMORY.
 */
MUST_USE enum result anchors_take_log(struct anchors *anchors,
                                      const struct identifier *scope,
                                      struct anchor_log **out);
/* Gives `result`. A log that was taken up for what then failed goes again. */
MUST_USE enum result anchors_settle(struct anchors *anchors,
                                    struct anchor_log *log, enum result result);

/* NULL if it is not known. */
struct anchor_device *anchors_find_device(const struct anchors *anchors,
                                          const struct key *device);

bool anchors_is_word(const struct anchor_word *word);
bool anchors_is_at(uint64_t a_seq, const struct hash *a, uint64_t b_seq,
                   const struct hash *b);
bool anchors_contradicts(const struct anchor_log *log, uint64_t seq,
                         const struct hash *head);

#endif
