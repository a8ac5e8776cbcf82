/*
 * The steps that can be taken about a line (line_ladder.h says which and when),
 * what each of them asks for and costs, and what the user may choose himself.
 *
 * Constants; any thread.
 */
#ifndef CLIENT_LINE_LINE_SETTING_H
#define CLIENT_LINE_LINE_SETTING_H

#include "protocol/line/line_wish.h"

#include <stdbool.h>

enum line_step {
    LINE_PLAIN,
    LINE_PAIRED,
    LINE_SLIM,
    LINE_ROUGH,
    LINE_ROUGHER,
    LINE_THIN,
    LINE_NARROW,
    LINE_STEPS
};

/* What the user has chosen. */
enum line_choice {
    LINE_BY_ITSELF, /* as the line asks for */
    LINE_KEEP_PLAIN,
    LINE_KEEP_ROUGH,
    LINE_KEEP_NARROW,
};

/* "auto", "plain", "rough", "narrow"; false: it is none of these. */
bool line_choice_of(const char *word, enum line_choice *out);
const char *line_choice_word(enum line_choice choice);

/* What a step is. */
struct line_setting {
    struct line_wish wish;
    unsigned rate;     /* of our own codec, bits a second */
    unsigned frame_ms; /* at this rate */
    unsigned floor_ms; /* what a listener waits at least */
    unsigned load;     /* bits a second of one speaker, with all headers */
};
const struct line_setting *line_setting(enum line_step step);
/* Frames of so many ms suit this rate. */
unsigned line_frame_ms(unsigned rate);

#endif
