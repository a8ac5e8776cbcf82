/*
 * What is known of the line that one speaker's frames come over: how early the
 * fastest come, and by how much the others are later.
 *
 * The offset of a frame is when it came less its timestamp, both in
 * milliseconds: a number that means nothing by itself, but the lowest of the
 * last ten seconds of speech (the base) is the line at its best, and what
 * others are above it is jitter. Clocks that drift move all offsets alike, and
 * the base with them.
 *
 * The target is the delay above the base that costs least, if 100 ms of delay
 * weigh as much as one frame in a hundred that comes too late. It is drawn
 * from a histogram that forgets in about ten seconds of speech; a frame that
 * was late raises it at once, which wears off within seconds.
 *
 * Pure. One thread.
 */
#ifndef CLIENT_AUDIO_JITTER_LINE_H
#define CLIENT_AUDIO_JITTER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a target, whatever the line is like. */
enum { JITTER_DELAY_MIN_MS = 20, JITTER_DELAY_MAX_MS = 400 };

enum {
    JITTER_LINE_BIN_MS = 5,
    JITTER_LINE_BIN_COUNT = JITTER_DELAY_MAX_MS / JITTER_LINE_BIN_MS,
    JITTER_LINE_BUCKET_COUNT = 10,
};

/* Ready after jitter_line_init(); the fields are the module's own. */
struct jitter_line {
    float weights[JITTER_LINE_BIN_COUNT]; /* sum to about 1 */
    float peak_ms;        /* above the base: what late frames ask for */
    unsigned peak_hold;   /* frames until it begins to wear off */
    unsigned frame_count; /* counted up to the length of memory */
    int64_t histogram_ms; /* the target by the histogram alone */

    bool has_base;
    int64_t base_ms;
    int64_t lowest_ms[JITTER_LINE_BUCKET_COUNT]; /* of frames in a row */
    size_t bucket_count;
    size_t newest; /* bucket */
    unsigned in_newest;
};

/* Nothing is known. */
void jitter_line_init(struct jitter_line *line);
/* The next frame fixes the base anew, be it that the clocks drifted apart in a
 * long silence; what is known of the jitter stays. */
void jitter_line_forget_base(struct jitter_line *line);

/* A frame with this offset came. */
void jitter_line_note(struct jitter_line *line, int64_t offset_ms);
/* It came after its time, too. */
void jitter_line_note_late(struct jitter_line *line, int64_t offset_ms);

bool jitter_line_has_base(const struct jitter_line *line);
/* The lowest offset; only if there is a base. */
int64_t jitter_line_base_ms(const struct jitter_line *line);
/* Above the base, JITTER_DELAY_MIN_MS to JITTER_DELAY_MAX_MS. */
int64_t jitter_line_target_ms(const struct jitter_line *line);

#endif
