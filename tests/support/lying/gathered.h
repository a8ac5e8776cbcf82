/*
 * Records of party groups that the server gathers with other numbers than
 * theirs when it is told to, over the administrator's socket:
 * {"id":n,"op":"lie","gathered":{"official_came":n,"yes":n}}, until it is told
 * the truth again; yes is of the first vote. The linker puts this in the place
 * of meeting_rules_gather (--wrap in the Makefile).
 */
#ifndef TESTS_SUPPORT_LYING_GATHERED_H
#define TESTS_SUPPORT_LYING_GATHERED_H

#include <jansson.h>

/* Loop thread; `numbers` may be NULL: they are told as they are. */
void gathered_set(json_t *numbers);

#endif
