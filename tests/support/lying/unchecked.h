/*
 * Checks of ballots that the server leaves out when it is told to, over the
 * administrator's socket: {"id":n,"op":"lie","unchecked":[name,…]}, until it is
 * told the truth again. The linker puts this in the place of the functions of
 * these names (--wrap in the Makefile).
 */
#ifndef TESTS_SUPPORT_LYING_UNCHECKED_H
#define TESTS_SUPPORT_LYING_UNCHECKED_H

#include <jansson.h>

/* Loop thread; `names` may be NULL: everything is checked. */
void unchecked_set(const json_t *names);

#endif
