/* Texts as QR codes in the terminal. Any thread. */
#ifndef CLIENT_CLI_CLI_QR_H
#define CLIENT_CLI_CLI_QR_H

#include "protocol/base/result.h"

/*
 * `text` as a QR code in lines of half blocks, for a dark terminal: what is
 * light in the code is drawn. The caller ends `*out` with cli_qr_free().
 * RESULT_TOO_LARGE or RESULT_NO_MEMORY.
 */
MUST_USE enum result cli_qr_draw(const char *text, char **out);
/* Overwrites it first: what it says may be a secret. Takes NULL and returns
 * NULL. */
char *cli_qr_free(char *drawn);

#endif
