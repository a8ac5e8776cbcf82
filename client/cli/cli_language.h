/*
 * Which language the program speaks: Vietnamese or English. Vietnamese unless
 * the environment names another language or it is told; catalogues lie beside
 * the program, in ../share/locale, in a build tree and where it is installed.
 *
 * To be called while the process has one thread.
 */
#ifndef CLIENT_CLI_CLI_LANGUAGE_H
#define CLIENT_CLI_CLI_LANGUAGE_H

#include <stdbool.h>

/* Takes the language of the environment. */
void cli_language_begin(void);
/* "vi" or "en"; false for anything else, nothing is changed then. */
bool cli_language_set(const char *code);
/* "vi" or "en". */
const char *cli_language(void);

#endif
