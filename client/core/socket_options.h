/*
 * What a line for speech asks of its socket. The one place under client/core
 * that names a system's own options.
 */
#ifndef CLIENT_CORE_SOCKET_OPTIONS_H
#define CLIENT_CORE_SOCKET_OPTIONS_H

#include "client/line/line_figures.h"

/*
 * Nothing small waits for more to come, nothing stale waits in the kernel, and
 * a connection that does not answer for three seconds is over, so that nothing
 * stale comes out of it (where the system can be told so). Without these the
 * line is slower, not broken: failures are passed over.
 */
void socket_options_for_speech(int fd);
/* Fills in what the system knows; false: nothing, and `*out` is as it was. */
bool socket_options_look(int fd, struct line_figures *out);

#endif
