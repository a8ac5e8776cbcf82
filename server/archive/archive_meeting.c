#include "server/archive/archive_meeting.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/verify/verify_signoff.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct archive_reading {
    struct meeting_state *state; /* owned */
    uint16_t *kinds;             /* owned; of each event */
    size_t kind_room;
    char *title, *venue, *unit; /* owned; NULL: not opened */
    struct archive_meeting meeting;
};

const char *archive_place_word(enum archive_place place)
{
    static const char *const words[ARCHIVE_PLACE_COUNT] = {
#define ARCHIVE_PLACE_WORD(name, word) [ARCHIVE_##name] = word,
        ARCHIVE_PLACE_LIST(ARCHIVE_PLACE_WORD)
#undef ARCHIVE_PLACE_WORD
    };

    return words[place] ? words[place] : "";
}

/* --- Beginning and end --------------------------------------------------- */

struct archive_reading *archive_reading_free(struct archive_reading *reading)
{
    if (!reading)
        return NULL;
    meeting_state_free(reading->state);
    free(reading->kinds);
    free(reading->title);
    free(reading->venue);
    free(reading->unit);
    free(reading);
    return NULL;
}

enum result archive_reading_new(struct archive_reading **out)
{
    struct archive_reading *reading = calloc(1, sizeof *reading);
    enum result result =
        reading ? meeting_state_new(&reading->state) : RESULT_NO_MEMORY;

    if (result != RESULT_OK) {
        archive_reading_free(reading);
        return result;
    }
    *out = reading;
    return RESULT_OK;
}

/* --- Events -------------------------------------------------------------- */

static enum result note_kind(struct archive_reading *reading,
                             enum meeting_event_kind kind)
{
    const uint64_t count = reading->meeting.event_count;

    if (count == reading->kind_room) {
        const size_t room = reading->kind_room ? 2 * reading->kind_room : 256;
        uint16_t *grown = realloc(reading->kinds, room * sizeof *grown);

        if (!grown)
            return RESULT_NO_MEMORY;
        reading->kinds = grown;
        reading->kind_room = room;
    }
    reading->kinds[count] = (uint16_t)kind;
    reading->meeting.event_count = count + 1;
    return RESULT_OK;
}

enum result archive_reading_event(struct archive_reading *reading,
                                  struct text_view bytes)
{
    struct message_memory memory = { .root = NULL };
    struct meeting_event event;
    enum result result;

    if (reading->meeting.event_count == LIMIT_LOG_EVENTS)
        return RESULT_TOO_LARGE;
    result =
        meeting_event_decode(bytes.data, bytes.size, &event, &memory, NULL);
    if (result == RESULT_OK)
        result = meeting_state_apply(reading->state, &event);
    if (result == RESULT_OK)
        result = note_kind(reading, event.kind);
    message_memory_release(&memory);
    return result == RESULT_OK || result == RESULT_NO_MEMORY ? result
                                                             : RESULT_CORRUPT;
}

const struct archive_meeting *
archive_reading_meeting(struct archive_reading *reading)
{
    const struct meeting_state *state = reading->state;
    struct archive_meeting *out = &reading->meeting;

    out->title = reading->title ? reading->title : "";
    out->venue = reading->venue ? reading->venue : "";
    out->unit = reading->unit ? reading->unit : "";
    out->organisation = state->organisation;
    out->id = state->meeting;
    out->kind = state->kind;
    out->starts_at_ms = state->starts_at_ms;
    memcpy(out->zone, state->zone, sizeof out->zone);
    out->is_closed = state->phase == MEETING_CLOSED;
    out->minutes_number = meeting_minutes_number(
        &state->minutes, NUMBERED_MINUTES, &(struct identifier){ "" });
    out->is_signed = state->minutes.signed_seq > 0;
    return out;
}

/* --- Openings ------------------------------------------------------------ */

static const struct {
    enum meeting_event_kind kind;
    enum archive_place place;
    const char *field; /* one that ends in "." is the beginning of it */
} places[] = {
    { EVENT_GENESIS_KIND, ARCHIVE_TITLE, "title" },
    { EVENT_GENESIS_KIND, ARCHIVE_VENUE, "place" },
    { EVENT_GENESIS_KIND, ARCHIVE_AGENDA, "agenda." },
    { EVENT_ITEM_ADDED_KIND, ARCHIVE_AGENDA, "title" },
    { EVENT_CARRIED_OVER_KIND, ARCHIVE_AGENDA, "items." },
    { EVENT_CARRIED_OVER_KIND, ARCHIVE_TASK, "tasks." },
    { EVENT_DOCUMENT_ATTACHED_KIND, ARCHIVE_DOCUMENT, "name" },
    { EVENT_VOTE_STARTED_KIND, ARCHIVE_MOTION, "motion" },
    { EVENT_DECIDED_BY_GROUPS_KIND, ARCHIVE_MOTION, "motion" },
    { EVENT_ENTRY_WRITTEN_KIND, ARCHIVE_ENTRY, "text" },
    { EVENT_ENTRY_EDITED_KIND, ARCHIVE_ENTRY, "text" },
    { EVENT_TASK_SET_KIND, ARCHIVE_TASK, "text" },
    { EVENT_TASK_REPORTED_KIND, ARCHIVE_TASK, "text" },
    { EVENT_OBJECTION_RAISED_KIND, ARCHIVE_OBJECTION, "text" },
    { EVENT_OBJECTION_ANSWERED_KIND, ARCHIVE_OBJECTION, "text" },
    { EVENT_ELECTION_CALLED_KIND, ARCHIVE_ELECTION, "title" },
};

static bool is_field(const char *wanted, const char *field)
{
    const size_t size = strlen(wanted);

    return wanted[size - 1] == '.' ? strncmp(wanted, field, size) == 0
                                   : strcmp(wanted, field) == 0;
}

static enum archive_place place_of(enum meeting_event_kind kind,
                                   const char *field)
{
    size_t i;

    for (i = 0; i < sizeof places / sizeof places[0]; i++)
        if (places[i].kind == kind && is_field(places[i].field, field))
            return places[i].place;
    return ARCHIVE_NOWHERE;
}

/* Does this event hold the newest text of an entry that stands? */
static bool is_newest_entry(const struct meeting_state *state, uint64_t seq)
{
    size_t i;

    for (i = 0; i < state->entry_count; i++)
        if (state->entries[i].seq == seq)
            return !state->entries[i].is_removed;
    return false;
}

static bool is_document_there(const struct meeting_state *state, uint64_t seq)
{
    size_t i;

    for (i = 0; i < state->agenda.document_count; i++)
        if (state->agenda.documents[i].seq == seq)
            return !state->agenda.documents[i].is_withdrawn;
    return false;
}

static bool stands(const struct meeting_state *state, enum archive_place place,
                   uint64_t seq)
{
    if (place == ARCHIVE_ENTRY)
        return is_newest_entry(state, seq);
    if (place == ARCHIVE_DOCUMENT)
        return is_document_there(state, seq);
    return place != ARCHIVE_NOWHERE;
}

/* What the row of the meeting says. */
static enum result keep(struct archive_reading *reading, const char *field,
                        struct text_view value)
{
    char **slot = strcmp(field, "title") == 0       ? &reading->title
                  : strcmp(field, "place") == 0     ? &reading->venue
                  : strcmp(field, "unit_name") == 0 ? &reading->unit
                                                    : NULL;
    char *copy;

    if (!slot)
        return RESULT_OK;
    copy = strndup(value.data, value.size);
    if (!copy)
        return RESULT_NO_MEMORY;
    free(*slot);
    *slot = copy;
    return RESULT_OK;
}

enum result archive_reading_opening(struct archive_reading *reading,
                                    uint64_t seq, const char *field,
                                    struct text_view value,
                                    archive_text_fn take, void *user)
{
    struct archive_text text = { .seq = seq, .text = value };
    enum meeting_event_kind kind;
    enum result result = RESULT_OK;

    if (seq >= reading->meeting.event_count)
        return RESULT_CORRUPT;
    kind = (enum meeting_event_kind)reading->kinds[seq];
    if (kind == EVENT_GENESIS_KIND)
        result = keep(reading, field, value);
    if (verify_signoff_is_file(reading->state, seq, field, value,
                               &reading->meeting.minutes))
        reading->meeting.has_minutes = true;
    text.place = place_of(kind, field);
    if (result == RESULT_OK && value.size > 0 &&
        stands(reading->state, text.place, seq))
        result = take(&text, user);
    return result;
}

/* --- minutes.json -------------------------------------------------------- */

static enum result take_fact(json_t *object, archive_text_fn take, void *user)
{
    const json_t *fact = json_object_get(object, "fact");
    const json_int_t seq = json_integer_value(json_object_get(object, "seq"));
    struct archive_text text = { .place = ARCHIVE_MINUTES,
                                 .seq = seq > 0 ? (uint64_t)seq : 0 };

    if (!json_is_string(fact))
        return RESULT_OK;
    text.text =
        (struct text_view){ json_string_value(fact), json_string_length(fact) };
    return text.text.size > 0 ? take(&text, user) : RESULT_OK;
}

/* As deep as jansson reads. */
static enum result walk(json_t *value, archive_text_fn take, void *user)
{
    enum result result = RESULT_OK;
    const char *key;
    json_t *child;
    size_t i;

    if (json_is_array(value)) {
        for (i = 0; i < json_array_size(value) && result == RESULT_OK; i++)
            result = walk(json_array_get(value, i), take, user);
        return result;
    }
    if (!json_is_object(value))
        return RESULT_OK;
    result = take_fact(value, take, user);
    json_object_foreach(value, key, child)
    {
        if (result == RESULT_OK)
            result = walk(child, take, user);
    }
    return result;
}

enum result archive_reading_minutes(struct text_view json, archive_text_fn take,
                                    void *user)
{
    json_t *root =
        json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, NULL);
    const enum result result = root ? walk(root, take, user) : RESULT_OK;

    json_decref(root);
    return result;
}
