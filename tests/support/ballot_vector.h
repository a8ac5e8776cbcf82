/*
 * The sample elections of tests/vectors/ballot/, and other files that are read
 * whole. A file that is missing fails the test that asks; nothing is skipped.
 * Tests run from the root of the project.
 */
#ifndef TESTS_SUPPORT_BALLOT_VECTOR_H
#define TESTS_SUPPORT_BALLOT_VECTOR_H

#include "protocol/base/text.h"

/* tests/vectors/ballot/NAME; the caller ends its data with free(). NUL stands
 * behind it. */
struct text_view ballot_vector_load(const char *name);

#endif
