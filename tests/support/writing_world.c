#include "tests/support/writing_world.h"

#include "protocol/base/encoding.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXTS_MAX = 10 };

static struct scratch_path texts_path;

const char *writing_world_folder(void) { return texts_path.text; }

/* m2 instead of m4, with the same files. */
static void start_as_minute_taker(struct fake_line *line)
{
    struct journal *journal = line->journal;
    struct anchor_store *anchors = line->anchors;

    fake_line_release(line);
    fake_line_init(line, "m2");
    line->journal = journal;
    line->anchors = anchors;
    line->follows_register = true;
}

int writing_world_set_up(void **state)
{
    struct client_world *world;

    if (client_world_set_up_files(state))
        return -1;
    world = *state;
    start_as_minute_taker(&world->line);
    texts_path = scratch_folder_file(&world->folder, "texts");
    world->line.texts_path = texts_path.text;
    return 0;
}

int writing_world_tear_down(void **state)
{
    char path[SCRATCH_PATH_SIZE + 40];
    size_t i;

    for (i = 1; i < TEXTS_MAX; i++) {
        (void)snprintf(path, sizeof path, "%s/%zu", texts_path.text, i);
        (void)unlink(path);
    }
    (void)rmdir(texts_path.text);
    return client_world_tear_down(state);
}

void writing_world_write(struct client_world *world, json_int_t id,
                         const char *text)
{
    struct meeting_event event = { .kind = EVENT_ENTRY_WRITTEN_KIND };
    struct event_entry_written *body = &event.body.entry_written;
    char value[HEX_SIZE(HASH_SIZE) + 8] = ",,0,";

    (void)snprintf(body->entry.text, IDENTIFIER_SIZE, "e1");
    body->text = author_seal("text", text);
    hex_encode(body->text.commitment.bytes, HASH_SIZE, value + strlen(value));
    world->author.request = (uint64_t)id;
    body->act = log_author_act(&world->author, "m2", "write_entry", "", value);
    (void)log_author_add(&world->author, &event);
}

void writing_world_edit(struct client_world *world, const char *member,
                        uint64_t version, const char *text)
{
    struct meeting_event event = { .kind = EVENT_ENTRY_EDITED_KIND };
    struct event_entry_edited *body = &event.body.entry_edited;
    char value[HEX_SIZE(HASH_SIZE) + 24];
    char hex[HEX_SIZE(HASH_SIZE)];

    (void)snprintf(body->entry.text, IDENTIFIER_SIZE, "e1");
    body->version = version;
    body->text = author_seal("text", text);
    hex_encode(body->text.commitment.bytes, HASH_SIZE, hex);
    (void)snprintf(value, sizeof value, "%llu,%s",
                   (unsigned long long)version - 1, hex);
    body->act =
        log_author_act(&world->author, member, "edit_entry", "e1", value);
    (void)log_author_add(&world->author, &event);
}
