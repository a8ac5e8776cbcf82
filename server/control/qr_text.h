/* Texts as QR codes in the terminal. */
#ifndef SERVER_CONTROL_QR_TEXT_H
#define SERVER_CONTROL_QR_TEXT_H

#include "protocol/base/result.h"

/*
 * `text` as a QR code in lines of half blocks, for a dark terminal: what is
 * light in the code is drawn. The caller ends `*out` with free().
 * RESULT_TOO_LARGE or RESULT_NO_MEMORY.
 */
MUST_USE enum result qr_text(const char *text, char **out);

#endif
