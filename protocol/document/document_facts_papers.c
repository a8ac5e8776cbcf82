/* What a notice and a resolution say beside the facts of every document: to
 * whom, by whom, on what grounds. */
#include "protocol/document/document_facts_internal.h"

#include <stdio.h>
#include <string.h>

/* A number, so that "&" puts all of a chain, whatever comes of the first. */
static int put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

bool document_append_rule(json_t *list, const struct minutes_writing *writing,
                          enum rule_id rule)
{
    const struct minutes_source *source = writing->source;
    const char *text;

    if (!source->rules || !source->notes || rule == rule_id_none_)
        return true;
    text = source->notes->of[rule].source;
    return !text ||
           json_array_append_new(
               list, json_string(
                         minutes_fill(writing, PHRASE_BASIS_RULE, text,
                                      ruleset_is_unverified(source->rules, rule)
                                          ? minutes_phrase(
                                                writing, PHRASE_RULE_UNVERIFIED)
                                          : "")
                             .text)) == 0;
}

/* --- whom it goes to, who signs ------------------------------------------ */

static json_t *recipients_of(const struct minutes_writing *writing)
{
    const char *upper = minutes_opening(writing, 0, "upper_name");
    json_t *out = json_array();

    if (*upper && !strstr(upper, MINUTES_LIST_WITHHELD) &&
        json_array_append_new(out, json_pack("{s:s}", "name", upper)) != 0)
        return json_decref(out), NULL;
    if (json_array_append_new(
            out, json_pack("{s:s}", "name",
                           minutes_phrase(writing, PHRASE_ALL_MEMBERS))) != 0)
        return json_decref(out), NULL;
    return out;
}

static json_t *recipient_of(const struct minutes_writing *writing,
                            const struct meeting_state *state)
{
    return json_string(minutes_phrase(writing, state->kind == KIND_COMMITTEE
                                                   ? PHRASE_TO_COMMITTEE
                                                   : PHRASE_TO_MEMBERS));
}

/* For the cell: who presides. */
static json_t *signer_of(const struct minutes_writing *writing,
                         const struct minutes_facts *learned)
{
    const struct meeting_person *person =
        meeting_state_person(learned->state, &learned->state->presiding);
    const char *office =
        person ? minutes_office(writing, person->office) : NULL;

    return json_pack(
        "{s:o, s:o}", "name",
        document_text(minutes_name(learned, &learned->state->presiding)),
        "post_caps",
        document_capitals(office ? office
                                 : minutes_phrase(writing, PHRASE_PRESIDING)));
}

/* --- a notice ------------------------------------------------------------ */

static bool put_documents(json_t *facts, const struct minutes_writing *writing,
                          const struct meeting_agenda *agenda)
{
    json_t *out = json_array();
    bool is_good = out != NULL;
    size_t i;

    for (i = 0; is_good && i < agenda->document_count; i++) {
        const struct meeting_document *document = &agenda->documents[i];
        const char *name = minutes_opening(writing, document->seq, "name");

        if (!document->is_withdrawn && !strstr(name, MINUTES_LIST_WITHHELD))
            is_good = json_array_append_new(
                          out, json_pack("{s:s}", "name", name)) == 0;
    }
    return put(facts, "has_documents", json_boolean(json_array_size(out) > 0)) &
           put(facts, "documents", out) & is_good;
}

/* The sum of what is planned for the items; null if nothing is. */
static json_t *planned_of(const struct minutes_writing *writing,
                          const struct meeting_state *state)
{
    unsigned long long minutes = 0;
    size_t i;

    for (i = 0; i < state->item_count; i++)
        minutes += state->items[i].planned_min;
    return minutes == 0
               ? json_null()
               : json_string(
                     minutes_fill(writing, PHRASE_PLANNED, minutes).text);
}

/* --- a resolution -------------------------------------------------------- */

static const struct meeting_vote *
resolution_vote(const struct minutes_writing *writing,
                const struct meeting_state *state, size_t i)
{
    const struct meeting_vote *vote = &state->votes[i];

    return vote->phase == VOTE_CLOSED && vote->is_passed &&
                   vote->matter == MATTER_RESOLUTION &&
                   !strstr(
                       minutes_opening(writing, vote->started_seq, "motion"),
                       MINUTES_LIST_WITHHELD)
               ? vote
               : NULL;
}

static json_t *numbers_of(const struct minutes_writing *writing,
                          const struct meeting_vote *vote)
{
    return json_pack(
        "{s:s, s:I, s:I, s:s}", "motion",
        minutes_opening(writing, vote->started_seq, "motion"), "yes",
        (json_int_t)vote->counts[CHOICE_YES], "total",
        (json_int_t)vote->denominator, "percent",
        document_percent(writing, vote->counts[CHOICE_YES], vote->denominator)
            .text);
}

static json_t *subject_of(const struct minutes_writing *writing,
                          const struct meeting_state *state)
{
    if (state->kind == KIND_REGULAR)
        return json_string(minutes_fill(writing, PHRASE_RESOLUTION_SUBJECT,
                                        writing->day.month, writing->day.year)
                               .text);
    return document_text(minutes_opening(writing, 0, "title"));
}

/* How many of the tasks from before are done; nothing if there were none. */
static json_t *review_of(const struct minutes_writing *writing,
                         const struct meeting_state *state)
{
    unsigned long long count = 0, done = 0;
    json_t *out = json_array();
    size_t i;

    for (i = 0; i < state->agenda.task_count; i++) {
        const struct meeting_task *task = &state->agenda.tasks[i];

        if (identifier_is_empty(&task->from))
            continue;
        count++;
        done += task->result == TASK_DONE;
    }
    if (count > 0 &&
        json_array_append_new(
            out,
            json_string(minutes_fill(writing, PHRASE_TASKS_REVIEW, done, count)
                            .text)) != 0)
        return json_decref(out), NULL;
    return out;
}

/* What was written first below the item that is about dues, by its title: a
 * meeting reports them as any other item. */
static json_t *dues_of(const json_t *facts)
{
    const json_t *item, *line;
    size_t i, k;

    json_array_foreach(json_object_get(facts, "items"), i, item)
    {
        const char *title = json_string_value(json_object_get(item, "title"));

        if (!title || !strstr(title, "ảng phí"))
            continue;
        json_array_foreach(json_object_get(item, "lines"), k, line)
        {
            json_t *text = json_object_get(line, "entry");

            if (!text)
                text = json_object_get(line, "conclusion");
            if (text)
                return json_incref(text);
        }
    }
    return json_null();
}

/* The last one that was carried adopts the text; those before are told, too. */
static bool put_resolution(json_t *facts, const struct minutes_writing *writing,
                           const struct meeting_state *state)
{
    json_t *resolved = json_array();
    json_t *grounds = json_array();
    const struct meeting_vote *last = NULL;
    bool is_good = resolved && grounds;
    size_t i;

    for (i = 0; is_good && i < state->vote_count; i++) {
        const struct meeting_vote *vote = resolution_vote(writing, state, i);

        if (!vote)
            continue;
        if (last)
            is_good =
                json_array_append_new(resolved, numbers_of(writing, last)) == 0;
        last = vote;
    }
    if (last)
        is_good &= document_append_rule(grounds, writing, last->test.rule);
    return put(facts, "subject",
               last ? subject_of(writing, state) : json_null()) &
           put(facts, "grounds", grounds) & put(facts, "resolved", resolved) &
           put(facts, "resolution",
               last ? numbers_of(writing, last) : json_null()) &
           put(facts, "review", review_of(writing, state)) &
           put(facts, "plan",
               json_copy(json_object_get(facts, "conclusions"))) &
           put(facts, "dues", dues_of(facts)) & is_good;
}

bool document_facts_put_papers(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned)
{
    const struct meeting_state *state = learned->state;

    return (int)put_resolution(facts, writing, state) &
           (int)put_documents(facts, writing, &state->agenda) &
           put(json_object_get(facts, "meeting"), "planned",
               planned_of(writing, state)) &
           put(facts, "recipient", recipient_of(writing, state)) &
           put(facts, "recipients", recipients_of(writing)) &
           put(facts, "signer", signer_of(writing, learned));
}
