#include "server/document/minutes_parts.h"

#include <stdio.h>
#include <string.h>

/* --- who recorded what --------------------------------------------------- */

static bool is_ticked_by(const struct minutes_person *person,
                         const struct identifier *ticker)
{
    return minutes_person_came(person) &&
           identifier_equal(&person->ticked_by, ticker);
}

/* One note for each who ticked, told at the first person ticked. */
static void tell_tickers(struct minutes_writing *writing,
                         const struct minutes_facts *facts)
{
    size_t i, k;

    for (i = 0; i < facts->person_count; i++) {
        const struct identifier *ticker = &facts->people[i].ticked_by;
        unsigned long long before = 0, count = 0;

        if (identifier_is_empty(ticker))
            continue;
        for (k = 0; k < facts->person_count; k++) {
            bool is_theirs = is_ticked_by(&facts->people[k], ticker);

            before += is_theirs && k < i;
            count += is_theirs;
        }
        if (before == 0 && is_ticked_by(&facts->people[i], ticker))
            minutes_say(writing, PHRASE_NOTE_TICKED,
                        minutes_comrade(writing, facts, ticker).text, count);
    }
}

static void count_devices(const struct meeting_holder *holder,
                          unsigned long long *all,
                          unsigned long long *unvouched)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        *all += holder->devices[i].has_slot;
        *unvouched += holder->devices[i].has_slot &&
                      holder->devices[i].vouched_by[0] == '\0';
    }
}

static void tell_unvouched(struct minutes_writing *writing,
                           const struct meeting_state *state)
{
    unsigned long long all = 0, unvouched = 0;
    size_t i;

    for (i = 0; i < state->person_count; i++)
        count_devices(&state->people[i].holder, &all, &unvouched);
    for (i = 0; i < state->site_count; i++)
        count_devices(&state->sites[i].holder, &all, &unvouched);
    if (unvouched > 0)
        minutes_say(writing, PHRASE_NOTE_UNVOUCHED, unvouched, all);
}

static void tell_head(struct minutes_writing *writing,
                      const struct minutes_facts *facts)
{
    char head[HEX_SIZE(HASH_SIZE)];

    hex_encode(facts->head.bytes, HASH_SIZE, head);
    minutes_say(writing, PHRASE_NOTE_HEAD,
                (unsigned long long)facts->state->next_seq - 1);
    minutes_say(writing, PHRASE_NOTE_HEAD_HEX, head);
}

/* --- signatures ---------------------------------------------------------- */

enum { SIGNATURE_COLUMN = 44, SIGNATURE_LINES = 4 };

static void tell_pair(struct minutes_writing *writing, const char *left,
                      const char *right)
{
    size_t columns = minutes_columns(left);

    byte_writer_text(writing->out, text_view_of(left));
    do
        byte_writer_u8(writing->out, ' ');
    while (++columns < SIGNATURE_COLUMN);
    byte_writer_text(writing->out, text_view_of(right));
    byte_writer_u8(writing->out, '\n');
}

static void tell_signatures(struct minutes_writing *writing,
                            const struct minutes_facts *facts)
{
    int i;

    minutes_say(writing, PHRASE_BLANK);
    tell_pair(writing, minutes_phrase(writing, PHRASE_SIGN_MINUTES),
              minutes_phrase(writing, PHRASE_SIGN_CHAIR));
    for (i = 0; i < SIGNATURE_LINES; i++)
        minutes_say(writing, PHRASE_BLANK);
    tell_pair(writing, minutes_name(facts, &facts->state->minute_taker),
              minutes_name(facts, &facts->state->presiding));
}

void minutes_tell_end(struct minutes_writing *writing,
                      const struct minutes_facts *facts)
{
    const struct meeting_state *state = facts->state;

    minutes_say(writing, PHRASE_BLANK);
    minutes_say(writing, PHRASE_END);
    if (state->phase == MEETING_CLOSED)
        minutes_say(writing, PHRASE_CLOSED_AT,
                    minutes_moment(writing, state->closed_ms).text);
    else
        minutes_say(writing, PHRASE_NOT_CLOSED);
    minutes_say(writing, PHRASE_BLANK);
    minutes_say(writing, PHRASE_NOTES);
    minutes_say(writing, PHRASE_NOTE_SERVER);
    tell_tickers(writing, facts);
    if (state->vote_count > 0)
        minutes_say(writing, PHRASE_NOTE_DENOMINATOR, state->ruleset);
    tell_unvouched(writing, state);
    tell_head(writing, facts);
    tell_signatures(writing, facts);
}
