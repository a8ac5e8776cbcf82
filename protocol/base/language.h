/* Which of the two languages people want. Pure; any thread. */
#ifndef PROTOCOL_BASE_LANGUAGE_H
#define PROTOCOL_BASE_LANGUAGE_H

/* The value of an environment variable, NULL if it is not set: getenv(3). */
typedef char *language_variable_fn(const char *name);

/*
 * "vi", unless the first variable that is set, in the order of gettext(3),
 * names another language: then "en". "C" and "POSIX", with or without a
 * character set, name none.
 */
const char *language_wanted(language_variable_fn *variable);

#endif
