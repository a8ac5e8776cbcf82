/*
 * Each signed act is used once. A device never gives two commands of one log
 * the same request id, so an act that comes a second time was taken from
 * elsewhere in the log. One command may bring about several events, which carry
 * the same act and follow each other. Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_ACT_LEDGER_H
#define PROTOCOL_MEETING_ACT_LEDGER_H

#include "protocol/meeting/meeting_event.h"

struct act_ledger_slot;
enum { ACT_LEDGER_KIND_WORDS = 3 };

/* Zero-initialised is empty. */
struct act_ledger {
    struct act_ledger_slot *slots; /* owned */
    size_t capacity;               /* 0 or a power of two */
    size_t count;
    struct act_ledger_current { /* the command under way */
        bool is_under_way;
        struct key device;
        uint64_t request;
        struct signature sig;
        /* Of the events that carry it, as bits. */
        uint64_t kinds[ACT_LEDGER_KIND_WORDS];
    } current;
};

void act_ledger_release(struct act_ledger *ledger);

/*
 * Takes the acts of the next event. `*is_new` (which may be NULL) becomes true
 * if a command begins here. RESULT_REFUSED: this device used the request id for
 * another command, or the command made this event already; RESULT_NO_MEMORY.
 * Events without an act are passed over.
 */
MUST_USE enum result act_ledger_take(struct act_ledger *ledger,
                                     const struct meeting_event *event,
                                     bool *is_new);

#endif
