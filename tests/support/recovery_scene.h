/*
 * A client in a meeting, kept in files, whose server comes back with another
 * history: for tests of client_recovery.c.
 */
#ifndef TESTS_SUPPORT_RECOVERY_SCENE_H
#define TESTS_SUPPORT_RECOVERY_SCENE_H

#include "tests/support/client_world.h"

#define RECOVERY_TEST(name)                                                    \
    cmocka_unit_test_setup_teardown(name, client_world_set_up_files,           \
                                    client_world_tear_down)
#define RECOVERY_CHAT "{\"op\":\"chat\",\"text\":\"Tôi có ý kiến\"}"
#define RECOVERY_NO_SUCH_HEAD "{\"code\":\"no_such_head\"}"
#define RECOVERY_ZEROS                                                         \
    "0000000000000000000000000000000000000000000000000000000000000000"
#define RECOVERY_HELD_AT_15                                                    \
    "{\"note\":\"held\",\"log\":\"" AUTHOR_MEETING                             \
    "\",\"next\":15,\"lost_seq\":15,\"lost_head\":\"" RECOVERY_ZEROS "\"}"

static const struct identifier recovery_meeting = { AUTHOR_MEETING };
static const struct identifier recovery_organisation = { AUTHOR_ORGANISATION };

const struct meeting_view *recovery_view(const struct client_world *world);
const struct anchor_log *recovery_kept(const struct client_world *world,
                                       const struct identifier *log);
void recovery_say_signed(struct client_world *world,
                         const struct log_author *author, uint64_t seq);
/* What is in the author's log and not in ours yet, as it comes live. */
void recovery_say_live(struct client_world *world,
                       const struct log_author *author, size_t from);
void recovery_expect_alarm(struct client_world *world,
                           enum client_reason reason);
/* The line breaks, and is up again; the register has nothing new. */
void recovery_come_back(struct client_world *world);
/* The same meeting up to its opening, as another server would have it. */
void recovery_make_twin(const struct client_world *world,
                        struct log_author *out);

#endif
