/*
 * What a line for speech asks of its socket. The one place under client/core
 * that names a system's own options.
 */
#ifndef CLIENT_CORE_SOCKET_OPTIONS_H
#define CLIENT_CORE_SOCKET_OPTIONS_H

#include "client/line/line_figures.h"
#include "protocol/line/line_patience.h"

/*
 * Nothing small waits for more to come, and nothing stale waits in the kernel
 * (where the system can be told so). Without these the line is slower, not
 * broken: failures are passed over.
 */
void socket_options_for_speech(int fd);
/*
 * A connection that goes unanswered for as long as its line asks for is over,
 * so that nothing stale comes out of it; to be called about once a second.
 * Where the system says nothing of the line that is LIMIT_LANE_SILENCE_MS;
 * failures are passed over as above.
 */
void socket_options_be_patient(int fd, struct line_patience *patience,
                               int64_t now_ms);
/* Fills in what the system knows; false: nothing, and `*out` is as it was. */
bool socket_options_look(int fd, struct line_figures *out);

#endif
