/*
 * What the parts of the world of a secret ballot share: ballot_world*.c, and
 * nobody else.
 */
#ifndef TESTS_SUPPORT_BALLOT_WORLD_INTERNAL_H
#define TESTS_SUPPORT_BALLOT_WORLD_INTERNAL_H

#include "protocol/record/statement_ballot.h"
#include "tests/support/ballot_world.h"

#define WORLD_FORM                                                                      \
    "{\"name\":\"Bầu bí thư\",\"questions\":[{\"answers\":"                         \
    "[\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\"],\"blank\":true,\"min\":1," \
    "\"max\":1,\"question\":\"Chọn một người\"}],\"forms\":[\"choose\"]}"

static const struct identifier world_b1 = { "b1" };
static const char *const world_voters[] = { "m1", "m2", "m4" };

struct fake_line *world_line(struct ballot_world *world);
struct log_author *world_author(struct ballot_world *world);
struct identifier world_id(const char *text);

/* A record, whose hash it gives. */
struct hash world_keep(struct ballot_world *world, const char *bytes,
                       size_t size);
/* The same, of what was written, which is released. */
struct hash world_keep_written(struct ballot_world *world,
                               struct byte_writer *writer);
/* A record that is kept. */
struct text_view world_text_of(const struct ballot_world *world,
                               const struct hash *hash);

/* An event to the log; it is said, unless the world is silent. */
void world_add(struct ballot_world *world, struct meeting_event *event);
/* The server takes the command. */
void world_answer_command(struct ballot_world *world,
                          const struct world_command *command);
/* As world_command(), which must find one. */
void world_require(struct ballot_world *world, const char *op,
                   struct world_command *out);

/* The signer's fields of an event, from the act of the device's command. */
#define SIGNED_BY_DEVICE(body, sent)                                           \
    do {                                                                       \
        (body)->member = world_id("m4");                                       \
        (body)->device = author_key("m4").public_key;                          \
        (body)->seen = (sent)->command.act.seen;                               \
        (body)->head = (sent)->command.act.head;                               \
        (body)->sig = (sent)->command.act.sig;                                 \
    } while (0)

/* The end of the log as it is. */
struct statement_seen world_newest(struct ballot_world *world);
/* Takes the bytes. */
struct signature world_sign(const char *key, enum result result, uint8_t *bytes,
                            size_t size);
/* As this member would sign the command. */
struct act world_act(struct ballot_world *world, const char *member,
                     const struct command *command);
#define SIGN(out, key, kind, fields)                                           \
    do {                                                                       \
        const struct signing_key signer_ = author_key(key);                    \
        uint8_t *bytes_ = NULL;                                                \
        size_t size_ = 0;                                                      \
        const enum result result_ = statement_##kind(                          \
            &signer_.public_key, TEXT_LITERAL(AUTHOR_MEETING), fields,         \
            &bytes_, &size_);                                                  \
        *(out) = world_sign(key, result_, bytes_, size_);                      \
    } while (0)

#endif
