#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/recovery_scene.h"

#include <stdlib.h>

const struct meeting_view *recovery_view(const struct client_world *world)
{
    return client_engine_view(world->line.engine);
}

const struct anchor_log *recovery_kept(const struct client_world *world,
                                       const struct identifier *log)
{
    return anchors_find(anchor_store_anchors(world->line.anchors), log);
}

void recovery_say_signed(struct client_world *world,
                         const struct log_author *author, uint64_t seq)
{
    char *text = log_author_signed_frame(author, CHECKPOINT_COMMIT, seq);

    line_say(&world->line, text);
    free(text);
}

void recovery_say_live(struct client_world *world,
                       const struct log_author *author, size_t from)
{
    size_t seq, i;

    client_world_switch(world, author);
    for (seq = from; seq < author->count; seq++) {
        line_say(&world->line, author->events[seq]);
        for (i = 0; i < author->opening_count; i++)
            if (author->opening_seqs[i] == seq)
                line_say(&world->line, author->openings[i]);
    }
}

void recovery_expect_alarm(struct client_world *world,
                           enum client_reason reason)
{
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM), reason);
    assert_true(world->line.is_closing);
}

void recovery_come_back(struct client_world *world)
{
    if (world->line.is_open)
        line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
}

void recovery_make_twin(const struct client_world *world,
                        struct log_author *out)
{
    log_author_init(out);
    register_author_point(&world->registry, out);
    log_author_open_meeting(out);
}
