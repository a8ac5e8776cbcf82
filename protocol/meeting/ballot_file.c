#include "protocol/meeting/ballot_file.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

void ballot_file_begin(struct ballot_file *file,
                       const struct meeting_ballot *ballot)
{
    *file = (struct ballot_file){ .ballot = ballot };
    byte_writer_init(&file->bytes, LIMIT_RECORD_SIZE);
}

void ballot_file_release(struct ballot_file *file)
{
    byte_writer_release(&file->bytes);
}

/* Copies of an event's records, since each lives until the next is asked for.
 */
struct records {
    struct text_view views[BALLOT_EVENT_RECORDS_MAX];
    char *copies[BALLOT_EVENT_RECORDS_MAX]; /* owned */
};

static enum result fetch_all(const struct hash *names, size_t count,
                             ballot_file_fetch_fn fetch, void *user,
                             struct records *out)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < count && result == RESULT_OK; i++) {
        struct text_view view = { NULL, 0 };

        result = fetch(user, &names[i], &view);
        if (result != RESULT_OK)
            break;
        out->copies[i] = malloc(view.size + 1);
        if (!out->copies[i])
            return RESULT_NO_MEMORY;
        if (view.size > 0)
            memcpy(out->copies[i], view.data, view.size);
        out->views[i] = (struct text_view){ out->copies[i], view.size };
    }
    return result;
}

static enum result append(struct ballot_file *file, enum ballot_event_kind kind,
                          const struct hash *names, size_t count,
                          ballot_file_fetch_fn fetch, void *user)
{
    struct records records = { .copies = { NULL } };
    enum result result = fetch_all(names, count, fetch, user, &records);
    size_t i;

    if (result == RESULT_OK)
        result = ballot_archive_append(&file->end, kind, records.views, count,
                                       &file->bytes);
    for (i = 0; i < BALLOT_EVENT_RECORDS_MAX; i++)
        free(records.copies[i]);
    return result;
}

static enum result begin(struct ballot_file *file, int64_t opened_ms,
                         ballot_file_fetch_fn fetch, void *user)
{
    const struct meeting_ballot *ballot = file->ballot;
    const struct hash names[] = { ballot->election, ballot->trustees,
                                  ballot->credentials, ballot->setup };
    enum result result = ballot_archive_begin((uint64_t)opened_ms / 1000,
                                              &file->bytes, &file->end);

    file->is_begun = true;
    if (result == RESULT_OK)
        result = append(file, BALLOT_EVENT_SETUP, names, 4, fetch, user);
    return result;
}

enum result ballot_file_take(struct ballot_file *file,
                             const struct meeting_event *event,
                             ballot_file_fetch_fn fetch, void *user)
{
    const struct identifier *own = &file->ballot->id;
    const struct event_ballot_tallied *tallied = &event->body.ballot_tallied;
    const struct event_ballot_decrypted *part = &event->body.ballot_decrypted;

#define IS(NAME, name)                                                         \
    (event->kind == EVENT_##NAME##_KIND &&                                     \
     identifier_equal(&event->body.name.ballot, own))
    if (IS(BALLOT_OPENED, ballot_opened))
        return begin(file, event->at_ms, fetch, user);
    if (IS(BALLOT_RECORDED, ballot_recorded))
        return append(file, BALLOT_EVENT_BALLOT,
                      &event->body.ballot_recorded.tracker, 1, fetch, user);
    if (IS(BALLOTS_ENDED, ballots_ended))
        return append(file, BALLOT_EVENT_END_BALLOTS, NULL, 0, fetch, user);
    if (IS(BALLOT_TALLIED, ballot_tallied)) {
        const struct hash names[] = { tallied->tally, tallied->sized };

        return append(file, BALLOT_EVENT_ENCRYPTED_TALLY, names, 2, fetch,
                      user);
    }
    if (IS(BALLOT_DECRYPTED, ballot_decrypted)) {
        const struct hash names[] = { part->payload, part->sized };

        return append(file, BALLOT_EVENT_PARTIAL_DECRYPTION, names, 2, fetch,
                      user);
    }
    if (IS(BALLOT_RESULT, ballot_result))
        return append(file, BALLOT_EVENT_RESULT,
                      &event->body.ballot_result.result, 1, fetch, user);
#undef IS
    return RESULT_OK;
}

enum result ballot_file_end(struct ballot_file *file,
                            ballot_file_fetch_fn fetch, void *user)
{
    return file->is_begun || !file->ballot->is_listed
               ? RESULT_OK
               : begin(file, 0, fetch, user);
}
