/*
 * The translations of this build, for tests of what people are told: they lie
 * beside the folder of the test's program. One thread.
 */
#ifndef TESTS_SUPPORT_BUILT_CATALOGUE_H
#define TESTS_SUPPORT_BUILT_CATALOGUE_H

/* A set-up of a group of tests: 0, or -1 where there is none. */
int built_catalogue_find(void **state);

/* From now on "vi" or "en"; fails the running test if that cannot be. */
void built_catalogue_speak(const char *language);

#endif
