/* What the peer says, on its way to the session. */
#include "tests/support/lying/held.h"
#include "tests/support/lying/json_path.h"
#include "tests/support/lying/lies.h"
#include "tests/support/lying/must.h"
#include "tests/support/lying/tap.h"

#include <stdlib.h>
#include <string.h>

static void answer_ok(struct transport_connection *tap, const json_t *message)
{
    tap_send(tap, json_pack("{s:O, s:b}", "re", json_object_get(message, "id"),
                            "ok", 1));
}

static void remember(struct transport_connection *tap, const json_t *message)
{
    struct tap_request *request =
        &tap->requests[tap->request_count++ % TAP_REQUESTS];

    free(request->log);
    request->id = (uint64_t)json_integer_value(json_object_get(message, "id"));
    request->log = strdup(json_text(message, "log"));
    must(request->log);
}

static void set_holder(struct transport_connection *tap, const char *holder)
{
    free(tap->holder);
    tap->holder = strdup(holder);
    must(tap->holder);
}

/* The session sends everything from the beginning: where the peer stands in the
 * false history is known here only. */
static json_t *join(struct transport_connection *tap, json_t *message,
                    const struct lie *lie)
{
    const char *log = json_text(message, "log");
    const json_t *from = json_object_get(message, "from");
    struct tap_log *stand = tap_log(tap, log);
    json_t *passed;

    stand->from = stand->cursor = (uint64_t)json_integer_value(from);
    if (!lie || lie_denies(lie))
        return json_incref(message);
    passed = json_copy(message);
    must(passed && json_object_set_new(passed, "from", json_integer(0)) == 0);
    (void)json_object_del(passed, "head");
    (void)json_object_del(passed, "signed");
    return passed;
}

/* A signature over a false head is of no use to the room. */
static bool is_useful(const json_t *message, const struct lie *lie)
{
    const json_t *seq = json_object_get(message, "seq");

    return false_log_is_true_at(lie->history,
                                (uint64_t)json_integer_value(seq));
}

/* What the administrator prompts; false: it is for the server. */
static bool is_prompt(struct transport_connection *tap, json_t *message)
{
    json_t *more = held_take(message);

    if (!more && !lies_take(message))
        return false;
    if (more)
        must(json_object_set(more, "re", json_object_get(message, "id")) == 0 &&
             json_object_set_new(more, "ok", json_true()) == 0);
    if (more)
        tap_send(tap, more);
    else
        answer_ok(tap, message);
    return true;
}

json_t *heard(struct transport_connection *tap, json_t *message)
{
    const char *op = json_text(message, "op");
    const struct lie *lie = lies_find(json_text(message, "log"), tap->holder);

    if (tap->is_administrator && is_prompt(tap, message))
        return NULL;
    remember(tap, message);
    if (strcmp(op, "login") == 0)
        set_holder(tap, json_text(message, "member"));
    if (strcmp(op, "join") == 0)
        return join(tap, message, lie);
    if (lie && lie_holds(lie, op)) {
        held_add(tap, message);
        return NULL;
    }
    if (lie && (lie_swallows(lie, op) ||
                (strcmp(op, "checkpoint") == 0 && !is_useful(message, lie)))) {
        answer_ok(tap, message);
        return NULL;
    }
    return json_incref(message);
}
