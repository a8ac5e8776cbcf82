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

/* What a topic of the help says; translated; NULL: it is none. */
const char *cli_usage_help(const char *topic);

/* Whose part of the list is shown, as bits, beside that of everybody. */
enum { CLI_USAGE_LEADING = 1, CLI_USAGE_ENTERING = 2 };
/* A topic, or the lines of a command; else the list, all of it for "all". */
void cli_usage_show(const char *topic, unsigned roles, FILE *out);
/*
 * The lines of the command that has these plain words, ended by NULL; false,
 * and nothing is written, if no text tells of it.
 */
bool cli_usage_write(const char *const *words, FILE *out);
/* Commands that begin like what was typed, "" if none: "/left, /lower". */
void cli_usage_like(const char *typed, char *out, size_t size);

#endif
