/* What the session says, on its way to the peer. */
#include "server/platform/log.h"
#include "tests/support/lying/event_book.h"
#include "tests/support/lying/json_path.h"
#include "tests/support/lying/lies.h"
#include "tests/support/lying/must.h"
#include "tests/support/lying/server_word.h"
#include "tests/support/lying/tap.h"

#include <stdlib.h>
#include <string.h>

static uint64_t number(const json_t *object, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

static void set_number(json_t *object, const char *name, uint64_t value)
{
    must(json_object_set_new(object, name, json_integer((json_int_t)value)) ==
         0);
}

/* --- events and openings ------------------------------------------------- */

static void tell_new_openings(struct transport_connection *tap,
                              const struct false_event *event, uint64_t place)
{
    json_t *opening;
    size_t i;

    json_array_foreach(event->openings, i, opening)
    {
        json_t *frame = json_pack("{s:I}", "open", (json_int_t)place);

        must(frame && json_object_update(frame, opening) == 0);
        tap_send(tap, frame);
    }
}

/* Everything false that stands for the true events up to `seq`. */
static void tell_up_to(struct transport_connection *tap, const struct lie *lie,
                       uint64_t seq)
{
    uint64_t *cursor = &tap_log(tap, tap->log)->cursor;
    uint64_t end = false_log_count_after(lie->history, seq);

    for (; *cursor < end; (*cursor)++) {
        const struct false_event *event =
            false_log_event(lie->history, *cursor);

        if (event->bytes)
            tap_send_bytes(tap, event->bytes, event->size);
        tell_new_openings(tap, event, *cursor);
    }
}

static bool tell_event(struct transport_connection *tap, const json_t *event,
                       const struct frame *frame)
{
    const struct lie *lie = lies_find(tap->log, tap->holder);
    uint64_t seq = number(event, "seq");

    event_book_keep(tap->log, seq, frame->data, frame->size);
    if (lie && false_log_extend(lie->history, seq)) {
        tell_up_to(tap, lie, seq);
        return true;
    }
    if (lie)
        log_error("lie: nobody was told of event %llu so far",
                  (unsigned long long)seq);
    tap_log(tap, tap->log)->cursor = seq + 1;
    return false;
}

static json_t *find_opening_edit(const struct lie *lie, const json_t *opening)
{
    json_t *edit;
    size_t i;

    json_array_foreach(json_object_get(lie->terms, "openings"), i, edit)
    {
        if (number(edit, "open") == number(opening, "open") &&
            strcmp(json_text(edit, "field"), json_text(opening, "field")) == 0)
            return edit;
    }
    return NULL;
}

static bool tell_opening(struct transport_connection *tap, json_t *opening)
{
    const struct lie *lie = lies_find(tap->log, tap->holder);
    json_t *edit;
    uint64_t place;

    if (!lie || !false_log_extend(lie->history, number(opening, "open")))
        return false;
    edit = find_opening_edit(lie, opening);
    if (!false_log_place(lie->history, number(opening, "open"), &place) ||
        json_is_true(json_object_get(edit, "drop")) ||
        place < tap_log(tap, tap->log)->from) /* was told before */
        return true;
    set_number(opening, "open", place);
    must(json_put_all(opening, json_object_get(edit, "set")));
    tap_send(tap, json_incref(opening));
    return true;
}

/* --- numbers and heads --------------------------------------------------- */

/* How many events the peer is to believe that there are, of `count`. */
static uint64_t false_count(const struct lie *lie, uint64_t count)
{
    return count > 0 && false_log_extend(lie->history, count - 1)
               ? false_log_count_after(lie->history, count - 1)
               : count;
}

static bool tell_caught_up(struct transport_connection *tap, json_t *object)
{
    const struct lie *lie = lies_find(json_text(object, "log"), tap->holder);

    if (!lie)
        return false;
    set_number(object, "caught_up",
               false_count(lie, number(object, "caught_up")));
    tap_send(tap, json_incref(object));
    return true;
}

static void sign_head(json_t *head, const struct hash *hash)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    struct hex_signature sig;

    hex_encode(hash->bytes, HASH_SIZE, hex);
    sig = server_word_of_head(json_text(head, "log"), json_text(head, "reason"),
                              number(head, "seq"), hash);
    must(json_object_set_new(head, "head", json_string(hex)) == 0);
    must(json_object_set_new(head, "sig", json_string(sig.text)) == 0);
}

/* The false head at that place, or whatever the lie says. */
static void refit_signed(const struct lie *lie, json_t *head, uint64_t count)
{
    json_t *values = json_object_get(lie->terms, "signed");
    struct hash hash = false_log_event(lie->history, count - 1)->head;
    const char *text;

    set_number(head, "seq", count - 1);
    must(json_put_all(head, values));
    text = json_text(values, "head");
    if (text[0] != '\0')
        must(hex_decode(text_view_of(text), hash.bytes, HASH_SIZE) ==
             RESULT_OK);
    if (!json_object_get(values, "sig"))
        sign_head(head, &hash);
}

static bool tell_signed(struct transport_connection *tap, json_t *object)
{
    json_t *head = json_object_get(object, "signed");
    const struct lie *lie = lies_find(json_text(head, "log"), tap->holder);
    uint64_t count;

    if (!lie)
        return false;
    count = false_count(lie, number(head, "seq") + 1);
    if (count == 0 || lie_withholds(lie, "signed"))
        return true;
    refit_signed(lie, head, count);
    tap_send(tap, json_incref(object));
    return true;
}

static bool tell_sign(struct transport_connection *tap, json_t *object)
{
    json_t *asked = json_object_get(object, "sign");
    const struct lie *lie = lies_find(json_text(asked, "log"), tap->holder);
    uint64_t place;

    if (!lie)
        return false;
    if (lie_withholds(lie, "sign") ||
        !false_log_extend(lie->history, number(asked, "seq")) ||
        !false_log_place(lie->history, number(asked, "seq"), &place))
        return true;
    set_number(asked, "seq", place);
    tap_send(tap, json_incref(object));
    return true;
}

/* --- answers ------------------------------------------------------------- */

static const char *log_of_request(const struct transport_connection *tap,
                                  uint64_t id)
{
    size_t i;

    for (i = 0; i < TAP_REQUESTS; i++)
        if (tap->requests[i].log && tap->requests[i].id == id)
            return tap->requests[i].log;
    return "";
}

static bool tell_answer(struct transport_connection *tap, json_t *answer)
{
    const char *log = log_of_request(tap, number(answer, "re"));
    const struct lie *lie = lies_find(log, tap->holder);
    uint64_t place;

    if (!lie)
        return false;
    if (json_object_get(answer, "next"))
        set_number(answer, "next", false_count(lie, number(answer, "next")));
    if (json_object_get(answer, "seq") &&
        false_log_extend(lie->history, number(answer, "seq")) &&
        false_log_place(lie->history, number(answer, "seq"), &place))
        set_number(answer, "seq", place);
    tap_send(tap, json_incref(answer));
    return true;
}

static bool tell_hello(struct transport_connection *tap, json_t *object)
{
    if (!lies_hello())
        return false;
    must(json_put_all(json_object_get(object, "hello"), lies_hello()));
    tap_send(tap, json_incref(object));
    return true;
}

/* --- all of them --------------------------------------------------------- */

static void note_log(struct transport_connection *tap, const char *log)
{
    free(tap->log);
    tap->log = strdup(log);
    must(tap->log);
}

/* False: nothing was done about it, the frame itself is to go out. */
static bool tell(struct transport_connection *tap, json_t *object,
                 const struct frame *frame)
{
    if (json_object_get(object, "ev"))
        return tell_event(tap, object, frame);
    if (json_object_get(object, "open"))
        return tell_opening(tap, object);
    if (json_object_get(object, "caught_up"))
        return tell_caught_up(tap, object);
    if (json_object_get(object, "signed"))
        return tell_signed(tap, object);
    if (json_object_get(object, "sign"))
        return tell_sign(tap, object);
    if (json_object_get(object, "re"))
        return tell_answer(tap, object);
    if (json_object_get(object, "hello"))
        return tell_hello(tap, object);
    if (json_object_size(object) == 1 && json_object_get(object, "log"))
        note_log(tap, json_text(object, "log"));
    return false;
}

void told(struct transport_connection *tap, struct frame *frame)
{
    json_t *object = NULL;

    if (!tap->is_administrator && !frame->is_binary)
        object = json_loadb((const char *)frame->data, frame->size, 0, NULL);
    if (!object || !tell(tap, object, frame))
        tap_send_frame(tap, frame);
    json_decref(object);
}
