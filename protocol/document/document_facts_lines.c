/* The agenda and its course: what the log says and what was written, each in
 * its place. */
#include "protocol/document/document_facts_internal.h"

#include <stdio.h>
#include <string.h>

struct lines {
    const struct minutes_writing *writing;
    const struct minutes_facts *learned;
    json_t *opening, *items, *conclusions, *votes; /* owned */
    json_t *now; /* lines of what is being told; of one of those */
};

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *text_of(const struct minutes_list_row *row)
{
    return json_stringn(row->text, row->size);
}

static bool put_fact(struct lines *lines, const struct minutes_list_row *row)
{
    return json_array_append_new(lines->now,
                                 json_pack("{s:o, s:o}", "fact", text_of(row),
                                           "seq", number(row->number))) == 0;
}

static bool put_entry(struct lines *lines, const struct minutes_list_row *row)
{
    const struct meeting_state *state = lines->learned->state;
    const struct meeting_entry *entry;
    json_t *line;

    if (row->number >= state->entry_count)
        return true;
    entry = &state->entries[row->number];
    if (entry->kind == ENTRY_OPINION && !identifier_is_empty(&entry->member))
        line = json_pack(
            "{s:{s:o, s:s, s:o}}", "opinion", "name",
            document_text(minutes_name(lines->learned, &entry->member)),
            "member", entry->member.text, "text", text_of(row));
    else
        line = json_pack(
            "{s:o}", entry->kind == ENTRY_CONCLUSION ? "conclusion" : "entry",
            text_of(row));
    if (line && entry->kind == ENTRY_CONCLUSION)
        json_array_append_new(lines->conclusions, text_of(row));
    if (!line || json_object_set_new(line, "id", json_string(entry->id.text)) ||
        json_object_set_new(line, "seq", number(entry->seq)) ||
        json_object_set_new(line, "version", number(entry->version))) {
        json_decref(line);
        return false;
    }
    return json_array_append_new(lines->now, line) == 0;
}

static bool put_vote(struct lines *lines, const struct minutes_list_row *row)
{
    const struct minutes_writing *writing = lines->writing;
    const struct meeting_state *state = lines->learned->state;
    const struct meeting_vote *vote;
    json_t *out;

    if (row->number >= state->vote_count)
        return true;
    vote = &state->votes[row->number];
    out = json_pack(
        "{s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o}",
        "id", vote->id.text, "seq", number(vote->closed_seq), "number",
        number(json_array_size(lines->votes) + 1), "motion",
        document_text(minutes_opening(writing, vote->started_seq, "motion")),
        "form", minutes_phrase(writing, PHRASE_SHOW_OF_HANDS), "yes",
        number(vote->counts[CHOICE_YES]), "total", number(vote->denominator),
        "no", number(vote->counts[CHOICE_NO]), "other",
        number(vote->counts[CHOICE_OTHER]), "abstain",
        number(vote->counts[CHOICE_ABSTAIN]), "yes_percent",
        document_percent(writing, vote->counts[CHOICE_YES], vote->denominator)
            .text,
        "result",
        minutes_phrase(writing,
                       vote->is_passed ? PHRASE_PASSED : PHRASE_NOT_PASSED),
        "arithmetic", text_of(row));
    return out && json_array_append(lines->votes, out) == 0 &&
           json_array_append_new(lines->now, json_pack("{s:o}", "vote", out)) ==
               0;
}

static bool begin_item(struct lines *lines, const struct minutes_list_row *row)
{
    const struct minutes_facts *learned = lines->learned;
    const struct meeting_item *item = row->number < learned->item_count
                                          ? &learned->state->items[row->number]
                                          : NULL;
    char place[24];
    json_t *out;

    (void)snprintf(place, sizeof place, "%zu",
                   json_array_size(lines->items) + 1);
    lines->now = json_array();
    out = json_pack(
        "{s:s, s:s, s:o, s:o?, s:o}", "id", item ? item->id.text : "", "number",
        place, "title",
        document_text(item ? learned->items[row->number]
                           : minutes_phrase(lines->writing, PHRASE_OUTSIDE)),
        "presenter",
        item && !identifier_is_empty(&item->presenter)
            ? document_text(minutes_name(learned, &item->presenter))
            : NULL,
        "lines", lines->now);
    return json_array_append_new(lines->items, out) == 0;
}

static bool put_row(struct lines *lines, const struct minutes_list_row *row)
{
    switch (row->kind) {
    case MINUTES_ROW_FACT:
        return put_fact(lines, row);
    case MINUTES_ROW_ENTRY:
        return put_entry(lines, row);
    case MINUTES_ROW_VOTE:
        return put_vote(lines, row);
    case MINUTES_ROW_ITEM:
        return begin_item(lines, row);
    }
    return true;
}

/* --- tasks --------------------------------------------------------------- */

static json_t *task_of(const struct minutes_writing *writing,
                       const struct minutes_facts *learned,
                       const struct meeting_task *task, size_t place)
{
    struct minutes_short due = { "" };

    if (task->due_ms != 0) {
        const struct zone_moment at =
            zone_clock_at(writing->clock, task->due_ms);

        due = minutes_fill(writing, PHRASE_DATE, at.day, at.month, at.year);
    }
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:s, s:s, s:o}", "id", task->id.text, "number",
        number(place), "text", document_text(minutes_task_text(writing, task)),
        "assignee",
        document_text(identifier_is_empty(&task->member)
                          ? ""
                          : minutes_name(learned, &task->member)),
        "deadline", due.text, "state", minutes_task_result(writing, task),
        "outcome",
        document_text(
            task->result_seq == 0
                ? ""
                : minutes_opening(writing, task->result_seq, "text")));
}

static bool put_tasks(json_t *facts, const struct minutes_writing *writing,
                      const struct minutes_facts *learned, bool carried)
{
    const struct meeting_agenda *agenda = &learned->state->agenda;
    json_t *out = json_array();
    size_t i;

    for (i = 0; i < agenda->task_count; i++)
        if (identifier_is_empty(&agenda->tasks[i].from) != carried &&
            json_array_append_new(out,
                                  task_of(writing, learned, &agenda->tasks[i],
                                          json_array_size(out) + 1)) != 0) {
            json_decref(out);
            return false;
        }
    return json_object_set_new(facts,
                               carried ? "has_previous_tasks" : "has_tasks",
                               json_boolean(json_array_size(out) > 0)) == 0 &&
           json_object_set_new(facts, carried ? "previous_tasks" : "tasks",
                               out) == 0;
}

bool document_facts_put_lines(json_t *facts,
                              const struct minutes_writing *writing,
                              const struct minutes_facts *learned,
                              const char *list, size_t size)
{
    struct lines lines = { .writing = writing,
                           .learned = learned,
                           .opening = json_array(),
                           .items = json_array(),
                           .conclusions = json_array(),
                           .votes = json_array() };
    struct minutes_list_row row;
    bool is_good =
        lines.opening && lines.items && lines.conclusions && lines.votes;
    size_t at = 0;

    lines.now = lines.opening;
    while (is_good && minutes_list_next(list, size, &at, &row))
        is_good = put_row(&lines, &row);
    is_good =
        is_good && json_object_set_new(
                       facts, "has_votes",
                       json_boolean(json_array_size(lines.votes) > 0)) == 0;
    /* Each is the facts' from here on, whatever comes of it. */
    if (json_object_set_new(facts, "opening", lines.opening) != 0)
        is_good = false;
    if (json_object_set_new(facts, "items", lines.items) != 0)
        is_good = false;
    if (json_object_set_new(facts, "conclusions", lines.conclusions) != 0)
        is_good = false;
    if (json_object_set_new(facts, "votes", lines.votes) != 0)
        is_good = false;
    return is_good && put_tasks(facts, writing, learned, false) &&
           put_tasks(facts, writing, learned, true);
}
