/*
 * A cell that is large enough to meet by its party groups: u2 with the groups
 * u4 (led by m3) and u5; everybody is in one of them, and as many members more
 * as are asked for. Under the rules of the Party.
 */
#ifndef TESTS_SUPPORT_GROUPS_SCENE_H
#define TESTS_SUPPORT_GROUPS_SCENE_H

#include "tests/support/register_world.h"

enum { GROUPS_SCENE_PARTS = 2 };

struct groups_scene {
    struct register_world world;
    struct ruleset rules;
    struct group_meeting parts[GROUPS_SCENE_PARTS]; /* the newest */
};

/* Ended by groups_scene_free(). */
struct groups_scene *groups_scene_new(size_t members);
void groups_scene_free(struct groups_scene *scene);

/* By the administrator; ends the test if it is refused. */
void groups_scene_must(struct groups_scene *scene, struct command command);
/* The member is so, and in this group of u2. */
void groups_scene_put(struct groups_scene *scene, const char *member,
                      enum category category, enum office office,
                      const char *group);
/* Calls a meeting; its id. */
struct identifier groups_scene_call(struct groups_scene *scene,
                                    const char *unit, enum meeting_kind kind,
                                    const char *chair,
                                    const char *minute_taker);
/* A meeting of the cell, its id, and those of its groups, which are to be its
 * parts. */
struct identifier groups_scene_call_all(struct groups_scene *scene);
/* To hold the meeting by the first so many of the parts (0: as a plenary). The
 * meetings are on 25 November 2025, 19:30. */
struct command groups_scene_hold(struct groups_scene *scene,
                                 struct identifier meeting, uint64_t year,
                                 size_t parts);

#endif
