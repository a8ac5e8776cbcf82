/*
 * A stream that folds what a program writes to a terminal, line by line, as
 * fold_list() does. What goes elsewhere, to a file or another program, stays as
 * it is written. One thread at a time, as any stream.
 */
#ifndef PROTOCOL_PROGRAM_FOLDING_STREAM_H
#define PROTOCOL_PROGRAM_FOLDING_STREAM_H

#include <stdio.h>

/*
 * A stream onto a terminal, which stays the caller's: NULL if `fd` is none, or
 * memory is out. `mode` as setvbuf(3) takes it: _IOLBF or _IONBF. A line with
 * control characters, as a bar that is drawn over itself, is not folded, nor is
 * one that begins as an object of JSON. The width is asked for with each line:
 * it may change.
 */
FILE *folding_stream_new(int fd, int mode);

/* From now on stdout and stderr are such streams, each where it is a terminal.
 * Before there are threads. */
void folding_stream_begin(void);

#endif
