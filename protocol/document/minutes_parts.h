/*
 * The parts of the minutes, in their order on paper. Each writes to
 * writing->out; the facts are learned and the clock is set. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_PARTS_H
#define PROTOCOL_DOCUMENT_MINUTES_PARTS_H

#include "protocol/document/minutes_errata.h"
#include "protocol/document/minutes_facts.h"

/* Who of those whose presence counts came, and who did not. */
struct minutes_attendance {
    unsigned long long official, probationary, exempt;
    unsigned long long present_official, present_probationary;
    unsigned long long by_mode[presence_mode_count_];
    unsigned long long absent[absence_count_]; /* [0]: not noted */
    /* The same of each of the two. */
    unsigned long long official_absent[absence_count_];
    unsigned long long probationary_absent[absence_count_];
    unsigned long long late, early;
    unsigned long long temp_away, suspended;
};

/* Sets clock and day by the meeting's zone, before anything is told; ended with
 * minutes_end() if it was RESULT_OK. Else RESULT_NO_MEMORY. */
MUST_USE enum result minutes_begin(struct minutes_writing *writing,
                                   const struct minutes_facts *facts);
void minutes_end(struct minutes_writing *writing);

struct minutes_attendance
minutes_count_attendance(const struct minutes_facts *facts,
                         const struct minutes_writing *writing);
/* In person, online, both. */
const char *minutes_form(const struct minutes_writing *writing,
                         const struct minutes_attendance *attendance);
/* "Sinh hoạt chi bộ định kỳ tháng 02 năm 2026" */
struct minutes_short minutes_kind(const struct minutes_writing *writing,
                                  enum meeting_kind kind);
/* The same within a sentence: "sinh hoạt thường kỳ". */
const char *minutes_held(const struct minutes_writing *writing,
                         enum meeting_kind kind);
/* How somebody took part. */
struct minutes_short minutes_mode(const struct minutes_writing *writing,
                                  const struct minutes_facts *facts,
                                  const struct minutes_person *person);
/* The text of a task, and what became of it. */
const char *minutes_task_text(const struct minutes_writing *writing,
                              const struct meeting_task *task);
const char *minutes_task_result(const struct minutes_writing *writing,
                                const struct meeting_task *task);
const char *minutes_grade(const struct minutes_writing *writing,
                          enum grade grade);

/* Party, unit, kind, time, place, form, totals, the absent, the duties. */
void minutes_tell_header(struct minutes_writing *writing,
                         const struct minutes_facts *facts);
/* Each site with its people, and the hall if somebody counted there. */
void minutes_tell_sites(struct minutes_writing *writing,
                        const struct minutes_facts *facts);
/* The declaration before which no seat outside the hall opens. */
void minutes_tell_seats(struct minutes_writing *writing,
                        const struct minutes_facts *facts);
/* Co-chairs and moderators; a line of the course, if the event is about them
 * or the floor's order; who spoke how long. */
void minutes_tell_officers(struct minutes_writing *writing,
                           const struct minutes_facts *facts);
bool minutes_tell_floor(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_event *event);
void minutes_tell_times(struct minutes_writing *writing,
                        const struct minutes_facts *facts);
/*
 * Agenda items with speeches, entries and votes, then the course of the
 * meeting. Reads the log again. RESULT_CORRUPT or RESULT_NO_MEMORY.
 */
MUST_USE enum result
minutes_tell_proceedings(struct minutes_writing *writing,
                         const struct minutes_facts *facts);
/* How often the cell met by party groups, and who came to each; nothing of a
 * plenary. */
void minutes_tell_groups(struct minutes_writing *writing,
                         const struct minutes_facts *facts);
/* The minutes of the groups' meetings, each with a heading of its own.
 * RESULT_CORRUPT or RESULT_NO_MEMORY. */
MUST_USE enum result minutes_tell_parts(struct minutes_writing *writing,
                                        const struct minutes_facts *facts);
/* All parts of one meeting's minutes, in their order. */
MUST_USE enum result minutes_tell(struct minutes_writing *writing,
                                  const struct minutes_facts *facts);
/* What the groups decided together, where the next line goes. */
void minutes_tell_group_decision(struct minutes_writing *writing,
                                 const struct meeting_event *event);
/* When sub-rooms were open. False: an event of something else. */
bool minutes_tell_subrooms(struct minutes_writing *writing,
                           const struct meeting_event *event);
/* The title of the item at this place of the agenda, and how it was planned. */
void minutes_tell_item(struct minutes_writing *writing,
                       const struct minutes_facts *facts,
                       unsigned long long number, size_t i);
/* Nothing of a document that was withdrawn. */
void minutes_tell_document(struct minutes_writing *writing,
                           const struct minutes_facts *facts,
                           const struct event_document_attached *body,
                           const char *name);
/* Who showed it, when, and its name. */
void minutes_tell_shown(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_event *event);
void minutes_tell_comment(struct minutes_writing *writing,
                          const struct minutes_facts *facts,
                          const struct meeting_event *event);
/* Tasks of the meeting before with their results, then those of this one;
 * nothing if there are none. */
void minutes_tell_tasks(struct minutes_writing *writing,
                        const struct minutes_facts *facts);
/* A secret ballot, as far as it has come; why it is void, if it is. */
void minutes_tell_ballot(struct minutes_writing *writing,
                         const struct minutes_facts *facts,
                         const struct meeting_ballot *ballot,
                         const char *void_reason);
/* The names of an election, when the list is closed. */
void minutes_tell_list(struct minutes_writing *writing,
                       const struct minutes_facts *facts,
                       const struct meeting_election *election);
/* What its result comes to, if it decides anything. */
void minutes_tell_decided(struct minutes_writing *writing,
                          const struct minutes_facts *facts,
                          const struct meeting_ballot *ballot);
/* Of this the sentences that conclude: who or what is decided, and what is
 * still open. */
void minutes_tell_outcome(struct minutes_writing *writing,
                          const struct minutes_facts *facts,
                          const struct meeting_ballot *ballot);
/* A form of discipline: "cảnh cáo". */
const char *minutes_discipline(const struct minutes_writing *writing, int form);
/* The document by which remote seats vote, if one was named. */
void minutes_tell_authority(struct minutes_writing *writing,
                            const struct minutes_facts *facts);
/* A line of the course: quorum changed. */
void minutes_tell_quorum(struct minutes_writing *writing, const char *at,
                         const struct event_quorum_changed *body);
/* "2026-08-01" as people write it: "01/08/2026". */
struct minutes_short minutes_day(const char *date);
/* "2*yes > D" with a text for `yes` and the number D: "2 × 5 > 6". */
struct minutes_short minutes_arithmetic(const struct minutes_writing *writing,
                                        struct text_view test, const char *yes,
                                        uint64_t denominator);
/* What a vote was held under, as lines; a matter by name; who counted, of each
 * category: "chính thức 6/6, dự bị 0/1". */
void minutes_tell_terms(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_vote *vote);
/* The document that a rule is from, and whether it was compared with the
 * official text; nothing if the sources are not known. */
void minutes_tell_source(struct minutes_writing *writing, enum rule_id rule);
const char *minutes_matter(const struct minutes_writing *writing,
                           enum matter matter);
struct minutes_short minutes_counted(const struct minutes_writing *writing,
                                     const struct vote_people *people,
                                     size_t count);
/* Everybody by name: how and from when to when. */
void minutes_tell_roll(struct minutes_writing *writing,
                       const struct minutes_facts *facts);
/* The score sheet, if it was completed. */
void minutes_tell_score(struct minutes_writing *writing,
                        const struct minutes_facts *facts);
/* Closing time, who recorded what, the head of the log, signatures. */
void minutes_tell_end(struct minutes_writing *writing,
                      const struct minutes_facts *facts);

/* A line that errata correct is followed by their numbers; as
 * minutes_errata_of_line(). */
void minutes_tell_corrected(struct minutes_writing *writing, const char *entry,
                            uint64_t seq);
/* All errata that are in force; nothing if there are none. */
void minutes_tell_errata(struct minutes_writing *writing,
                         const struct minutes_facts *facts);
/* Parts of one: where it is about, its day, who signed it and as what. */
struct minutes_short
minutes_erratum_place(const struct minutes_writing *writing,
                      const struct minutes_facts *facts,
                      const struct erratum_text *text);
struct minutes_short minutes_erratum_date(const struct erratum_text *text);
const char *minutes_erratum_name(const struct minutes_facts *facts,
                                 const struct minutes_erratum_signer *signer);
struct minutes_short
minutes_erratum_capacity(const struct minutes_writing *writing,
                         const struct minutes_facts *facts,
                         const struct minutes_erratum_signer *signer);

/* "đồng chí Mẫu 01"; a site or guest by the name alone. */
struct minutes_short minutes_comrade(const struct minutes_writing *writing,
                                     const struct minutes_facts *facts,
                                     const struct identifier *id);

/* The same at the beginning of a sentence. */
struct minutes_short
minutes_comrade_first(const struct minutes_writing *writing,
                      const struct minutes_facts *facts,
                      const struct identifier *id);
/* Is this a member whose presence or absence is counted? */
bool minutes_is_counted(const struct meeting_person *person);
const char *minutes_category(const struct minutes_writing *writing,
                             enum category category);
/* NULL for somebody without an office. */
const char *minutes_office(const struct minutes_writing *writing,
                           enum office office);

#endif
