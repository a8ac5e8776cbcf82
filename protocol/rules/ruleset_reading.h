/*
 * Reading a ruleset file: a setting at a time, each checked where it is read.
 * Faults are collected and the reading goes on, so that whoever mends the file
 * sees all of them; what is read after a fault is not used. For ruleset_*.c
 * only; one thread.
 */
#ifndef PROTOCOL_RULES_RULESET_READING_H
#define PROTOCOL_RULES_RULESET_READING_H

#include "protocol/rules/ruleset.h"

#include <libconfig.h>

#define NAME_COUNT(names) ((int)(sizeof(names) / sizeof((names)[0])))

struct ruleset_reading {
    struct ruleset ruleset;
    struct ruleset_faults faults;
    struct ruleset_notes *notes; /* NULL: sources are only checked */
    enum result result;          /* RESULT_NO_MEMORY, or OK */
};

/* Notes a fault of `at` (NULL: of nothing in particular), whose place is
 * completed by `name` if that is not NULL. The result, never NULL, may be given
 * min, max and detail. */
struct ruleset_fault *reading_fault(struct ruleset_reading *reading,
                                    enum ruleset_fault_kind kind,
                                    const config_setting_t *at,
                                    const char *name);

/* Each of these takes a NULL group, which stands for a fault noted before, and
 * gives nothing for it. */
const config_setting_t *reading_member(struct ruleset_reading *reading,
                                       const config_setting_t *group,
                                       const char *name, int type);
int64_t reading_number(struct ruleset_reading *reading,
                       const config_setting_t *group, const char *name,
                       int64_t min, int64_t max);
bool reading_flag(struct ruleset_reading *reading,
                  const config_setting_t *group, const char *name);
/* Borrowed from the file's settings. */
struct text_view reading_text(struct ruleset_reading *reading,
                              const config_setting_t *group, const char *name,
                              size_t length_max);
/* The value of a word; 0 after a fault. */
int reading_word(struct ruleset_reading *reading, const config_setting_t *group,
                 const char *name, const struct enum_words *words);
/* A set of the values of an array of words; ["all"] is every one. */
unsigned reading_set(struct ruleset_reading *reading,
                     const config_setting_t *group, const char *name,
                     const struct enum_words *words);
/* numerator, denominator and strict of a group. */
struct threshold reading_threshold(struct ruleset_reading *reading,
                                   const config_setting_t *group);

/* Other names than these, NULL-terminated, are faults. */
void reading_refuse_others(struct ruleset_reading *reading,
                           const config_setting_t *group,
                           const char *const *names);

/*
 * The group of a rule within `parent`, its source and whether it is unverified
 * taken; NULL after a fault. `names`, NULL-terminated: what the rule has
 * besides. With reading_rule_if_there() NULL without a fault, too.
 */
const config_setting_t *reading_rule(struct ruleset_reading *reading,
                                     const config_setting_t *parent,
                                     enum rule_id rule,
                                     const char *const *names);
const config_setting_t *reading_rule_if_there(struct ruleset_reading *reading,
                                              const config_setting_t *parent,
                                              enum rule_id rule,
                                              const char *const *names);
/* A group of rules at the root, with no names but these `count`; NULL, without
 * a fault, if it is not there. */
const config_setting_t *reading_group(struct ruleset_reading *reading,
                                      const config_setting_t *root,
                                      enum ruleset_group group,
                                      const char *const *names, int count);

/* The same where the group is one rule itself. */
const config_setting_t *reading_root_rule(struct ruleset_reading *reading,
                                          const config_setting_t *root,
                                          enum ruleset_group group,
                                          enum rule_id rule,
                                          const char *const *names);

/* An array of integers 0..100, at most `max`: how many there are. */
size_t reading_numbers(struct ruleset_reading *reading,
                       const config_setting_t *group, const char *name,
                       int64_t *out, size_t max);

/* --- The parts of a file ------------------------------------------------- */

void ruleset_read_base(struct ruleset_reading *reading,
                       const config_setting_t *root);
void ruleset_read_people(struct ruleset_reading *reading,
                         const config_setting_t *root);
void ruleset_read_votes(struct ruleset_reading *reading,
                        const config_setting_t *root);
void ruleset_read_decisions(struct ruleset_reading *reading,
                            const config_setting_t *root);
void ruleset_read_norms(struct ruleset_reading *reading,
                        const config_setting_t *root);
/* What no single rule can be asked for: that they fit each other. */
void ruleset_check_consistency(struct ruleset_reading *reading,
                               const config_setting_t *root);

#endif
