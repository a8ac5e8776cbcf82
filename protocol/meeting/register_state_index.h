/*
 * How register_state*.c finds a row among thousands: one open hash table for
 * each kind of row, from a key's bytes to the row's place in its array. Rows
 * are only ever added. Nobody else includes this header.
 */
#ifndef PROTOCOL_MEETING_REGISTER_STATE_INDEX_H
#define PROTOCOL_MEETING_REGISTER_STATE_INDEX_H

#include "protocol/meeting/register_state.h"

struct register_slot {
    uint32_t hash;
    uint32_t place; /* place in the array plus one; 0: free */
};
struct register_slots {
    struct register_slot *slots; /* owned */
    size_t capacity;             /* 0 or a power of two */
    size_t count;
};

struct register_index {
    struct register_slots units, members, sites, devices, invitations, tokens,
        meetings;
    size_t unit_capacity, member_capacity, site_capacity, device_capacity,
        invitation_capacity, meeting_capacity, move_capacity, pairing_capacity,
        server_key_capacity;
};

/* Is the row at `place` the one with this key? */
typedef bool (*register_match_fn)(const struct register_state *state,
                                  size_t place, const void *key);

uint32_t register_hash_bytes(const void *bytes, size_t size);
uint32_t register_hash_id(const struct identifier *id);

/* True and `*place` if a row matches. */
bool register_slots_find(const struct register_slots *slots, uint32_t hash,
                         register_match_fn match,
                         const struct register_state *state, const void *key,
                         size_t *place);
/* The caller has seen that no row matches. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result register_slots_add(struct register_slots *slots,
                                        uint32_t hash, size_t place);
void register_slots_release(struct register_slots *slots);

/* Has `signer` vouched for `device` in the founding of a cell? */
bool register_state_has_pairing(const struct register_state *state,
                                const struct key *signer,
                                const struct key *device);

/*
 * Makes room for one row more: the array itself, a larger one in its place, or
 * NULL (the array is then as it was).
 */
void *register_grow(void *array, size_t *capacity, size_t count, size_t size);

#endif
