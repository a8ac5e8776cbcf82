/* How many files and sockets the process may have open. */
#ifndef SERVER_PLATFORM_DESCRIPTOR_LIMIT_H
#define SERVER_PLATFORM_DESCRIPTOR_LIMIT_H

#include <stddef.h>

/*
 * Sets the soft limit to `wanted`, or to the hard limit where that is lower.
 * Returns the limit now in force (tables are sized by it, so a limit far above
 * the need is lowered). Loop thread, at start.
 */
size_t descriptor_limit_set(size_t wanted);

#endif
