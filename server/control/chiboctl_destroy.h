/*
 * What the commands of destruction share: one meeting or record that is due,
 * from the list to what became of it. One thread. Whoever returns false has
 * said why.
 */
#ifndef SERVER_CONTROL_CHIBOCTL_DESTROY_H
#define SERVER_CONTROL_CHIBOCTL_DESTROY_H

#include "server/archive/retention.h"
#include "server/control/chiboctl_record.h"

struct destroy_opening {
    struct identifier log;
    uint64_t seq;
    char *field; /* owned */
};

struct destroy_item {
    struct identifier organisation, meeting;
    char *title, *name; /* owned; name of its file, if it was imported */
    enum retention_what what;
    int64_t held_ms, due_ms;
    char zone[257];
    struct hash hash;
    uint64_t size; /* of an imported file */
    /* What goes, and went. */
    struct destroy_opening *openings; /* owned */
    size_t opening_count;
    struct store_destroyed done;
};

void destroy_item_release(struct destroy_item *item);

/* Of a meeting of the server, before anything is changed: finds the openings
 * that go, and writes the record of what will be left, verified. */
bool destroy_meeting_prepare(struct chiboctl_export *exporting,
                             const struct archive_folder *folder,
                             struct destroy_item *item);
/* Inside the transaction. */
MUST_USE enum result destroy_meeting_run(struct store_sqlite *sqlite,
                                         struct destroy_item *item);

#endif
