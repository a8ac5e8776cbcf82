/*
 * The rules of a ruleset by name: where each stands in the file, and what a
 * decision names as its ground. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_RULE_ID_H
#define PROTOCOL_RULES_RULE_ID_H

#include "protocol/rules/matter.h"

/* X(identifier, place in the file) */
#define RULE_ID_LIST(X)                                                        \
    X(RULE_ID_GRACE, "grace")                                                  \
    X(RULE_ID_FLOOR_LIMIT, "floor_limit")                                      \
    X(RULE_ID_ORDINARY_MOTION, "ordinary_motion")                              \
    X(RULE_ID_DENOMINATOR, "denominator")                                      \
    X(RULE_ID_CHECKPOINT, "checkpoint")                                        \
    X(RULE_ID_BALLOT, "ballot")                                                \
    X(RULE_ID_CATEGORY_OFFICIAL, "categories.official")                        \
    X(RULE_ID_CATEGORY_PROBATIONARY, "categories.probationary")                \
    X(RULE_ID_CATEGORY_EXEMPT, "categories.exempt")                            \
    X(RULE_ID_CATEGORY_TEMP_AWAY, "categories.temp_away")                      \
    X(RULE_ID_CATEGORY_TEMP_HERE, "categories.temp_here")                      \
    X(RULE_ID_CATEGORY_SUSPENDED, "categories.suspended")                      \
    X(RULE_ID_CATEGORY_UPPER_DELEGATE, "categories.upper_delegate")            \
    X(RULE_ID_CATEGORY_GUEST, "categories.guest")                              \
    X(RULE_ID_CATEGORY_TECHNICIAN, "categories.technician")                    \
    X(RULE_ID_DENOMINATOR_MEETING, "denominators.meeting")                     \
    X(RULE_ID_DENOMINATOR_CONGRESS, "denominators.congress")                   \
    X(RULE_ID_DENOMINATOR_COMMITTEE, "denominators.committee")                 \
    X(RULE_ID_ROLL_CALL, "roll_call")                                          \
    X(RULE_ID_ELIGIBILITY, "online_eligibility")                               \
    X(RULE_ID_DECLARATION, "declaration")                                      \
    X(RULE_ID_PUNCTUALITY, "punctuality")                                      \
    X(RULE_ID_THRESHOLD_RESOLUTION, "thresholds.resolution")                   \
    X(RULE_ID_THRESHOLD_AGENDA, "thresholds.agenda")                           \
    X(RULE_ID_THRESHOLD_MINUTES, "thresholds.minutes")                         \
    X(RULE_ID_THRESHOLD_PROCEDURE, "thresholds.procedure")                     \
    X(RULE_ID_THRESHOLD_ADMISSION, "thresholds.admission")                     \
    X(RULE_ID_THRESHOLD_RECOGNITION, "thresholds.recognition")                 \
    X(RULE_ID_THRESHOLD_RATING, "thresholds.rating")                           \
    X(RULE_ID_THRESHOLD_STRAW, "thresholds.straw")                             \
    X(RULE_ID_THRESHOLD_ELECTION, "thresholds.election")                       \
    X(RULE_ID_THRESHOLD_REPRIMAND, "thresholds.reprimand")                     \
    X(RULE_ID_THRESHOLD_WARNING, "thresholds.warning")                         \
    X(RULE_ID_THRESHOLD_REMOVAL, "thresholds.removal")                         \
    X(RULE_ID_THRESHOLD_EXPULSION, "thresholds.expulsion")                     \
    X(RULE_ID_FORM_RESOLUTION, "forms.resolution")                             \
    X(RULE_ID_FORM_AGENDA, "forms.agenda")                                     \
    X(RULE_ID_FORM_MINUTES, "forms.minutes")                                   \
    X(RULE_ID_FORM_PROCEDURE, "forms.procedure")                               \
    X(RULE_ID_FORM_ADMISSION, "forms.admission")                               \
    X(RULE_ID_FORM_RECOGNITION, "forms.recognition")                           \
    X(RULE_ID_FORM_DISCIPLINE, "forms.discipline")                             \
    X(RULE_ID_FORM_CONFIDENCE, "forms.confidence")                             \
    X(RULE_ID_FORM_RATING, "forms.rating")                                     \
    X(RULE_ID_FORM_STRAW, "forms.straw")                                       \
    X(RULE_ID_FORM_ELECTION, "forms.election")                                 \
    X(RULE_ID_REMOTE, "remote")                                                \
    X(RULE_ID_QUORUM_MEETING, "quorum.meeting")                                \
    X(RULE_ID_QUORUM_CONGRESS, "quorum.congress")                              \
    X(RULE_ID_QUORUM_COMMITTEE, "quorum.committee")                            \
    X(RULE_ID_QUORUM_CONFIDENCE, "quorum.confidence")                          \
    X(RULE_ID_VALIDITY_LIST_SURPLUS, "validity.list_surplus")                  \
    X(RULE_ID_VALIDITY_LIST_NO_SURPLUS, "validity.list_no_surplus")            \
    X(RULE_ID_VALIDITY_SINGLE, "validity.single")                              \
    X(RULE_ID_VALIDITY_ONE_OF, "validity.one_of")                              \
    X(RULE_ID_VALIDITY_LEVELS, "validity.levels")                              \
    X(RULE_ID_DISCIPLINE, "discipline")                                        \
    X(RULE_ID_CONFIDENCE, "confidence")                                        \
    X(RULE_ID_RATING, "rating")                                                \
    X(RULE_ID_ELECTION_SURPLUS, "election.surplus")                            \
    X(RULE_ID_ELECTION_OUTSIDE, "election.outside_nominee")                    \
    X(RULE_ID_ELECTION_SECOND_ROUND, "election.second_round")                  \
    X(RULE_ID_ELECTION_COMMITTEE, "election.committee")                        \
    X(RULE_ID_LENGTH, "length")                                                \
    X(RULE_ID_PARTY_GROUPS, "party_groups")                                    \
    X(RULE_ID_DEADLINE_RECOGNITION, "deadlines.recognition")                   \
    X(RULE_ID_DEADLINE_HOLIDAYS, "deadlines.holidays")                         \
    X(RULE_ID_DEADLINE_DOCUMENTS, "deadlines.documents")                       \
    X(RULE_ID_DEADLINE_POSTING, "deadlines.posting")                           \
    X(RULE_ID_DEADLINE_ABSENCE, "deadlines.absence")                           \
    X(RULE_ID_SCORE_SHEET, "score_sheet")                                      \
    X(RULE_ID_FLOOR, "floor")                                                  \
    X(RULE_ID_RECORDING, "recording")                                          \
    X(RULE_ID_AGENDA_CHANGES, "agenda.changes")                                \
    X(RULE_ID_AGENDA_DOCUMENTS, "agenda.documents")                            \
    X(RULE_ID_AGENDA_WARNING, "agenda.warning")

VOCABULARY_ENUM(rule_id, RULE_ID_LIST)

/* A rule by its place in the file, and the place; none for a word that this
 * version does not know, and "". */
enum rule_id rule_id_read(struct text_view place);
struct text_view rule_id_place(enum rule_id rule);

/* The rule that sets how a matter is tested; none for discipline, whose forms
 * have each their own, and for confidence. */
enum rule_id rule_id_of_threshold(enum matter matter);
enum rule_id rule_id_of_discipline(enum discipline form);
enum rule_id rule_id_of_form(enum matter matter);
enum rule_id rule_id_of_category(enum category category);
/* none for what is counted and not defined: present, valid. */
enum rule_id rule_id_of_measure(enum measure measure);

#endif
