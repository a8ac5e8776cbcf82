/*
 * A secret ballot in the minutes: what was asked, who counted, whose devices
 * confirmed the list, and the result with its parts apart. What was verified,
 * what a hall device saw and what was counted on paper are never added up
 * without being told apart.
 */
#include "protocol/ballot/ballot_draft.h"
#include "protocol/base/encoding.h"
#include "protocol/document/minutes_parts.h"

#include <stdlib.h>
#include <string.h>

struct telling {
    struct minutes_writing *writing;
    const struct minutes_facts *facts;
    const struct meeting_ballot *ballot;
    struct ballot_draft draft; /* without questions if it is withheld */
};

/* Names, "A, B"; cut at the end of the room. */
static struct minutes_short names_of(const struct telling *t,
                                     const struct identifier *const *ids,
                                     size_t count)
{
    struct minutes_short list = { "" };
    size_t used = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct minutes_short name =
            minutes_comrade(t->writing, t->facts, ids[i]);
        const size_t size = strlen(name.text);

        if (used + size + 3 > sizeof list.text)
            break;
        if (used > 0) {
            memcpy(list.text + used, ", ", 2);
            used += 2;
        }
        memcpy(list.text + used, name.text, size + 1);
        used += size;
    }
    return list;
}

/* --- before the count -------------------------------------------------------
 */

static void tell_title(const struct telling *t)
{
    const struct minutes_short name =
        minutes_fill(t->writing, PHRASE_PART, (int)t->draft.name.size,
                     t->draft.name.data ? t->draft.name.data : "");

    minutes_say(t->writing, PHRASE_BALLOT, t->ballot->id.text);
    minutes_say(t->writing, PHRASE_MOTION_TEXT,
                t->draft.name.data
                    ? name.text
                    : minutes_phrase(t->writing, PHRASE_WITHHELD));
}

static void tell_committee(const struct telling *t)
{
    const struct meeting_ballot *ballot = t->ballot;
    const struct identifier *ids[LIMIT_BALLOT_TELLERS];
    size_t i;

    for (i = 0; i < ballot->teller_count; i++)
        ids[i] = &ballot->tellers[i].member;
    minutes_say(t->writing, PHRASE_BALLOT_COMMITTEE,
                names_of(t, ids, ballot->teller_count).text,
                (unsigned long long)ballot->threshold,
                (unsigned long long)ballot->teller_count);
    if (!identifier_is_empty(&ballot->vote))
        minutes_say(t->writing, PHRASE_BALLOT_ADOPTED, ballot->vote.text);
}

/* Who attended by radio or telephone has no secret ballot. */
static void tell_relayed(const struct telling *t)
{
    const struct meeting_ballot *ballot = t->ballot;
    const struct identifier **ids =
        calloc(ballot->voter_count + 1, sizeof(const struct identifier *));
    size_t count = 0;
    size_t i;

    for (i = 0; ids && i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];
        const struct meeting_person *person =
            meeting_state_person(t->facts->state, &voter->member);

        if (voter->channel == BALLOT_BY_NONE && person &&
            t->facts->people[person - t->facts->state->people].mode ==
                MODE_VOICE_RELAY)
            ids[count++] = &voter->member;
    }
    if (count > 0)
        minutes_say(t->writing, PHRASE_BALLOT_RELAYED,
                    names_of(t, ids, count).text);
    free((void *)ids);
}

static void tell_list(const struct telling *t)
{
    struct meeting_ballot_numbers numbers;

    if (t->ballot->opened_seq == 0)
        return;
    meeting_ballot_numbers(t->ballot, &numbers);
    minutes_say(t->writing, PHRASE_BALLOT_LIST,
                minutes_clock(t->writing, t->ballot->opened_ms).text,
                (unsigned long long)t->ballot->length,
                (unsigned long long)numbers.attested,
                (unsigned long long)numbers.confirmed);
    if (t->ballot->is_opened_knowingly || t->ballot->is_counted_knowingly)
        minutes_say(t->writing, PHRASE_BALLOT_KNOWINGLY);
}

/* --- the result -------------------------------------------------------------
 */

static void tell_halls(const struct telling *t)
{
    const struct meeting_ballot *ballot = t->ballot;
    size_t i;

    for (i = 0; i < ballot->pool_count; i++) {
        const struct meeting_ballot_pool *pool = &ballot->pools[i];
        const struct meeting_site *site =
            meeting_state_site(t->facts->state, &pool->site);

        if (pool->is_dropped || !site)
            continue;
        minutes_say(
            t->writing,
            pool->is_transcribed ? PHRASE_BALLOT_ENTERED : PHRASE_BALLOT_HALL,
            (unsigned long long)(pool->is_included ? pool->own : pool->k),
            minutes_site_name(t->facts, &pool->site),
            minutes_comrade(t->writing, t->facts, &site->keeper).text,
            minutes_comrade(t->writing, t->facts, &pool->confirmed_by).text);
    }
}

static bool has_paper(const struct telling *t)
{
    const struct meeting_ballot_paper *paper = &t->ballot->paper;

    return paper->is_entered && paper->is_confirmed &&
           paper->count_count == t->ballot->count_count;
}

static void tell_numbers(const struct telling *t)
{
    const struct meeting_ballot_paper *paper = &t->ballot->paper;

    minutes_say(t->writing, PHRASE_BALLOT_DEVICES,
                (unsigned long long)t->ballot->length,
                (unsigned long long)t->ballot->returned);
    tell_halls(t);
    if (has_paper(t))
        minutes_say(
            t->writing, PHRASE_BALLOT_PAPER, (unsigned long long)paper->issued,
            (unsigned long long)paper->returned,
            (unsigned long long)paper->valid,
            (unsigned long long)paper->invalid,
            minutes_comrade(t->writing, t->facts, &paper->entered_by).text,
            minutes_comrade(t->writing, t->facts, &paper->confirmed_by).text);
}

/* One answer: by device, on paper, together, and of those who count. */
static void tell_count(const struct telling *t, struct text_view answer,
                       size_t position)
{
    const unsigned long long all = t->ballot->denominator;
    const uint64_t online = t->ballot->counts[position];
    const uint64_t paper = has_paper(t) ? t->ballot->paper.counts[position] : 0;
    const struct minutes_short name =
        minutes_fill(t->writing, PHRASE_PART, (int)answer.size, answer.data);
    const struct minutes_short percent =
        minutes_percent(t->writing, online + paper, t->ballot->denominator);

    if (has_paper(t))
        minutes_say(t->writing, PHRASE_BALLOT_COUNT_BOTH, name.text,
                    (unsigned long long)online, (unsigned long long)paper,
                    (unsigned long long)(online + paper), all, percent.text);
    else
        minutes_say(t->writing, PHRASE_BALLOT_COUNT, name.text,
                    (unsigned long long)online, all, percent.text);
}

static void tell_question(const struct telling *t,
                          const struct ballot_question *question,
                          size_t position)
{
    const struct minutes_short text =
        minutes_fill(t->writing, PHRASE_PART, (int)question->question.size,
                     question->question.data);
    size_t i;

    minutes_say(t->writing, PHRASE_BALLOT_QUESTION, text.text);
    if (question->has_blank) {
        minutes_say(t->writing, PHRASE_BALLOT_BLANK,
                    (unsigned long long)(t->ballot->returned -
                                         t->ballot->counts[position]),
                    (unsigned long long)t->ballot->counts[position]);
        if (has_paper(t))
            minutes_say(t->writing, PHRASE_BALLOT_BLANK_PAPER,
                        (unsigned long long)t->ballot->paper.counts[position]);
        position++;
    }
    for (i = 0; i < question->answer_count; i++)
        tell_count(t, question->answers[i], position + i);
}

static void tell_questions(const struct telling *t)
{
    size_t position = 0;
    size_t i;

    for (i = 0; i < t->draft.question_count; i++) {
        const struct ballot_question *question = &t->draft.questions[i];
        const size_t count = ballot_question_position_count(question);

        if (position + count > t->ballot->count_count)
            break;
        tell_question(t, question, position);
        position += count;
    }
}

static void tell_result(const struct telling *t)
{
    char head[HEX_SIZE(HASH_SIZE)];

    tell_numbers(t);
    if (t->ballot->matter.matter == matter_none_ ||
        t->ballot->matter.is_announced) {
        tell_questions(t);
        minutes_tell_decided(t->writing, t->facts, t->ballot);
    } else {
        minutes_say(t->writing, PHRASE_BALLOT_UNANNOUNCED);
    }
    hex_encode(t->ballot->archive.head.bytes, HASH_SIZE, head);
    minutes_say(t->writing, PHRASE_BALLOT_HEAD);
    minutes_say(t->writing, PHRASE_BALLOT_HEAD_HEX, head);
}

/* What the server itself did has no reason in words. */
static const char *void_reason_of(const struct telling *t, const char *given)
{
    switch ((int)t->ballot->void_reason) {
    case VOID_OBJECTION:
        return minutes_phrase(t->writing, PHRASE_VOID_OBJECTION);
    case VOID_KEYS:
        return minutes_phrase(t->writing, PHRASE_VOID_KEYS);
    case VOID_QUORUM:
        return minutes_phrase(t->writing, PHRASE_VOID_QUORUM);
    default:
        return given;
    }
}

/* --- the whole --------------------------------------------------------------
 */

void minutes_tell_ballot(struct minutes_writing *writing,
                         const struct minutes_facts *facts,
                         const struct meeting_ballot *ballot,
                         const char *void_reason)
{
    struct telling t = { .writing = writing, .facts = facts, .ballot = ballot };
    const char *form = minutes_opening(writing, ballot->drafted_seq, "form");

    /* A form that is withheld, or cannot be read, has no questions here. */
    if (ballot_draft_read(text_view_of(form), &t.draft) != BALLOT_FAULT_NONE)
        ballot_draft_release(&t.draft);
    tell_title(&t);
    tell_committee(&t);
    tell_relayed(&t);
    tell_list(&t);
    if (ballot->phase == BALLOT_PHASE_DONE)
        tell_result(&t);
    else if (ballot->phase == BALLOT_PHASE_VOID)
        minutes_say(writing, PHRASE_BALLOT_VOID,
                    void_reason_of(&t, void_reason));
    else
        minutes_say(writing, PHRASE_BALLOT_OPEN);
    ballot_draft_release(&t.draft);
}
