/* Giving back to the server what it lost: exact events in order, those that are
 * too large for a message in pieces, and openings. One message at a time. */
#include "client/core/client_engine_types.h"

#include <string.h>

enum {
    GIVE_SIZE = 60000,  /* of a message's lists; the rest is for its frame */
    GIVE_WAIT_MS = 500, /* until what was given is on the server's disk */
    OPENING_MARGIN = 8  /* what a list adds to an element */
};

/* Bytes of a text inside JSON, without its quotes. */
static size_t size_in_json(const char *text, size_t size)
{
    size_t total = 0, i;

    for (i = 0; i < size; i++) {
        if (text[i] == '"' || text[i] == '\\')
            total += 2;
        else if ((unsigned char)text[i] < 0x20)
            total += 6;
        else
            total++;
    }
    return total;
}

bool giving_begin(struct client_engine *engine, struct followed *followed,
                  uint64_t from, uint64_t end)
{
    struct text_view bytes;

    if (end > log_follower_next(followed->follower) ||
        !log_follower_event(followed->follower, end - 1, &bytes))
        return false;
    followed->giving = (struct giving){
        .is_on = true,
        .next = from,
        .end = end,
        .opening = log_follower_openings(followed->follower, from),
    };
    followed->phase = FOLLOW_GIVING;
    engine_update_view(engine);
    giving_send(engine, followed);
    return true;
}

void giving_begin_openings(struct client_engine *engine,
                           struct followed *followed, uint64_t from)
{
    followed->giving = (struct giving){
        .is_on = true,
        .is_of_openings = true,
        .next = from,
        .end = log_follower_next(followed->follower),
        .opening = log_follower_openings(followed->follower, from),
    };
    giving_send(engine, followed);
}

/* A message in the making. */
struct gift {
    json_t *events, *openings, *part; /* owned; part NULL: none */
    size_t size;
    bool is_full;
};

/* Openings go before their event: when the last event is there, all is. */
static bool add_openings(struct gift *gift, struct giving *giving)
{
    while (giving->opening && !gift->is_full) {
        const struct kept_opening *opening = giving->opening;

        gift->is_full = gift->size > 0 &&
                        gift->size + opening->size + OPENING_MARGIN > GIVE_SIZE;
        if (gift->is_full)
            break;
        if (json_array_append_new(
                gift->openings,
                json_loadb(opening->text, opening->size, 0, NULL)))
            return false;
        gift->size += opening->size + OPENING_MARGIN;
        giving->opening = opening->next;
    }
    return true;
}

/* The longest piece from `offset` on that fits, not cut inside a character. */
static size_t piece_size(struct text_view bytes, size_t offset)
{
    size_t size = bytes.size - offset;

    if (size > GIVE_SIZE / 2)
        size = GIVE_SIZE / 2;
    while (offset + size < bytes.size &&
           ((unsigned char)bytes.data[offset + size] & 0xc0) == 0x80)
        size--;
    return size;
}

static bool add_piece(struct gift *gift, struct giving *giving,
                      struct text_view bytes)
{
    const size_t size = piece_size(bytes, giving->offset);

    gift->part = json_pack(
        "{s:I, s:I, s:I, s:s%}", "seq", (json_int_t)giving->next, "offset",
        (json_int_t)giving->offset, "size", (json_int_t)bytes.size, "text",
        &bytes.data[giving->offset], size);
    giving->offset += size;
    gift->is_full = true;
    return gift->part != NULL;
}

/* False: no memory, or the bytes are not there. */
static bool add_event(struct gift *gift, struct giving *giving,
                      const struct followed *followed)
{
    struct text_view bytes;
    size_t size;

    if (!log_follower_event(followed->follower, giving->next, &bytes))
        return false;
    size = size_in_json(bytes.data, bytes.size) + OPENING_MARGIN;
    gift->is_full = gift->size > 0 && gift->size + size > GIVE_SIZE;
    if (gift->is_full)
        return true;
    if (size > GIVE_SIZE) {
        if (!add_piece(gift, giving, bytes))
            return false;
        if (giving->offset < bytes.size)
            return true;
    } else if (json_array_append_new(gift->events,
                                     json_stringn(bytes.data, bytes.size))) {
        return false;
    }
    gift->size += size;
    giving->offset = 0;
    giving->next++;
    giving->opening = log_follower_openings(followed->follower, giving->next);
    return true;
}

static bool fill(struct gift *gift, struct followed *followed)
{
    struct giving *giving = &followed->giving;
    bool is_fine = true;

    while (giving->next < giving->end && !gift->is_full && is_fine) {
        is_fine = add_openings(gift, giving);
        if (gift->is_full || !is_fine)
            break;
        if (giving->is_of_openings) {
            giving->next++;
            giving->opening =
                log_follower_openings(followed->follower, giving->next);
        } else {
            is_fine = add_event(gift, giving, followed);
        }
    }
    return is_fine;
}

static json_t *write_gift(const struct followed *followed, uint64_t id,
                          uint64_t from, struct gift *gift)
{
    const struct giving *giving = &followed->giving;
    json_t *object =
        json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "op", "give_events",
                  "log", log_follower_scope(followed->follower)->text);

    if (object && gift->part)
        json_object_set(object, "part", gift->part);
    else if (object && !giving->is_of_openings) {
        json_object_set_new(object, "from", json_integer((json_int_t)from));
        json_object_set(object, "events", gift->events);
    }
    if (object)
        json_object_set(object, "openings", gift->openings);
    return object;
}

/* All has been said: it comes again, or others give it. */
static void ask_again(struct client_engine *engine, struct followed *followed)
{
    const bool is_of_openings = followed->giving.is_of_openings;

    followed->giving = (struct giving){ .is_on = false };
    if (is_of_openings)
        return;
    followed->phase = FOLLOW_AGAIN;
    followed->retry_ms = engine_now(engine) + GIVE_WAIT_MS;
    engine_update_view(engine);
}

void giving_send(struct client_engine *engine, struct followed *followed)
{
    struct giving *giving = &followed->giving;
    struct gift gift = { json_array(), json_array(), NULL, 0, false };
    const uint64_t from = giving->next;
    bool is_fine = gift.events && gift.openings && fill(&gift, followed);

    if (!is_fine) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
    } else if (gift.size == 0 && !gift.part) {
        ask_again(engine, followed);
    } else {
        giving->request = engine_next_id(engine);
        if (giving->request)
            engine_send(engine,
                        write_gift(followed, giving->request, from, &gift));
    }
    json_decref(gift.events);
    json_decref(gift.openings);
    json_decref(gift.part);
}

bool giving_on_answer(struct client_engine *engine, uint64_t id,
                      const json_t *answer)
{
    struct followed *both[] = { &engine->meeting, &engine->registry };
    size_t i;

    for (i = 0; i < 2; i++) {
        struct giving *giving = &both[i]->giving;

        if (!giving->is_on || giving->request != id)
            continue;
        if (answer_is_ok(answer) && giving->next < giving->end)
            giving_send(engine, both[i]);
        else
            recovery_on_given(engine, both[i], answer);
        return true;
    }
    return false;
}

void giving_end(struct client_engine *engine, struct followed *followed)
{
    ask_again(engine, followed);
}
