/*
 * The list of names of an election: who proposed whom, who stands no more, and
 * by how many a name from the floor was supported.
 */
#include "protocol/document/minutes_parts.h"

static const char *source_word(const struct minutes_writing *writing,
                               enum nomination_source source)
{
    static const enum minutes_phrase phrases[nomination_source_count_] = {
        [NOMINATED_BY_COMMITTEE] = PHRASE_BY_COMMITTEE,
        [NOMINATED_FROM_FLOOR] = PHRASE_FROM_FLOOR,
        [NOMINATED_SELF] = PHRASE_SELF
    };

    return minutes_phrase(writing, phrases[source]);
}

static void tell_nominee(struct minutes_writing *writing,
                         const struct minutes_facts *facts,
                         const struct meeting_nominee *nominee,
                         unsigned long long place)
{
    const struct minutes_short name =
        minutes_comrade(writing, facts, &nominee->member);

    if (nominee->is_withdrawn)
        minutes_say(writing, PHRASE_NAME_WITHDRAWN, name.text,
                    source_word(writing, nominee->source));
    else if (nominee->has_support)
        minutes_say(writing, PHRASE_NAME_SUPPORTED, place, name.text,
                    source_word(writing, nominee->source),
                    (unsigned long long)nominee->yes,
                    (unsigned long long)nominee->present,
                    (unsigned long long)nominee->need, nominee->vote.text);
    else
        minutes_say(writing, PHRASE_NAME, place, name.text,
                    source_word(writing, nominee->source));
}

void minutes_tell_list(struct minutes_writing *writing,
                       const struct minutes_facts *facts,
                       const struct meeting_election *election)
{
    unsigned long long place = 0;
    size_t i;

    minutes_say(writing, PHRASE_ELECTION_LIST, election->id.text,
                minutes_opening(writing, election->called_seq, "title"),
                (unsigned long long)election->seats);
    for (i = 0; i < election->nominee_count; i++) {
        place += !election->nominees[i].is_withdrawn;
        tell_nominee(writing, facts, &election->nominees[i], place);
    }
    minutes_say(writing, PHRASE_LIST_TAKEN, place, election->vote.text);
}
