#include "tests/support/lying/false_log.h"

#include "protocol/record/hash_chain.h"
#include "tests/support/lying/event_book.h"
#include "tests/support/lying/json_path.h"
#include "tests/support/lying/must.h"
#include "tests/support/lying/server_word.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t NOWHERE = UINT64_MAX;

/* What became of a true event. */
struct fate {
    uint64_t place;       /* of it; NOWHERE */
    uint64_t count_after; /* false events that stand then */
    struct hash head;     /* the true one */
};

struct false_log {
    char *log;
    json_t *edits; /* an array, or NULL */
    bool *is_used; /* owned; of each edit */
    uint64_t until;
    struct false_log *beside;   /* borrowed, or NULL */
    struct false_event *events; /* owned */
    size_t count, capacity;
    struct fate *fates; /* owned */
    size_t fate_count, fate_capacity;
    json_t *held_back; /* owned; changes places with the next one, or NULL */
};

struct false_log *false_log_new(const char *log, json_t *edits, uint64_t until,
                                struct false_log *beside)
{
    struct false_log *history = calloc(1, sizeof *history);

    must(history);
    history->log = strdup(log);
    history->edits = json_incref(edits);
    history->is_used = calloc(json_array_size(edits) + 1, sizeof(bool));
    history->until = until;
    history->beside = beside;
    must(history->log && history->is_used);
    return history;
}

struct false_log *false_log_free(struct false_log *history)
{
    size_t i;

    if (!history)
        return NULL;
    for (i = 0; i < history->count; i++) {
        free(history->events[i].bytes);
        json_decref(history->events[i].openings);
    }
    free(history->events);
    free(history->fates);
    free(history->is_used);
    json_decref(history->edits);
    json_decref(history->held_back);
    free(history->log);
    free(history);
    return NULL;
}

/* --- reading ------------------------------------------------------------- */

uint64_t false_log_count_after(const struct false_log *history, uint64_t seq)
{
    must(seq < history->fate_count);
    return history->fates[seq].count_after;
}

bool false_log_place(const struct false_log *history, uint64_t seq,
                     uint64_t *place)
{
    must(seq < history->fate_count);
    *place = history->fates[seq].place;
    return *place != NOWHERE;
}

const struct false_event *false_log_event(const struct false_log *history,
                                          uint64_t place)
{
    must(place < history->count);
    return &history->events[place];
}

bool false_log_is_true_at(const struct false_log *history, uint64_t place)
{
    return place < history->count && place < history->fate_count &&
           hash_equal(&history->events[place].head,
                      &history->fates[place].head);
}

/* --- one false event ----------------------------------------------------- */

static void *grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? 2 * *capacity : 64;
    array = realloc(array, *capacity * size);
    must(array);
    return array;
}

static struct hash link_behind(const struct hash *previous, uint64_t seq,
                               const void *bytes, size_t size)
{
    struct hash leaf = hash_chain_leaf(bytes, size);

    return hash_chain_link(previous, seq, &leaf);
}

static const struct hash *newest_head(const struct false_log *history)
{
    return history->count ? &history->events[history->count - 1].head : NULL;
}

/* Takes the bytes. */
static void append_bytes(struct false_log *history, char *bytes, size_t size)
{
    struct false_event *event;

    history->events = grow(history->events, history->count, &history->capacity,
                           sizeof *history->events);
    event = &history->events[history->count];
    event->head =
        link_behind(newest_head(history), history->count, bytes, size);
    event->bytes = bytes;
    event->size = size;
    event->openings = NULL;
    history->count++;
}

static void append_gap(struct false_log *history)
{
    char nothing[] = "";

    append_bytes(history, nothing, 0);
    history->events[history->count - 1].bytes = NULL;
}

/* Nobody but the devices can sign the false head: they are said not to have. */
static void forget_signers(json_t *event)
{
    json_t *signers = json_object_get(event, "signers");
    json_t *missing = json_object_get(event, "missing");
    json_t *row;
    size_t i;

    json_array_foreach(signers, i, row)
    {
        (void)json_object_del(row, "role");
        (void)json_object_del(row, "sig");
    }
    must(json_array_extend(missing, signers) == 0);
    must(json_array_clear(signers) == 0);
}

/* A checkpoint is made to fit the false history. */
static void refit_checkpoint(const struct false_log *history, json_t *event)
{
    uint64_t upto =
        (uint64_t)json_integer_value(json_object_get(event, "upto"));
    char head[HEX_SIZE(HASH_SIZE)];
    struct hex_signature sig;
    uint64_t place;

    if (upto >= history->fate_count || !false_log_place(history, upto, &place))
        return;
    hex_encode(history->events[place].head.bytes, HASH_SIZE, head);
    if (place == upto && strcmp(head, json_text(event, "head")) == 0)
        return;
    sig = server_word_of_head(history->log, json_text(event, "reason"), place,
                              &history->events[place].head);
    (void)json_object_set_new(event, "upto", json_integer((json_int_t)place));
    (void)json_object_set_new(event, "head", json_string(head));
    (void)json_object_set_new(event, "sig", json_string(sig.text));
    forget_signers(event);
}

/* Where the last event stands of the register as it was at the true `seq`. */
static uint64_t register_place(struct false_log *beside, uint64_t seq)
{
    uint64_t place;

    must(false_log_extend(beside, seq));
    if (false_log_place(beside, seq, &place))
        return place;
    return false_log_count_after(beside, seq) - 1;
}

/* A meeting names the head of the register that the same people are shown. One
 * that never was names a false place of it. */
static void refit_roster(const struct false_log *history, json_t *event,
                         bool was_there)
{
    const json_t *seq = json_object_get(event, "register_seq");
    struct false_log *beside = history->beside;
    char head[HEX_SIZE(HASH_SIZE)];
    uint64_t place;

    if (!seq || !beside)
        return;
    place = (uint64_t)json_integer_value(seq);
    if (was_there)
        place = register_place(beside, place);
    must(place < beside->count);
    hex_encode(beside->events[place].head.bytes, HASH_SIZE, head);
    (void)json_object_set_new(event, "register_seq",
                              json_integer((json_int_t)place));
    (void)json_object_set_new(event, "register_head", json_string(head));
}

/* Borrows the event. */
static void append(struct false_log *history, json_t *event, bool was_there)
{
    char *bytes;
    size_t size;

    if (strcmp(json_text(event, "ev"), "checkpoint") == 0)
        refit_checkpoint(history, event);
    refit_roster(history, event, was_there);
    (void)json_object_set_new(event, "seq",
                              json_integer((json_int_t)history->count));
    bytes = json_compact(event, &size);
    append_bytes(history, bytes, size);
}

/* Events that never were; what they leave out is filled in. */
static void append_all(struct false_log *history, json_t *events,
                       const json_t *beside)
{
    json_t *template;
    size_t i;

    json_array_foreach(events, i, template)
    {
        json_t *event = json_pack("{s:i, s:s, s:O}", "seq", 0, "n",
                                  "0123456789abcdef0123456789abcdef", "at",
                                  json_object_get(beside, "at"));

        must(event && json_object_update(event, template) == 0);
        (void)json_object_del(event, "openings");
        append(history, event, false);
        history->events[history->count - 1].openings =
            json_incref(json_object_get(template, "openings"));
        json_decref(event);
    }
}

/* --- the fate of a true event -------------------------------------------- */

static bool is_about(json_t *edit, json_t *event)
{
    const json_t *seq = json_object_get(edit, "seq");
    const json_t *name = json_object_get(edit, "ev");

    if (seq)
        return json_equal(seq, json_object_get(event, "seq"));
    return json_equal(name, json_object_get(event, "ev")) &&
           json_has_all(event, json_object_get(edit, "where"));
}

static json_t *find_edit(struct false_log *history, json_t *event)
{
    json_t *edit;
    size_t i;

    json_array_foreach(history->edits, i, edit)
    {
        if (history->is_used[i] || !is_about(edit, event))
            continue;
        history->is_used[i] = true;
        return edit;
    }
    return NULL;
}

static bool is_set(const json_t *edit, const char *flag)
{
    return json_is_true(json_object_get(edit, flag));
}

/* The one that was held back comes behind this one, at its time. */
static void append_exchanged(struct false_log *history, json_t *event,
                             struct fate *own)
{
    json_t *earlier = history->held_back;
    json_t *at = json_incref(json_object_get(earlier, "at"));

    history->held_back = NULL;
    (void)json_object_set(earlier, "at", json_object_get(event, "at"));
    (void)json_object_set_new(event, "at", at);
    append(history, event, true);
    own->place = history->count - 1;
    append(history, earlier, true);
    history->fates[history->fate_count - 1].place = history->count - 1;
    json_decref(earlier);
}

static void append_edited(struct false_log *history, json_t *event,
                          json_t *edit, struct fate *own)
{
    append_all(history, json_object_get(edit, "before"), event);
    must(json_put_all(event, json_object_get(edit, "set")));
    if (history->held_back) {
        append_exchanged(history, event, own);
    } else if (is_set(edit, "swap")) {
        history->held_back = json_incref(event);
    } else if (is_set(edit, "gap")) {
        append_gap(history);
    } else if (!is_set(edit, "drop")) {
        append(history, event, true);
        own->place = history->count - 1;
    }
    append_all(history, json_object_get(edit, "after"), event);
}

/* As it was, byte for byte, if nothing before it was touched. */
static bool append_untouched(struct false_log *history,
                             const struct book_event *real, struct fate *own)
{
    size_t place = history->count;
    char *bytes;

    if (history->beside || place != history->fate_count || history->held_back ||
        (place > 0 && !false_log_is_true_at(history, place - 1)))
        return false;
    bytes = malloc(real->size);
    must(bytes);
    memcpy(bytes, real->bytes, real->size);
    append_bytes(history, bytes, real->size);
    own->place = place;
    return true;
}

static void take(struct false_log *history, const struct book_event *real)
{
    size_t seq = history->fate_count;
    json_t *event = json_loadb(real->bytes, real->size, 0, NULL);
    json_t *edit = find_edit(history, event);
    struct fate own = { .place = NOWHERE };

    must(event);
    own.head = link_behind(seq ? &history->fates[seq - 1].head : NULL, seq,
                           real->bytes, real->size);
    if (seq < history->until &&
        (edit || !append_untouched(history, real, &own)))
        append_edited(history, event, edit, &own);
    own.count_after = history->count;
    history->fates = grow(history->fates, seq, &history->fate_capacity,
                          sizeof *history->fates);
    history->fates[history->fate_count++] = own;
    json_decref(event);
}

bool false_log_extend(struct false_log *history, uint64_t seq)
{
    while (history->fate_count <= seq) {
        const struct book_event *real =
            event_book_find(history->log, history->fate_count);

        if (!real)
            return false;
        take(history, real);
    }
    return true;
}
