/*
 * What the minutes need from the whole log before the first line is written:
 * the folded state, the newest names, who was there from when to when, who had
 * which duty. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_FACTS_H
#define PROTOCOL_DOCUMENT_MINUTES_FACTS_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/document/minutes_writing.h"

/* What the state does not keep of a person; beside state->people. */
struct minutes_person {
    const char *name;
    bool is_present;
    bool was_present;        /* a spell that has ended, of the meeting itself */
    enum presence_mode mode; /* newest */
    struct identifier site;  /* of mode site */
    struct identifier ticked_by; /* member or site; empty: own connection */
    enum presence_source source; /* of the newest */
    int64_t came_ms;
    int64_t left_ms; /* of somebody who was present and is not */
    uint64_t absence_seq;
};

/* From when on somebody presides or takes the minutes. */
struct minutes_duty {
    int64_t since_ms; /* 0: from the start */
    struct identifier member;
    bool is_chair;
};

struct minutes_hall {
    struct identifier vote;
    struct identifier site;
    struct identifier by;
    uint64_t ticked;
};

struct minutes_facts {
    struct meeting_state *state;   /* owned */
    struct minutes_person *people; /* owned; one for each of state->people */
    size_t person_count;
    const char **sites; /* owned; names, beside state->sites */
    size_t site_count;
    const char **items; /* owned; titles, beside state->items */
    size_t item_count;
    int64_t *counted_ms; /* owned; when a ballot's result stood, 0: it does not;
                            beside state->ballots */
    size_t ballot_count;
    struct minutes_duty *duties; /* owned, in the order of the log */
    size_t duty_count;
    struct minutes_hall *halls; /* owned; the newest of a vote and site last */
    size_t hall_count;
    struct hash head;
    int64_t called_ms; /* of the first event */
};

/*
 * Reads the whole log. RESULT_CORRUPT if it is no meeting's log;
 * RESULT_NO_MEMORY. The caller ends `out`, zero-initialised before, with
 * minutes_facts_release() in every case.
 */
MUST_USE enum result minutes_facts_learn(struct minutes_facts *out,
                                         const struct minutes_writing *writing);
void minutes_facts_release(struct minutes_facts *facts);

/* Came to the meeting, whether or not still there. */
bool minutes_person_came(const struct minutes_person *person);
/* The newest name of a member or site; the id itself if it is unknown. */
const char *minutes_name(const struct minutes_facts *facts,
                         const struct identifier *id);
/* The name of a site behind the word "điểm cầu": without that word where the
 * name begins with it itself. */
const char *minutes_site_name(const struct minutes_facts *facts,
                              const struct identifier *site);
/* The newest entry of this hall in this vote, or NULL. */
const struct minutes_hall *minutes_hall_of(const struct minutes_facts *facts,
                                           const struct identifier *vote,
                                           const struct identifier *site);

#endif
