#include "tests/support/anchor_sample.h"

#include "protocol/record/digest.h"
#include "protocol/record/signing_key.h"
#include "protocol/record/statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct identifier sample_organisation = { "dang-bo.mau" };
const struct identifier sample_meeting = { "hop-2025.03" };
const struct identifier sample_other = { "hop-2025.04" };

static void require(enum result result)
{
    if (result)
        abort();
}

struct hash sample_head(char branch, uint64_t seq)
{
    struct digest digest;

    digest_begin(&digest);
    digest_bytes(&digest, &branch, 1);
    digest_number(&digest, seq);
    return digest_finish(&digest);
}

static struct signing_key server(void)
{
    static const uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 0x53 };
    struct signing_key key;

    require(signing_key_init(&key, seed));
    return key;
}

struct key sample_server_key(void) { return server().public_key; }

struct anchor_signed sample_signed(const struct identifier *scope, char branch,
                                   uint64_t seq)
{
    const struct signing_key key = server();
    const struct statement_checkpoint fields = {
        .role = TEXT_LITERAL("server"),
        .reason = TEXT_LITERAL("commit"),
        .seen = { seq, sample_head(branch, seq) },
    };
    struct anchor_signed out = { .seq = seq,
                                 .head = fields.seen.head,
                                 .by = { .reason = { "commit" },
                                         .server = key.public_key } };
    uint8_t *bytes = NULL;
    size_t size = 0;

    require(statement_checkpoint(&key.public_key, identifier_view(scope),
                                 &fields, &bytes, &size));
    require(statement_sign(&key, bytes, size, &out.by.sig));
    free(bytes);
    return out;
}

struct anchor_checkpoint sample_checkpoint(char branch, uint64_t upto)
{
    return (struct anchor_checkpoint){ .upto = upto,
                                       .head = sample_head(branch, upto),
                                       .seq = upto + 1,
                                       .event_head =
                                           sample_head(branch, upto + 1),
                                       .reason = { "periodic" },
                                       .confirmed = 3,
                                       .asked = 4,
                                       .standing = ANCHOR_STANDS };
}

static void fill_meeting(struct anchors *anchors)
{
    const struct hash genesis = sample_head('a', 0);
    const struct hash last = sample_head('a', 32);
    const struct anchor_checkpoint first = sample_checkpoint('a', 10);
    const struct anchor_checkpoint second = sample_checkpoint('a', 20);
    const struct anchor_signed newest = sample_signed(&sample_meeting, 'a', 30);
    const struct anchor_signed wrong = sample_signed(&sample_meeting, 'x', 25);
    const struct anchor_lost lost = {
        .from = 28, .seq = 29, .side = { .head = sample_head('l', 29) }
    };
    const struct anchor_alarm alarm = {
        .reason = { "fork" },
        .seq = 25,
        .ours = { .head = sample_head('a', 25) },
        .theirs = { .head = wrong.head, .is_signed = true, .by = wrong.by },
    };

    require(anchors_note_genesis(anchors, &sample_meeting, &genesis));
    require(anchors_add_checkpoint(anchors, &sample_meeting, &first));
    require(anchors_add_checkpoint(anchors, &sample_meeting, &second));
    require(anchors_note_signed(anchors, &sample_meeting, &newest));
    require(anchors_note_last(anchors, &sample_meeting, 32, &last));
    require(anchors_add_alarm(anchors, &sample_meeting, &alarm));
    require(anchors_keep_lost(anchors, &sample_meeting, &lost));
    require(anchors_keep_unknown(anchors, &sample_meeting,
                                 TEXT_LITERAL("footer b1 41")));
}

void sample_anchors(struct anchors *out)
{
    const struct key key = sample_server_key();
    const struct hash genesis = sample_head('a', 0);
    const struct hash last = sample_head('a', 7);

    anchors_init(out, &sample_organisation);
    anchors_set_server(out, &key);
    require(
        anchors_note_device(out, &(struct key){ { 1 } }, ANCHOR_DEVICE_ADDED));
    require(
        anchors_note_device(out, &(struct key){ { 2 } }, ANCHOR_DEVICE_SEEN));
    fill_meeting(out);
    require(anchors_note_genesis(out, &sample_organisation, &genesis));
    require(anchors_note_last(out, &sample_organisation, 7, &last));
    require(anchors_keep_unknown(out, NULL, TEXT_LITERAL("weather fine")));
}
