/*
 * What the commands are, and how they are typed: the whole list, a topic of it,
 * or the lines about one command, all taken from the same translated texts.
 * Main thread.
 */
#ifndef CLIENT_CLI_CLI_USAGE_H
#define CLIENT_CLI_CLI_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The whole list, or about the `topic` that was typed; translated. */
const char *cli_usage_help(const char *topic);
/* The same, and of a command its own lines where it is no topic. */
void cli_usage_show(const char *topic, FILE *out);
/*
 * The lines of the command that has these plain words, ended by NULL; false,
 * and nothing is written, if no text tells of it.
 */
bool cli_usage_write(const char *const *words, FILE *out);
/* Commands that begin like what was typed, "" if none: "/left, /lower". */
void cli_usage_like(const char *typed, char *out, size_t size);

#endif
