/* Errata in the minutes: beside the line, and all of them behind the end. */
#include "protocol/document/minutes_parts.h"

#include <stdio.h>

static bool is_any_told(const struct minutes_errata *errata)
{
    size_t i;

    for (i = 0; errata && i < errata->count; i++)
        if (minutes_erratum_is_told(&errata->rows[i]))
            return true;
    return false;
}

void minutes_tell_corrected(struct minutes_writing *writing, const char *entry,
                            uint64_t seq)
{
    char numbers[MINUTES_CORRECTED_SIZE];

    if (writing->is_listing)
        return;
    minutes_errata_of_line(writing->source->errata, entry, seq, numbers);
    if (numbers[0] != '\0')
        minutes_say(writing, PHRASE_CORRECTED, numbers);
}

/* --- where ---------------------------------------------------------------- */

static const struct meeting_vote *vote_closed_at(const struct meeting_state *s,
                                                 uint64_t seq)
{
    size_t i;

    for (i = 0; i < s->vote_count; i++)
        if (s->votes[i].closed_seq == seq)
            return &s->votes[i];
    return NULL;
}

static struct minutes_short within(const struct minutes_writing *writing,
                                   const struct minutes_facts *facts,
                                   const struct identifier *item,
                                   const char *what)
{
    const struct meeting_item *row =
        identifier_is_empty(item) ? NULL
                                  : meeting_state_item(facts->state, item);

    return row ? minutes_fill(writing, PHRASE_PLACE_ITEM,
                              facts->items[row - facts->state->items], what)
               : minutes_fill(writing, PHRASE_TEXT, what);
}

struct minutes_short
minutes_erratum_place(const struct minutes_writing *writing,
                      const struct minutes_facts *facts,
                      const struct erratum_text *text)
{
    static const struct identifier none = { "" };
    const struct meeting_entry *entry =
        meeting_state_entry(facts->state, &text->entry);
    const struct meeting_vote *vote =
        text->line > 0 ? vote_closed_at(facts->state, text->line) : NULL;

    if (!identifier_is_empty(&text->entry))
        return within(
            writing, facts, entry ? &entry->item : &none,
            minutes_fill(writing, PHRASE_PLACE_ENTRY, text->entry.text).text);
    if (vote)
        return within(
            writing, facts, &vote->item,
            minutes_fill(writing, PHRASE_PLACE_VOTE, vote->id.text).text);
    if (text->line > 0)
        return minutes_fill(writing, PHRASE_PLACE_LINE,
                            (unsigned long long)text->line);
    return minutes_fill(writing, PHRASE_PLACE_ALL);
}

/* --- by whom -------------------------------------------------------------- */

const char *minutes_erratum_name(const struct minutes_facts *facts,
                                 const struct minutes_erratum_signer *signer)
{
    return signer->name ? signer->name : minutes_name(facts, &signer->member);
}

struct minutes_short
minutes_erratum_capacity(const struct minutes_writing *writing,
                         const struct minutes_facts *facts,
                         const struct minutes_erratum_signer *signer)
{
    const struct meeting_state *state = facts->state;

    if (signer->role == SIGNER_CHAIR)
        return minutes_fill(writing,
                            identifier_equal(&signer->member, &state->presiding)
                                ? PHRASE_AS_CHAIR
                                : PHRASE_FOR_CHAIR);
    return minutes_fill(writing,
                        identifier_equal(&signer->member, &state->minute_taker)
                            ? PHRASE_AS_TAKER
                            : PHRASE_FOR_TAKER);
}

static void tell_signer(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct minutes_erratum *erratum,
                        enum minutes_signer role)
{
    const struct minutes_erratum_signer *signer =
        minutes_erratum_signer(erratum, role);

    if (signer)
        minutes_say(writing, PHRASE_ERRATUM_SIGNED,
                    minutes_erratum_name(facts, signer),
                    minutes_erratum_capacity(writing, facts, signer).text,
                    minutes_moment(writing, signer->at_ms).text);
}

/* --- all of them ---------------------------------------------------------- */

struct minutes_short minutes_erratum_date(const struct erratum_text *text)
{
    struct minutes_short out;

    /* It is a date by its form: 2026-11-29. */
    (void)snprintf(out.text, sizeof out.text, "%.2s/%.2s/%.4s",
                   &text->date.data[8], &text->date.data[5], text->date.data);
    return out;
}

static const char *part(const struct minutes_writing *writing,
                        struct text_view text)
{
    return text.size > 0 ? text.data
                         : minutes_phrase(writing, PHRASE_ERRATUM_NOTHING);
}

static void tell_one(struct minutes_writing *writing,
                     const struct minutes_facts *facts,
                     const struct minutes_erratum *erratum)
{
    const struct erratum_text *text = &erratum->text;

    minutes_say(writing, PHRASE_ERRATUM, (unsigned long long)erratum->number,
                minutes_erratum_date(text).text,
                minutes_erratum_place(writing, facts, text).text);
    minutes_say(writing, PHRASE_ERRATUM_STANDS, part(writing, text->stands));
    minutes_say(writing, PHRASE_ERRATUM_SHOULD, part(writing, text->should));
    minutes_say(writing, PHRASE_ERRATUM_REASON, text->reason.data);
    tell_signer(writing, facts, erratum, SIGNER_MINUTE_TAKER);
    tell_signer(writing, facts, erratum, SIGNER_CHAIR);
}

void minutes_tell_errata(struct minutes_writing *writing,
                         const struct minutes_facts *facts)
{
    const struct minutes_errata *errata = writing->source->errata;
    size_t i;

    if (!is_any_told(errata))
        return;
    minutes_say(writing, PHRASE_BLANK);
    minutes_say(writing, PHRASE_ERRATA);
    minutes_say(writing, PHRASE_ERRATA_NOTE);
    for (i = 0; i < errata->count; i++)
        if (minutes_erratum_is_told(&errata->rows[i]))
            tell_one(writing, facts, &errata->rows[i]);
}
