#include "protocol/meeting/log_codec.h"
#include "protocol/rules/threshold.h"
#include "protocol/document/minutes_parts.h"
#include "protocol/document/minutes_recording.h"
#include "protocol/document/minutes_rule_names.h"

#include <stdlib.h>
#include <string.h>

enum { PROCEEDINGS_SIZE_MAX = 32 * 1024 * 1024 };

/*
 * What happened is told item by item, though not always written in that order:
 * each item has a text of its own that grows as the log is read. The last one
 * is for what belongs to no item.
 */
struct proceedings {
    struct minutes_writing *writing;
    const struct minutes_facts *facts;
    struct byte_writer *sections; /* owned; item_count + 1 */
    struct byte_writer course;
    struct byte_writer opinions; /* written down while somebody speaks */
    size_t current;              /* section of what is going on */
    bool has_begun;              /* an item has */
    bool is_speaking;
    struct identifier speaker;
    int64_t speaking_since_ms;
    size_t speaking_section;
};

static size_t item_position(const struct proceedings *p,
                            const struct identifier *id)
{
    const struct meeting_item *item = meeting_state_item(p->facts->state, id);

    return item ? (size_t)(item - p->facts->state->items)
                : p->facts->item_count;
}

/* The section of something that names an item, or none. */
static size_t section_of(const struct proceedings *p,
                         const struct identifier *item)
{
    return identifier_is_empty(item) ? p->current : item_position(p, item);
}

/* A list has what came before the first item in the course, which has nothing
 * else: everything stands in its place. */
static struct byte_writer *place(struct proceedings *p, size_t section)
{
    if (p->writing->is_listing && section == p->facts->item_count &&
        !p->has_begun)
        return &p->course;
    return &p->sections[section];
}

static struct byte_writer *course(struct proceedings *p)
{
    return p->writing->is_listing ? place(p, p->current) : &p->course;
}

static void write_to_section(struct proceedings *p, size_t section)
{
    p->writing->out = place(p, section);
}

static void put_row(struct proceedings *p, enum minutes_row row, uint64_t at,
                    const char *text)
{
    minutes_list_put(p->writing->out, row, at, text);
}

static void append(struct byte_writer *out, const struct byte_writer *part)
{
    if (part->result != RESULT_OK)
        out->result = part->result;
    else if (part->size > 0)
        byte_writer_bytes(out, part->data, part->size);
}

/* --- entries and speeches ------------------------------------------------ */

/*
 * The newest text stands where the first was written: under the speaker, if it
 * was taken down while a member spoke on this item.
 */
static void tell_entry(struct proceedings *p,
                       const struct event_entry_written *body)
{
    const struct meeting_entry *entry =
        meeting_state_entry(p->facts->state, &body->entry);
    size_t section = section_of(p, &body->item);
    const char *text;

    if (!entry || entry->is_removed)
        return;
    text = minutes_opening(p->writing, entry->seq, "text");
    if (p->is_speaking && section == p->speaking_section)
        p->writing->out = &p->opinions;
    else
        write_to_section(p, section);
    if (p->writing->is_listing)
        put_row(p, MINUTES_ROW_ENTRY,
                (uint64_t)(entry - p->facts->state->entries), text);
    else
        minutes_say(p->writing,
                    p->writing->out == &p->opinions ? PHRASE_OPINION
                                                    : PHRASE_ENTRY,
                    text);
    minutes_tell_corrected(p->writing, entry->id.text, 0);
}

static void begin_speech(struct proceedings *p,
                         const struct meeting_event *event)
{
    p->is_speaking = true;
    p->speaker = event->body.floor_given.member;
    p->speaking_since_ms = event->at_ms;
    p->speaking_section = p->current;
    byte_writer_reset(&p->opinions);
}

static void tell_opinions(struct proceedings *p)
{
    append(place(p, p->speaking_section), &p->opinions);
    byte_writer_reset(&p->opinions);
    p->is_speaking = false;
}

static void end_speech(struct proceedings *p,
                       const struct event_floor_ended *body)
{
    const unsigned long long seconds = body->spoken_ms / 1000;
    struct minutes_short duration =
        minutes_fill(p->writing, PHRASE_DURATION, seconds / 60, seconds % 60);

    write_to_section(p, p->speaking_section);
    minutes_say(
        p->writing, p->opinions.size > 0 ? PHRASE_SPOKE_OPINION : PHRASE_SPOKE,
        minutes_comrade_first(p->writing, p->facts, &body->member).text,
        minutes_clock(p->writing, p->speaking_since_ms).text, duration.text);
    tell_opinions(p);
}

/* Somebody has the floor when the log ends. */
static void interrupt_speech(struct proceedings *p)
{
    if (!p->is_speaking)
        return;
    write_to_section(p, p->speaking_section);
    minutes_say(p->writing, PHRASE_SPEAKING,
                minutes_comrade_first(p->writing, p->facts, &p->speaker).text,
                minutes_clock(p->writing, p->speaking_since_ms).text);
    tell_opinions(p);
}

/* --- votes --------------------------------------------------------------- */

static void tell_motion(struct proceedings *p, const struct meeting_vote *vote)
{
    write_to_section(p, vote->item.text[0] ? item_position(p, &vote->item)
                                           : p->current);
    minutes_say(p->writing, PHRASE_MOTION,
                minutes_clock(p->writing, vote->started_ms).text);
    if (!p->writing->is_listing || vote->phase != VOTE_CLOSED)
        minutes_say(p->writing, PHRASE_MOTION_TEXT,
                    minutes_opening(p->writing, vote->started_seq, "motion"));
    minutes_tell_terms(p->writing, p->facts, vote);
}

static bool is_test(struct text_view test, const struct threshold *threshold)
{
    char text[THRESHOLD_TEXT_SIZE];

    threshold_text(threshold, text);
    return text_view_equal(test, text_view_of(text));
}

/* In words where there are words for it, else as arithmetic. */
static struct minutes_short test_in_words(const struct minutes_writing *writing,
                                          const struct event_vote_closed *body)
{
    const unsigned long long entitled = body->denominator;
    char yes[24];

    if (is_test(body->test, &THRESHOLD_MAJORITY))
        return minutes_fill(writing, PHRASE_MORE_THAN_HALF, entitled);
    if (is_test(body->test, &THRESHOLD_TWO_THIRDS))
        return minutes_fill(writing, PHRASE_TWO_THIRDS, entitled);
    (void)snprintf(yes, sizeof yes, "%llu", (unsigned long long)body->yes);
    return minutes_arithmetic(writing, body->test, yes, body->denominator);
}

static void tell_result(struct proceedings *p, const struct meeting_vote *vote,
                        const struct event_vote_closed *body)
{
    const unsigned long long cast =
        body->yes + body->no + body->other + body->abstain;
    struct minutes_short test = minutes_fill(
        p->writing, body->passed ? PHRASE_TEST_MET : PHRASE_TEST_FAILED,
        test_in_words(p->writing, body).text);

    if (p->writing->is_listing) {
        put_row(p, MINUTES_ROW_VOTE, (uint64_t)(vote - p->facts->state->votes),
                test.text);
        return;
    }
    minutes_say(p->writing, PHRASE_RESULT, (unsigned long long)body->yes,
                (unsigned long long)body->denominator,
                minutes_percent(p->writing, body->yes, body->denominator).text,
                (unsigned long long)body->no, (unsigned long long)body->other,
                (unsigned long long)body->abstain,
                body->denominator > cast ? body->denominator - cast : 0,
                minutes_phrase(p->writing, body->passed ? PHRASE_PASSED
                                                        : PHRASE_NOT_PASSED),
                test.text);
}

static void tell_hall(struct proceedings *p, const struct meeting_vote *vote,
                      const struct vote_hall *hall)
{
    const struct minutes_hall *entered =
        minutes_hall_of(p->facts, &vote->id, &hall->site);
    struct minutes_short place =
        identifier_is_empty(&hall->site)
            ? minutes_fill(p->writing, PHRASE_HALL_OWN)
            : minutes_fill(p->writing, PHRASE_HALL_SITE,
                           minutes_site_name(p->facts, &hall->site));

    if (!entered)
        return;
    minutes_say(p->writing, PHRASE_HALL_VOTES, place.text,
                (unsigned long long)entered->ticked,
                (unsigned long long)hall->counts[CHOICE_YES],
                (unsigned long long)hall->counts[CHOICE_NO],
                (unsigned long long)hall->counts[CHOICE_OTHER],
                (unsigned long long)hall->counts[CHOICE_ABSTAIN],
                minutes_comrade(p->writing, p->facts, &entered->by).text);
}

/* Where the votes of a result came from, if not all from own devices. */
static void tell_halls(struct proceedings *p, const struct meeting_vote *vote)
{
    unsigned long long own[choice_count_] = { 0 };
    size_t i;
    int choice;

    if (vote->hall_count == 0)
        return;
    for (choice = CHOICE_YES; choice < choice_count_; choice++) {
        own[choice] = vote->counts[choice];
        for (i = 0; i < vote->hall_count; i++)
            own[choice] -= vote->halls[i].counts[choice];
    }
    minutes_say(p->writing, PHRASE_OWN_VOTES, own[CHOICE_YES], own[CHOICE_NO],
                own[CHOICE_OTHER], own[CHOICE_ABSTAIN]);
    for (i = 0; i < vote->hall_count; i++)
        tell_hall(p, vote, &vote->halls[i]);
}

static void tell_vote(struct proceedings *p, const struct meeting_event *event)
{
    const bool is_closed = event->kind == EVENT_VOTE_CLOSED_KIND;
    const struct meeting_vote *vote = meeting_state_vote(
        p->facts->state, is_closed ? &event->body.vote_closed.vote
                                   : &event->body.vote_cancelled.vote);

    if (!vote)
        return;
    tell_motion(p, vote);
    if (is_closed) {
        tell_result(p, vote, &event->body.vote_closed);
        tell_halls(p, vote);
    } else {
        minutes_say(p->writing, PHRASE_VOTE_CANCELLED,
                    minutes_clock(p->writing, event->at_ms).text,
                    minutes_opening(p->writing, event->seq, "reason"));
    }
}

static void tell_void(struct proceedings *p, const struct meeting_event *event)
{
    const struct event_vote_voided *body = &event->body.vote_voided;
    const struct meeting_vote *vote =
        meeting_state_vote(p->facts->state, &body->vote);

    if (!vote)
        return;
    tell_motion(p, vote);
    minutes_say(p->writing, PHRASE_VOTE_VOIDED,
                minutes_clock(p->writing, event->at_ms).text,
                (unsigned long long)body->present, (unsigned long long)body->d,
                (unsigned long long)body->need,
                minutes_rule_name(p->writing, rule_id_read(body->rule)),
                p->facts->state->ruleset);
    minutes_tell_source(p->writing, rule_id_read(body->rule));
}

static void tell_open_votes(struct proceedings *p)
{
    size_t i;

    for (i = 0; i < p->facts->state->vote_count; i++) {
        const struct meeting_vote *vote = &p->facts->state->votes[i];

        if (vote->phase != VOTE_OPEN)
            continue;
        tell_motion(p, vote);
        minutes_say(p->writing, PHRASE_VOTE_OPEN);
    }
}

/* --- secret ballots ------------------------------------------------------ */

/* Where it ends: with its result, or when it was made void. */
static void tell_ballot(struct proceedings *p,
                        const struct meeting_event *event)
{
    const bool is_void = event->kind == EVENT_BALLOT_VOIDED_KIND;
    const struct meeting_ballot *ballot = meeting_state_ballot(
        p->facts->state, is_void ? &event->body.ballot_voided.ballot
                                 : &event->body.ballot_result.ballot);

    if (!ballot)
        return;
    write_to_section(p, section_of(p, &ballot->item));
    minutes_tell_ballot(
        p->writing, p->facts, ballot,
        is_void ? minutes_opening(p->writing, event->seq, "reason") : "");
}

static void tell_list(struct proceedings *p, const struct identifier *id)
{
    const struct meeting_election *election =
        meeting_state_election(p->facts->state, id);

    if (!election)
        return;
    write_to_section(p, section_of(p, &election->item));
    minutes_tell_list(p->writing, p->facts, election);
}

static void tell_open_ballots(struct proceedings *p)
{
    size_t i;

    for (i = 0; i < p->facts->state->ballot_count; i++) {
        const struct meeting_ballot *ballot = &p->facts->state->ballots[i];

        if (ballot->phase == BALLOT_PHASE_DONE ||
            ballot->phase == BALLOT_PHASE_VOID)
            continue;
        write_to_section(p, section_of(p, &ballot->item));
        minutes_tell_ballot(p->writing, p->facts, ballot, "");
    }
}

/* --- the course ---------------------------------------------------------- */

/* False: another kind of event. */
static bool tell_phase(struct proceedings *p, const struct meeting_event *event)
{
    struct minutes_short at = minutes_clock(p->writing, event->at_ms);

    p->writing->out = course(p);
    switch ((int)event->kind) {
    case EVENT_OPENED_KIND:
        minutes_say(p->writing, PHRASE_OPENED, at.text);
        return true;
    case EVENT_ADJOURNED_KIND:
        minutes_say(p->writing, PHRASE_ADJOURNED, at.text);
        return true;
    case EVENT_RESUMED_KIND:
        minutes_say(p->writing, PHRASE_RESUMED, at.text);
        return true;
    case EVENT_QUORUM_CHANGED_KIND:
        minutes_tell_quorum(p->writing, at.text, &event->body.quorum_changed);
        return true;
    case EVENT_CLOSED_KIND:
        minutes_say(p->writing, PHRASE_CLOSED, at.text);
        return true;
    case EVENT_SERVER_RESTARTED_KIND:
        minutes_say(p->writing, PHRASE_RESTARTED, at.text);
        return true;
    case EVENT_RESTORED_KIND:
        minutes_say(p->writing, PHRASE_RESTORED, at.text,
                    (unsigned long long)event->body.restored.from);
        return true;
    case EVENT_CLOCK_JUMPED_KIND:
        minutes_say(p->writing, PHRASE_CLOCK_JUMPED, at.text,
                    (long long)event->body.clock_jumped.by_ms / 1000);
        return true;
    default:
        return minutes_tell_subrooms(p->writing, event) ||
               minutes_tell_recording(p->writing, event);
    }
}

/* Who took the minutes before they were handed over at this time. */
static const struct identifier *taker_before(const struct minutes_facts *facts,
                                             int64_t at_ms)
{
    const struct identifier *before = NULL;
    size_t i;

    for (i = 0; i < facts->duty_count; i++) {
        if (facts->duties[i].is_chair)
            continue;
        if (before && facts->duties[i].since_ms >= at_ms)
            break;
        before = &facts->duties[i].member;
    }
    return before ? before : &facts->state->minute_taker;
}

static bool tell_conduct(struct proceedings *p,
                         const struct meeting_event *event)
{
    struct minutes_short at = minutes_clock(p->writing, event->at_ms);
    const struct event_roll_confirmed *roll = &event->body.roll_confirmed;

    p->writing->out = course(p);
    switch ((int)event->kind) {
    case EVENT_CHAIR_TAKEN_KIND:
        minutes_say(p->writing, PHRASE_CHAIR_TAKEN, at.text,
                    minutes_comrade_first(p->writing, p->facts,
                                          &event->body.chair_taken.member)
                        .text);
        return true;
    case EVENT_MINUTES_HANDED_OVER_KIND:
        minutes_say(
            p->writing, PHRASE_MINUTES_TAKEN, at.text,
            minutes_comrade_first(p->writing, p->facts,
                                  &event->body.minutes_handed_over.member)
                .text,
            minutes_comrade(p->writing, p->facts,
                            taker_before(p->facts, event->at_ms))
                .text);
        return true;
    case EVENT_ROLL_CONFIRMED_KIND:
        minutes_say(p->writing, PHRASE_ROLL, at.text,
                    (unsigned long long)roll->official_present,
                    (unsigned long long)roll->official,
                    (unsigned long long)roll->probationary_present,
                    (unsigned long long)roll->probationary,
                    (unsigned long long)(roll->official_excused +
                                         roll->probationary_excused),
                    (unsigned long long)(roll->official_unexcused +
                                         roll->probationary_unexcused),
                    (unsigned long long)roll->in_person,
                    (unsigned long long)roll->at_site,
                    (unsigned long long)roll->online,
                    (unsigned long long)roll->voice_relay);
        return true;
    case EVENT_RECORDING_SET_KIND:
        minutes_say(p->writing,
                    event->body.recording_set.allowed ? PHRASE_RECORDING_ON
                                                      : PHRASE_RECORDING_OFF,
                    at.text);
        return true;
    default:
        return minutes_tell_floor(p->writing, p->facts, event);
    }
}

static void tell_business(struct proceedings *p,
                          const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_ITEM_STARTED_KIND:
    case EVENT_ITEM_ENDED_KIND: {
        bool is_start = event->kind == EVENT_ITEM_STARTED_KIND;

        p->has_begun = true;
        p->current = is_start ? item_position(p, &event->body.item_started.item)
                              : p->facts->item_count;
        break;
    }
    case EVENT_FLOOR_GIVEN_KIND:
        begin_speech(p, event);
        break;
    case EVENT_FLOOR_ENDED_KIND:
        end_speech(p, &event->body.floor_ended);
        break;
    case EVENT_ENTRY_WRITTEN_KIND:
        tell_entry(p, &event->body.entry_written);
        break;
    case EVENT_VOTE_CLOSED_KIND:
    case EVENT_VOTE_CANCELLED_KIND:
        tell_vote(p, event);
        break;
    case EVENT_VOTE_VOIDED_KIND:
        tell_void(p, event);
        break;
    case EVENT_LIST_CLOSED_KIND:
        tell_list(p, &event->body.list_closed.election);
        break;
    case EVENT_DECIDED_BY_GROUPS_KIND:
        write_to_section(p, section_of(p, &event->body.decided_by_groups.item));
        minutes_tell_group_decision(p->writing, event);
        break;
    case EVENT_BALLOT_RESULT_KIND:
    case EVENT_BALLOT_VOIDED_KIND:
        tell_ballot(p, event);
        break;
    case EVENT_DOCUMENT_ATTACHED_KIND:
        write_to_section(p, section_of(p, &event->body.document_attached.item));
        minutes_tell_document(p->writing, p->facts,
                              &event->body.document_attached,
                              minutes_opening(p->writing, event->seq, "name"));
        break;
    case EVENT_DOCUMENT_SHOWN_KIND:
        write_to_section(p, p->current);
        minutes_tell_shown(p->writing, p->facts, event);
        break;
    case EVENT_COMMENTED_KIND:
        write_to_section(p, section_of(p, &event->body.commented.item));
        minutes_tell_comment(p->writing, p->facts, event);
        break;
    default:
        break;
    }
}

static enum result read_log(struct proceedings *p)
{
    const struct minutes_source *source = p->writing->source;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 1; result == RESULT_OK && i < source->event_count; i++) {
        struct meeting_event event;
        struct message_memory memory = { 0 };
        struct field_error error;

        result = meeting_event_decode(source->events[i].bytes,
                                      source->events[i].size, &event, &memory,
                                      &error);
        p->writing->seq = i;
        if (result == RESULT_OK && !tell_phase(p, &event) &&
            !tell_conduct(p, &event))
            tell_business(p, &event);
        if (result == RESULT_OK)
            minutes_tell_corrected(p->writing, NULL, i);
        message_memory_release(&memory);
    }
    interrupt_speech(p);
    tell_open_votes(p);
    tell_open_ballots(p);
    return result;
}

/* --- putting it together ------------------------------------------------- */

static bool has_begun(const struct meeting_item *item)
{
    return item->phase == ITEM_STARTED || item->phase == ITEM_ENDED;
}

/* The item not told yet that began first; those that never did come last, in
 * the order of the agenda. item_count when all are told. */
static size_t next_item(const struct minutes_facts *facts, const bool *is_told)
{
    const struct meeting_item *items = facts->state->items;
    size_t i, found = facts->item_count;

    for (i = 0; i < facts->item_count; i++) {
        if (is_told[i])
            continue;
        if (found == facts->item_count ||
            (has_begun(&items[i]) &&
             (!has_begun(&items[found]) ||
              items[i].started_ms < items[found].started_ms)))
            found = i;
    }
    return found;
}

static enum result put_together(struct proceedings *p, struct byte_writer *out)
{
    const size_t count = p->facts->item_count;
    bool *is_told = calloc(count + 1, sizeof is_told[0]);
    unsigned long long number = 0;
    size_t i;

    if (!is_told)
        return RESULT_NO_MEMORY;
    p->writing->out = out;
    if (p->writing->is_listing) {
        append(out, &p->course);
    } else {
        minutes_say(p->writing, PHRASE_BLANK);
        minutes_say(p->writing, PHRASE_CONTENT);
    }
    while ((i = next_item(p->facts, is_told)) < count) {
        is_told[i] = true;
        ++number;
        if (p->writing->is_listing)
            put_row(p, MINUTES_ROW_ITEM, i, "");
        else
            minutes_tell_item(p->writing, p->facts, number, i);
        append(out, &p->sections[i]);
    }
    free(is_told);
    if (p->sections[count].size > 0) {
        ++number;
        if (p->writing->is_listing)
            put_row(p, MINUTES_ROW_ITEM, count, "");
        else
            minutes_say(p->writing, PHRASE_ITEM_NONE, number);
        append(out, &p->sections[count]);
    }
    if (p->writing->is_listing)
        return RESULT_OK;
    if (number == 0)
        minutes_say(p->writing, PHRASE_NOTHING);
    minutes_tell_tasks(p->writing, p->facts);
    minutes_say(p->writing, PHRASE_BLANK);
    minutes_say(p->writing, PHRASE_COURSE);
    if (p->course.size == 0)
        minutes_say(p->writing, PHRASE_NOTHING);
    append(out, &p->course);
    minutes_tell_times(p->writing, p->facts);
    return RESULT_OK;
}

enum result minutes_tell_proceedings(struct minutes_writing *writing,
                                     const struct minutes_facts *facts)
{
    struct proceedings p = { .writing = writing,
                             .facts = facts,
                             .current = facts->item_count };
    struct byte_writer *out = writing->out;
    enum result result;
    size_t i;

    p.sections = calloc(facts->item_count + 1, sizeof p.sections[0]);
    if (!p.sections)
        return RESULT_NO_MEMORY;
    for (i = 0; i <= facts->item_count; i++)
        byte_writer_init(&p.sections[i], PROCEEDINGS_SIZE_MAX);
    byte_writer_init(&p.course, PROCEEDINGS_SIZE_MAX);
    byte_writer_init(&p.opinions, PROCEEDINGS_SIZE_MAX);
    result = read_log(&p);
    if (result == RESULT_OK)
        result = put_together(&p, out);
    for (i = 0; i <= facts->item_count; i++)
        byte_writer_release(&p.sections[i]);
    byte_writer_release(&p.course);
    byte_writer_release(&p.opinions);
    free(p.sections);
    writing->out = out;
    return result;
}
