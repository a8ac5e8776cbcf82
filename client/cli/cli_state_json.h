/*
 * The folded state of a meeting as JSON, for scripts and tests.
 */
#ifndef CLIENT_CLI_CLI_STATE_JSON_H
#define CLIENT_CLI_CLI_STATE_JSON_H

#include "client/core/client.h"

#include <jansson.h>

/*
 * {"phase","head","next","digest","people":[…],…}: what the log says, with the
 * texts that this device knows. "digest" is the SHA-256 of the part that does
 * not depend on the device: two clients at the same head have the same digest,
 * whatever was opened to them. A new reference, NULL when memory is out.
 */
json_t *cli_state_json(const struct meeting_view *view);

#endif
