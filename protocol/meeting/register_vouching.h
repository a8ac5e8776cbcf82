/*
 * The changes that vouching makes, for register_state_apply() and for nobody
 * else; the questions about it are among those of register_state.h.
 */
#ifndef PROTOCOL_MEETING_REGISTER_VOUCHING_H
#define PROTOCOL_MEETING_REGISTER_VOUCHING_H

#include "protocol/meeting/register_state.h"

/*
 * `signer` vouches for `device`: both of this state, live, with nothing against
 * it by register_state_vouch_refusal(). RESULT_OK or RESULT_NO_MEMORY.
 */
MUST_USE enum result register_vouch(struct register_state *state,
                                    struct register_device *signer,
                                    struct register_device *device);

/* A vouched device of the same holder has added it. */
void register_vouch_own(struct register_device *device);

#endif
