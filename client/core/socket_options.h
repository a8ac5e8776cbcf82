/*
 * What a line for speech asks of its socket. The one place under client/core
 * that names a system's own options.
 */
#ifndef CLIENT_CORE_SOCKET_OPTIONS_H
#define CLIENT_CORE_SOCKET_OPTIONS_H

/*
 * Nothing small waits for more to come, and nothing stale waits in the kernel
 * (where the system can be told so). Without these the line is slower, not
 * broken: failures are passed over.
 */
void socket_options_for_speech(int fd);

#endif
