/*
 * An organisation "dbmau" in a folder of its own, for tests of what is done
 * while no server runs.
 */
#ifndef TESTS_SUPPORT_DESK_FIXTURE_H
#define TESTS_SUPPORT_DESK_FIXTURE_H

#include "protocol/record/signing_key.h"
#include "server/control/register_desk.h"
#include "tests/support/scratch_folder.h"

struct desk_fixture {
    struct scratch_folder folder;
    struct scratch_path database;
    struct scratch_path key_file; /* has `first` */
    struct signing_key first;     /* the key of the founding */
};

/* For cmocka: `*state` is the fixture. */
int desk_fixture_set_up(void **state);
int desk_fixture_tear_down(void **state);

/* Both fail the running test. */
struct register_desk *desk_fixture_open(const struct desk_fixture *fixture);
/* The log as a fresh reader finds it; store_log_free() ends it. */
struct store_log *desk_fixture_log(const struct desk_fixture *fixture);

/* The register is held from now on. */
void desk_fixture_hold(const struct desk_fixture *fixture);
/* A meeting's log begins, of which the register knows nothing. */
void desk_fixture_begin_meeting(const struct desk_fixture *fixture,
                                const char *id);

#endif
