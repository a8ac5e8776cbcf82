#include "client/cli/cli_state_json.h"

#include "client/cli/cli_kinds_text.h"
#include "client/cli/cli_minutes_text.h"
#include "client/cli/cli_score_text.h"
#include "client/cli/cli_election_text.h"
#include "client/cli/cli_state_ballots.h"
#include "client/cli/cli_votes.h"
#include "protocol/base/date.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

static const char *const phase_words[MEETING_PHASE_COUNT] = {
    [MEETING_NOTHING] = "nothing",     [MEETING_SCHEDULED] = "scheduled",
    [MEETING_LOBBY] = "lobby",         [MEETING_OPEN] = "open",
    [MEETING_ADJOURNED] = "adjourned", [MEETING_CLOSED] = "closed",
};
static const char *const admission_words[] = {
    [ADMISSION_NONE] = "none",
    [ADMISSION_WAITING] = "waiting",
    [ADMISSION_GRANTED] = "granted",
    [ADMISSION_REFUSED] = "refused",
};
static const char *const item_words[] = { "", "waiting", "started", "ended",
                                          "dropped" };
static const char *const vote_words[] = { "", "open", "closed", "cancelled" };
static const char *const line_words[] = { "", "down", "connecting", "up",
                                          "refused" };
static const char *const place_words[] = {
    [PLACE_NONE] = "none",
    [PLACE_ASKED] = "asked",
    [PLACE_REFUSED] = "refused",
    [PLACE_LOBBY] = "lobby",
    [PLACE_CATCHING_UP] = "catching_up",
    [PLACE_IN] = "in",
};

/* An enum word, or "" for the value that stands for none. */
static const char *word(const struct enum_words *words, int value)
{
    return value == 0 ? "" : enum_word(words, value);
}

static json_int_t number(uint64_t value) { return (json_int_t)value; }

static void add_holder(json_t *object, const struct meeting_holder *holder)
{
    size_t live = 0;
    size_t i;
    json_t *slots = json_array();

    for (i = 0; i < holder->device_count; i++) {
        const struct meeting_device *device = &holder->devices[i];

        if (device->is_connected && !device->is_lost)
            live++;
        if (device->has_slot)
            (void)json_array_append_new(slots, json_integer(device->slot));
    }
    (void)json_object_set_new(object, "id", json_string(holder->id.text));
    (void)json_object_set_new(object, "admission",
                              json_string(admission_words[holder->admission]));
    (void)json_object_set_new(object, "subroom",
                              json_integer(number(holder->subroom)));
    (void)json_object_set_new(object, "muted", json_boolean(holder->is_muted));
    (void)json_object_set_new(object, "blocked",
                              json_boolean(holder->is_blocked));
    (void)json_object_set_new(
        object, "connected",
        json_integer(number(meeting_holder_connected(holder))));
    (void)json_object_set_new(object, "live", json_integer(number(live)));
    (void)json_object_set_new(object, "slots", slots);
}

static json_t *person_json(const struct meeting_state *state,
                           const struct meeting_person *person)
{
    char end[DATE_SIZE];
    json_t *object = json_pack(
        "{s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I}",
        "absent_throughout", (int)person->is_absent_throughout, "ground",
        word(&ground_words, (int)person->ground), "category",
        word(&category_words, (int)person->category), "office",
        word(&office_words, (int)person->office), "group", person->group.text,
        "mode", word(&presence_mode_words, (int)person->mode), "site",
        person->site.text, "absence",
        word(&absence_words, (int)person->absence), "hand",
        number(meeting_state_hand(state, &person->holder.id)), "speeches",
        number(person->speeches), "spoken_ms", (json_int_t)person->spoken_ms,
        "disconnections", number(person->disconnections));

    add_holder(object, &person->holder);
    (void)json_object_set_new(object, "co_chair",
                              json_boolean(person->is_co_chair));
    date_write(person->probation_end, end);
    (void)json_object_set_new(
        object, "probation_end",
        json_string(person->probation_end != 0 ? end : ""));
    (void)json_object_set_new(object, "moderator",
                              json_boolean(person->is_moderator));
    return object;
}

static json_t *people_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->person_count; i++)
        (void)json_array_append_new(list,
                                    person_json(state, &state->people[i]));
    return list;
}

static json_t *sites_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->site_count; i++) {
        json_t *object = json_pack(
            "{s:s, s:b, s:I, s:I}", "keeper", state->sites[i].keeper.text,
            "check_in", (int)state->sites[i].is_check_in_open, "heads",
            state->sites[i].heads.is_counted
                ? number(state->sites[i].heads.count)
                : (json_int_t)-1,
            "named",
            number(meeting_state_named_at(state, &state->sites[i].holder.id)));

        add_holder(object, &state->sites[i].holder);
        (void)json_array_append_new(list, object);
    }
    return list;
}

/* All of them in order, or the points of order among them. */
static json_t *hands_json(const struct meeting_state *state,
                          bool is_of_points_only)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->hand_count; i++)
        if (!is_of_points_only || state->hands[i].is_point_of_order)
            (void)json_array_append_new(
                list, json_string(state->hands[i].member.text));
    return list;
}

static void add_floor(const struct meeting_state *state, json_t *object)
{
    (void)json_object_set_new(object, "hands", hands_json(state, false));
    (void)json_object_set_new(object, "points_of_order",
                              hands_json(state, true));
    (void)json_object_set_new(
        object, "floor_mode",
        json_string(word(&floor_mode_words, (int)state->floor_mode)));
    (void)json_object_set_new(
        object, "floor_order",
        json_string(word(&floor_order_words, (int)state->floor_order)));
    (void)json_object_set_new(object, "floor_warned",
                              json_boolean(state->is_floor_warned));
}

static const char *kind_word(enum item_kind kind)
{
    return kind == item_kind_none_ ? ""
                                   : enum_word(&item_kind_words, (int)kind);
}

static json_t *items_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->item_count; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "id",
                            state->items[i].id.text, "phase",
                            item_words[state->items[i].phase], "presenter",
                            state->items[i].presenter.text, "planned_min",
                            number(state->items[i].planned_min), "kind",
                            kind_word(state->items[i].kind), "from",
                            state->items[i].from.text));
    return list;
}

static json_t *vote_json(const struct meeting_vote *vote)
{
    uint64_t counts[choice_count_];
    json_t *ballots = json_array(), *object;
    size_t i;

    meeting_vote_count(vote, counts);
    for (i = 0; i < vote->ballot_count; i++)
        (void)json_array_append_new(
            ballots,
            json_pack("{s:s, s:s, s:s, s:s}", "member",
                      vote->ballots[i].member.text, "channel",
                      vote->ballots[i].channel == CHANNEL_HALL  ? "hall"
                      : vote->ballots[i].channel == CHANNEL_OWN ? "own"
                                                                : "none",
                      "site", vote->ballots[i].site.text, "choice",
                      word(&choice_words, (int)vote->ballots[i].choice)));
    object = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "id",
        vote->id.text, "item", vote->item.text, "phase",
        vote_words[vote->phase], "yes", number(counts[CHOICE_YES]), "no",
        number(counts[CHOICE_NO]), "other", number(counts[CHOICE_OTHER]),
        "abstain", number(counts[CHOICE_ABSTAIN]), "denominator",
        number(vote->denominator), "passed", (int)vote->is_passed, "ballots",
        ballots);
    if (object)
        (void)cli_vote_terms_json(vote, object);
    return object;
}

static json_t *votes_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->vote_count; i++)
        (void)json_array_append_new(list, vote_json(&state->votes[i]));
    return list;
}

static json_t *documents_json(const struct meeting_agenda *agenda)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < agenda->document_count; i++) {
        const struct meeting_document *document = &agenda->documents[i];
        char hex[HEX_SIZE(HASH_SIZE)];

        hex_encode(document->blob.bytes, HASH_SIZE, hex);
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:b}", "id",
                      document->id.text, "item", document->item.text, "blob",
                      hex, "size", number(document->size), "type",
                      enum_word(&document_type_words, (int)document->type),
                      "readers", number(document->reader_count), "withdrawn",
                      (int)document->is_withdrawn));
    }
    return list;
}

static json_t *tasks_json(const struct meeting_agenda *agenda)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < agenda->task_count; i++) {
        const struct meeting_task *task = &agenda->tasks[i];

        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "id",
                            task->id.text, "item", task->item.text, "member",
                            task->member.text, "due_ms",
                            (json_int_t)task->due_ms, "ground",
                            enum_word(&task_ground_words, (int)task->ground),
                            "result",
                            enum_word(&task_result_words, (int)task->result),
                            "from", task->from.text));
    }
    return list;
}

static json_t *entries_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->entry_count; i++) {
        const struct meeting_entry *entry = &state->entries[i];

        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:I, s:b}", "id", entry->id.text,
                      "item", entry->item.text, "kind",
                      entry->kind == entry_kind_none_
                          ? ""
                          : enum_word(&entry_kind_words, (int)entry->kind),
                      "member", entry->member.text, "version",
                      number(entry->version), "removed",
                      (int)entry->is_removed));
    }
    return list;
}

static json_t *roll_json(const struct meeting_state *state)
{
    struct roll_count roll;

    meeting_state_roll(state, &roll);
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}",
                     "official", number(roll.official), "official_present",
                     number(roll.official_present), "probationary",
                     number(roll.probationary), "probationary_present",
                     number(roll.probationary_present), "exempt_present",
                     number(roll.exempt_present), "others_present",
                     number(roll.others_present), "absent_excused",
                     number(roll.absent_excused), "absent_unexcused",
                     number(roll.absent_unexcused), "confirmed",
                     (int)state->is_roll_confirmed);
}

static json_t *eligibility_json(const struct meeting_eligibility *found)
{
    if (!found->is_found)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:b}", "unable", number(found->unable),
                     "members", number(found->members), "need",
                     number(found->need), "met", (int)found->is_met);
}

static json_t *recorded_file_json(const struct recording_file *file)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(file->blob.bytes, HASH_SIZE, hex);
    return json_pack("{s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:s}", "holder",
                     file->holder.text, "slot", number(file->slot), "blob", hex,
                     "size", number(file->size), "packets",
                     number(file->packets), "from", (json_int_t)file->from,
                     "to", (json_int_t)file->to, "outcome",
                     enum_word(&recording_outcome_words, file->outcome));
}

/* By the server. */
static json_t *recordings_json(const struct meeting_recordings *recordings)
{
    json_t *list = json_array();
    size_t i, j;

    for (i = 0; i < recordings->count; i++) {
        const struct meeting_recording *row = &recordings->rows[i];
        json_t *files = json_array();

        for (j = 0; j < row->file_count; j++)
            (void)json_array_append_new(files,
                                        recorded_file_json(&row->files[j]));
        (void)json_array_append_new(
            list, json_pack("{s:I, s:I, s:s, s:b, s:o}", "started",
                            (json_int_t)row->started_ms, "stopped",
                            (json_int_t)row->stopped_ms, "reason",
                            row->reason ? enum_word(&recording_end_words,
                                                    (int)row->reason)
                                        : "",
                            "kept", (int)(row->kept_seq > 0), "files", files));
    }
    return list;
}

/* What follows from the log alone. */
static json_t *shared_json(const struct meeting_state *state,
                           const struct hash *head)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    json_t *object;

    hex_encode(head->bytes, HASH_SIZE, hex);
    object = json_pack(
        "{s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:b, s:o, "
        "s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:o}",
        "log", state->meeting.text, "phase", phase_words[state->phase], "next",
        number(state->next_seq), "head", hex, "chair", state->chair.text,
        "deputy", state->deputy.text, "minute_taker", state->minute_taker.text,
        "presiding", state->presiding.text, "floor",
        state->has_floor ? state->floor_member.text : "", "floor_limit_ms",
        (json_int_t)state->floor_limit_ms, "recording",
        (int)state->is_recording_allowed, "minutes_shared",
        (int)state->are_minutes_shared, "people", people_json(state), "sites",
        sites_json(state), "items", items_json(state), "documents",
        documents_json(&state->agenda), "tasks", tasks_json(&state->agenda),
        "votes", votes_json(state), "entries", entries_json(state), "ballots",
        cli_ballots_json(state), "roll", roll_json(state), "content_open",
        (int)state->attendance.is_content_open, "terms", cli_terms_json(state),
        "eligibility", eligibility_json(&state->attendance.eligibility),
        "recorded", (int)meeting_state_is_recorded(state), "recordings",
        recordings_json(&state->recordings));
    if (object) {
        cli_kinds_json(state, object);
        (void)json_object_set_new(object, "elections",
                                  cli_elections_json(state));
    }
    return object;
}

static void add_digest(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    char hex[HEX_SIZE(HASH_SIZE)];
    struct hash digest;

    if (!text)
        return;
    digest = digest_sha256(text, strlen(text));
    hex_encode(digest.bytes, HASH_SIZE, hex);
    (void)json_object_set_new(object, "digest", json_string(hex));
    free(text);
}

/* --- texts --------------------------------------------------------------- */

typedef struct text_view (*text_of_fn)(const struct meeting_view *view,
                                       const struct identifier *id);

/* Gives each element of the list the text that is known of its id. */
static void add_texts(const struct meeting_view *view, json_t *list,
                      const char *name, text_of_fn text_of)
{
    size_t i;
    json_t *element;

    json_array_foreach(list, i, element)
    {
        const char *text = json_string_value(json_object_get(element, "id"));
        struct identifier id;
        struct text_view value;

        if (!text || identifier_parse(text_view_of(text), &id) != RESULT_OK)
            continue;
        value = text_of(view, &id);
        if (value.data)
            (void)json_object_set_new(element, name,
                                      json_stringn(value.data, value.size));
    }
}

static struct text_view document_name(const struct meeting_view *view,
                                      const struct identifier *id)
{
    const struct meeting_document *document =
        meeting_state_document(view->state, id);

    return document ? meeting_view_text(view, document->seq, "name")
                    : TEXT_LITERAL("");
}

static struct text_view task_text(const struct meeting_view *view,
                                  const struct identifier *id)
{
    const struct meeting_task *task = meeting_state_task(view->state, id);
    char field[AGENDA_FIELD_SIZE];

    if (!task)
        return TEXT_LITERAL("");
    meeting_task_text_field(task, field);
    return meeting_view_text(view, task->seq, field);
}

static void add_own(const struct meeting_view *view, json_t *object)
{
    struct text_view title = meeting_view_text(view, 0, "title");
    uint16_t slot = 0;

    if (title.data)
        (void)json_object_set_new(object, "title",
                                  json_stringn(title.data, title.size));
    if (meeting_view_slot(view, &slot))
        (void)json_object_set_new(object, "slot", json_integer(slot));
    add_texts(view, json_object_get(object, "people"), "name",
              meeting_view_name);
    add_texts(view, json_object_get(object, "sites"), "name",
              meeting_view_name);
    add_texts(view, json_object_get(object, "items"), "title",
              meeting_view_item_title);
    add_texts(view, json_object_get(object, "documents"), "name",
              document_name);
    add_texts(view, json_object_get(object, "tasks"), "text", task_text);
    add_texts(view, json_object_get(object, "votes"), "motion",
              meeting_view_motion);
    add_texts(view, json_object_get(object, "entries"), "text",
              meeting_view_entry_text);
    cli_ballots_json_own(view, json_object_get(object, "ballots"));
}

json_t *cli_state_json(const struct meeting_view *view)
{
    json_t *object;

    if (view->state) {
        object = shared_json(view->state, &view->head);
        if (!object)
            return NULL;
        (void)json_object_set_new(object, "score", cli_score_json(view->state));
        (void)json_object_set_new(object, "minutes",
                                  cli_minutes_json(view->state));
        add_floor(view->state, object);
        add_digest(object);
        add_own(view, object);
    } else {
        object = json_pack("{s:s, s:s, s:i}", "log", view->log.text, "phase",
                           phase_words[MEETING_NOTHING], "next", 0);
    }
    if (object) {
        (void)json_object_set_new(object, "me", json_string(view->me.text));
        (void)json_object_set_new(object, "line",
                                  json_string(line_words[view->line]));
        (void)json_object_set_new(object, "place",
                                  json_string(place_words[view->place]));
        (void)json_object_set_new(object, "alarmed",
                                  json_boolean(view->is_alarmed));
    }
    return object;
}
