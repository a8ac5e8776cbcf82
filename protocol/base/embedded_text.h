/*
 * A file of the source tree inside the program, as a string: the assembler
 * takes it in as it is, so that it stays a file that other tools can read.
 * Paths are seen from the root, where make runs; the object is made to depend
 * on the file in the Makefile.
 */
#ifndef PROTOCOL_BASE_EMBEDDED_TEXT_H
#define PROTOCOL_BASE_EMBEDDED_TEXT_H

/* To be looked at as a text: text_view_of(). */
#include "protocol/base/text.h"

#define EMBED_TEXT(symbol, path)                                               \
    __asm__(".pushsection .rodata\n" #symbol ":\n"                             \
            ".incbin \"" path "\"\n"                                           \
            ".byte 0\n"                                                        \
            ".popsection\n");                                                  \
    extern const char symbol[]

#endif
