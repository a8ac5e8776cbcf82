/*
 * What stands for a value in a help text ("UNIT NAME", "[FILE]"), in the
 * language of who reads it. Any thread.
 */
#ifndef SERVER_CONTROL_HELP_VALUES_H
#define SERVER_CONTROL_HELP_VALUES_H

#include <stddef.h>

/* Each word in capitals through `translate`, the rest as it is; cut where `out`
 * ends. Always NUL-terminated. */
void help_values(const char *values, const char *(*translate)(const char *word),
                 char *out, size_t size);

#endif
