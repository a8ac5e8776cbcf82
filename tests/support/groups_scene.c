#include "tests/support/groups_scene.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

void groups_scene_must(struct groups_scene *scene, struct command command)
{
    if (register_world_do(&scene->world, administrator(), &command) !=
        REFUSAL_NONE)
        fail_msg("%s: %s", command_name(command.op),
                 refusal_code_text(scene->world.last.refusal.code));
}

void groups_scene_put(struct groups_scene *scene, const char *member,
                      enum category category, enum office office,
                      const char *group)
{
    struct command command = change_member(member, "u2", category, office);

    command.body.change_member.group = id_of(group);
    groups_scene_must(scene, command);
}

static void fill(struct groups_scene *scene, size_t members)
{
    size_t i;

    groups_scene_must(
        scene, add_unit(UNIT_PARTY_GROUP, "u2", "Tổ đảng số 2")); /* u5 */
    groups_scene_put(scene, "m1", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER, "u4");
    groups_scene_put(scene, "m2", CATEGORY_OFFICIAL, OFFICE_DEPUTY_LEADER,
                     "u5");
    groups_scene_put(scene, "m3", CATEGORY_OFFICIAL, OFFICE_GROUP_LEADER, "u4");
    groups_scene_put(scene, "m4", CATEGORY_PROBATIONARY, OFFICE_NONE, "u5");
    for (i = 4; i < members; i++) {
        struct command command = add_member("u2", "Đảng viên Mẫu thêm",
                                            CATEGORY_OFFICIAL, OFFICE_NONE);

        command.body.add_member.group = id_of(i % 2 == 0 ? "u4" : "u5");
        groups_scene_must(scene, command);
    }
}

struct groups_scene *groups_scene_new(size_t members)
{
    struct groups_scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    register_world_settle(&scene->world);
    scene->rules = *ruleset_file("party-2026.conf");
    scene->world.rules = &scene->rules;
    fill(scene, members);
    return scene;
}

void groups_scene_free(struct groups_scene *scene)
{
    register_world_release(&scene->world);
    free(scene);
}

struct identifier groups_scene_call(struct groups_scene *scene,
                                    const char *unit, enum meeting_kind kind,
                                    const char *chair, const char *minute_taker)
{
    struct command command = schedule(unit, chair, "", minute_taker);

    command.body.schedule_meeting.kind = (int)kind;
    groups_scene_must(scene, command);
    return scene->world.last.made;
}

/* The meeting that schedule() calls is on 25 November 2025, 19:30. */
struct command groups_scene_hold(struct groups_scene *scene,
                                 struct identifier meeting, uint64_t year,
                                 size_t parts)
{
    struct command command = { .op = OP_HOLD_BY_GROUPS };

    command.body.hold_by_groups.meeting = meeting;
    command.body.hold_by_groups.year = year;
    command.body.hold_by_groups.groups =
        (struct items){ parts ? scene->parts : NULL, parts };
    return command;
}

/* A meeting of the cell and two of its groups, which are to be its parts. */
struct identifier groups_scene_call_all(struct groups_scene *scene)
{
    scene->parts[0].meeting =
        groups_scene_call(scene, "u4", KIND_PARTY_GROUP, "m3", "m1");
    scene->parts[1].meeting =
        groups_scene_call(scene, "u5", KIND_PARTY_GROUP, "m2", "m4");
    return groups_scene_call(scene, "u2", KIND_REGULAR, "m1", "m2");
}
