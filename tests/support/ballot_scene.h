/*
 * An election for tests of its ballots: a key whose secret is known, a voter,
 * and three questions — one of three; at most two of three, or blank; any of
 * two, or blank (so that "none" and "blank" are two things). And files from
 * tests/vectors/ballot/.
 */
#ifndef TESTS_SUPPORT_BALLOT_SCENE_H
#define TESTS_SUPPORT_BALLOT_SCENE_H

#include "protocol/ballot/ballot_vote.h"
#include "tests/support/ballot_dice.h"

enum { BALLOT_SCENE_QUESTIONS = 3 };

struct ballot_scene {
    struct ballot_group *group;
    struct ballot_scalar key_secret;
    char *record; /* election.json */
    struct ballot_election election;
    struct ballot_booth *booth;
    struct ballot_dice dice;
    struct ballot_random random;
    struct ballot_scalar secret; /* of the voter */
    struct ballot_element credential;
};

void ballot_scene_init(struct ballot_scene *scene);
/* One question instead, of `answer_count` answers. */
void ballot_scene_init_question(struct ballot_scene *scene, size_t answer_count,
                                bool has_blank, uint32_t min, uint32_t max);
void ballot_scene_release(struct ballot_scene *scene);

/* A choice for each question in digits: "010 1000 011". The ballot, which the
 * caller ends with free(). */
struct text_view ballot_scene_vote(struct ballot_scene *scene,
                                   const char *marks);
/* The same, not asserted. */
enum result ballot_scene_try(struct ballot_scene *scene, const char *marks,
                             char **out, size_t *size);

/* The whole file without a line feed at its end; the caller ends the data with
 * free(). */
struct text_view ballot_scene_file(const char *path);

#endif
