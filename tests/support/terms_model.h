/*
 * A model of its own of who counts in a vote, for tests that play at random. It
 * follows the events of a meeting alone, and says by tables written by hand
 * from config/rules who counts, how many are needed, whether the roll is fresh,
 * who may have voted and what came out; what was fixed when a vote was opened,
 * or a secret ballot adopted, has to stay. Nothing of it asks the code of the
 * rules. The first thing that is not so is kept as words.
 */
#ifndef TESTS_SUPPORT_TERMS_MODEL_H
#define TESTS_SUPPORT_TERMS_MODEL_H

#include "tests/support/meeting_transcript.h"

enum { TERMS_PEOPLE = 24, TERMS_VOTES = 400 };

/* The rulesets that are shipped. */
enum terms_rules {
    TERMS_BY_INTERIM,
    TERMS_BY_PARTY,
    TERMS_BY_ASSOCIATION,
    TERMS_RULES
};

struct terms_person {
    struct identifier id;
    int category;
    bool is_there;
    bool is_throughout;
    bool is_in_committee;
};

/* An open vote, or a secret ballot from its adoption. */
struct terms_fixed {
    enum matter matter;
    bool is_known, is_open;
    uint64_t d, need;
    bool is_in[TERMS_PEOPLE], has_voted[TERMS_PEOPLE];
    uint64_t own[choice_count_], hall[3][choice_count_];
};

struct terms_model {
    enum terms_rules rules;
    enum meeting_kind kind;
    struct terms_person people[TERMS_PEOPLE];
    size_t count;
    bool is_fresh;      /* nobody has come, left or changed since the roll */
    uint64_t d_of_roll; /* what the newest roll would give */
    struct terms_fixed votes[TERMS_VOTES], ballots[TERMS_VOTES];
    unsigned opened[matter_count_], adopted[matter_count_];
    unsigned moved;      /* a count at another moment would have been another */
    unsigned since_roll; /* opened although somebody came or left since */
    const char *wrong;   /* the first thing that was */
};
/* An empty model learns who is on the roll, and who is there, at this moment.
 */
void terms_model_learn(struct terms_model *model,
                       const struct meeting_state *state);
/* Who counts in a vote on the matter if it were opened now. */
uint64_t terms_model_count(const struct terms_model *model, enum matter matter);
/* Takes in the newest decision, then compares the state. */
void terms_model_note(struct terms_model *model,
                      const struct meeting_transcript *meeting);
void terms_model_compare(struct terms_model *model,
                         const struct meeting_state *state);

#endif
