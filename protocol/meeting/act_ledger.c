#include "protocol/meeting/act_ledger.h"

#include "protocol/meeting/act_check.h"

#include <stdlib.h>
#include <string.h>

struct act_ledger_slot {
    struct key device;
    uint64_t request; /* 0: free; requests count from 1 */
};

enum { CAPACITY_MIN = 64 };

enum { KINDS_PER_WORD = 64 };
_Static_assert(MEETING_EVENT_COUNT <= ACT_LEDGER_KIND_WORDS * KINDS_PER_WORD,
               "a kind is a bit of `kinds`");

void act_ledger_release(struct act_ledger *ledger)
{
    free(ledger->slots);
    *ledger = (struct act_ledger){ .slots = NULL };
}

/* Keys are as good as random: their own bytes are the hash. */
static struct act_ledger_slot *slot_of(struct act_ledger_slot *slots,
                                       size_t capacity,
                                       const struct key *device,
                                       uint64_t request)
{
    uint64_t start;
    size_t i;

    memcpy(&start, device->bytes, sizeof start);
    i = (size_t)(start + request * UINT64_C(0x9e3779b97f4a7c15)) &
        (capacity - 1);
    while (slots[i].request != 0 && !(slots[i].request == request &&
                                      key_equal(&slots[i].device, device)))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static bool grow(struct act_ledger *ledger)
{
    const size_t capacity =
        ledger->capacity ? 2 * ledger->capacity : CAPACITY_MIN;
    struct act_ledger_slot *slots = calloc(capacity, sizeof *slots);
    size_t i;

    if (!slots)
        return false;
    for (i = 0; i < ledger->capacity; i++) {
        const struct act_ledger_slot *old = &ledger->slots[i];

        if (old->request != 0)
            *slot_of(slots, capacity, &old->device, old->request) = *old;
    }
    free(ledger->slots);
    ledger->slots = slots;
    ledger->capacity = capacity;
    return true;
}

static enum result note(struct act_ledger *ledger, const struct act *act)
{
    struct act_ledger_slot *slot;

    if (act->request == 0)
        return RESULT_REFUSED;
    if (2 * (ledger->count + 1) > ledger->capacity && !grow(ledger))
        return RESULT_NO_MEMORY;
    slot = slot_of(ledger->slots, ledger->capacity, &act->device, act->request);
    if (slot->request != 0)
        return RESULT_REFUSED;
    *slot = (struct act_ledger_slot){ act->device, act->request };
    ledger->count++;
    return RESULT_OK;
}

static bool is_current(const struct act_ledger_current *current,
                       const struct act *act)
{
    return current->is_under_way && current->request == act->request &&
           key_equal(&current->device, &act->device) &&
           memcmp(current->sig.bytes, act->sig.bytes, SIGNATURE_SIZE) == 0;
}

/* What one command does several times: admit_all admits many, and closing sets
 * a task for each deadline. Every other event happens once. */
static bool may_repeat(const struct meeting_event *event, const struct act *act)
{
    return event->kind == EVENT_ADMITTED_KIND ||
           (event->kind == EVENT_TASK_SET_KIND &&
            command_op_of(act->op) == OP_CLOSE_MEETING);
}

enum result act_ledger_take(struct act_ledger *ledger,
                            const struct meeting_event *event, bool *is_new)
{
    struct act_ledger_current *current = &ledger->current;
    const struct act *act = act_of_event(event);
    const struct act *second = second_act_of_event(event);
    const uint64_t kind = UINT64_C(1) << event->kind % KINDS_PER_WORD;
    uint64_t *const kinds = &current->kinds[event->kind / KINDS_PER_WORD];
    enum result result;

    if (!act || !act->is_present)
        return RESULT_OK;
    if (is_current(current, act)) {
        if (*kinds & kind && !may_repeat(event, act))
            return RESULT_REFUSED;
        *kinds |= kind;
        if (is_new)
            *is_new = false;
        return RESULT_OK;
    }
    result = note(ledger, act);
    if (result == RESULT_OK && second)
        result = note(ledger, second);
    if (result != RESULT_OK)
        return result;
    *current = (struct act_ledger_current){ .is_under_way = true,
                                            .device = act->device,
                                            .request = act->request,
                                            .sig = act->sig };
    *kinds = kind;
    if (is_new)
        *is_new = true;
    return RESULT_OK;
}
