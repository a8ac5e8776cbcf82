#include "protocol/document/minutes_parts.h"

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

/* Who showed by a code or a PIN that she was at the place. */
static void tell_checked_in(struct minutes_writing *writing,
                            const struct minutes_facts *facts,
                            enum presence_source source, enum minutes_phrase id)
{
    unsigned long long count = 0;
    size_t i;

    for (i = 0; i < facts->person_count; i++)
        count += minutes_person_came(&facts->people[i]) &&
                 facts->people[i].source == source;
    if (count > 0)
        minutes_say(writing, id, count);
}

/* Devices that took part. */
struct device_count {
    unsigned long long all, unvouched, founding;
};

static void count_devices(const struct meeting_holder *holder,
                          struct device_count *count)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        const struct meeting_device *device = &holder->devices[i];

        if (!device->has_slot)
            continue;
        count->all++;
        count->unvouched += !meeting_device_is_vouched(device);
        count->founding += device->is_founding;
    }
}

static void tell_vouching(struct minutes_writing *writing,
                          const struct meeting_state *state)
{
    struct device_count count = { 0, 0, 0 };
    size_t i;

    for (i = 0; i < state->person_count; i++)
        count_devices(&state->people[i].holder, &count);
    for (i = 0; i < state->site_count; i++)
        count_devices(&state->sites[i].holder, &count);
    if (count.unvouched > 0)
        minutes_say(writing, PHRASE_NOTE_UNVOUCHED, count.unvouched, count.all);
    if (count.founding > 0)
        minutes_say(writing, PHRASE_NOTE_FOUNDING, count.founding);
    if (!state->is_vouching_required)
        minutes_say(writing, PHRASE_NOTE_OPTIONAL);
}

static void tell_checkpoint(struct minutes_writing *writing,
                            const struct meeting_checkpoint *checkpoint)
{
    if (checkpoint->seq == 0)
        return;
    minutes_say(writing, PHRASE_NOTE_CONFIRMED,
                (unsigned long long)checkpoint->upto,
                (unsigned long long)checkpoint->signer_count,
                (unsigned long long)checkpoint->asked_count);
    if (!checkpoint->is_complete)
        minutes_say(writing, PHRASE_NOTE_INCOMPLETE);
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
    minutes_tell_score(writing, facts);
    minutes_say(writing, PHRASE_BLANK);
    minutes_say(writing, PHRASE_NOTES);
    minutes_say(writing, PHRASE_NOTE_SERVER);
    tell_tickers(writing, facts);
    tell_checked_in(writing, facts, SOURCE_CODE, PHRASE_NOTE_BY_CODE);
    tell_checked_in(writing, facts, SOURCE_PIN, PHRASE_NOTE_BY_PIN);
    if (state->vote_count > 0)
        minutes_say(writing, PHRASE_NOTE_DENOMINATOR, state->ruleset);
    tell_vouching(writing, state);
    tell_checkpoint(writing, &state->checkpoint);
    tell_head(writing, facts);
    tell_signatures(writing, facts);
}
