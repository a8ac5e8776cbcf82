#include "client/core/ballot_check.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 512 * 1024 * 1024 };

struct ballot_check {
    struct byte_writer file;
    struct ballot_archive_end end;
    struct ballot_archive_reader reader;
    bool is_opened;
    struct ballot_verifier *verifier;
};

enum result ballot_check_new(struct ballot_check **out,
                             const struct ballot_group *group, uint64_t seconds)
{
    struct ballot_check *check = calloc(1, sizeof *check);
    enum result result;

    if (!check)
        return RESULT_NO_MEMORY;
    byte_writer_init(&check->file, FILE_SIZE_MAX);
    result = ballot_archive_begin(seconds, &check->file, &check->end);
    if (!result)
        result = ballot_verifier_new(group, false, &check->verifier);
    if (result) {
        ballot_check_free(check);
        return result;
    }
    *out = check;
    return RESULT_OK;
}

struct ballot_check *ballot_check_free(struct ballot_check *check)
{
    if (!check)
        return NULL;
    ballot_verifier_free(check->verifier);
    byte_writer_release(&check->file);
    free(check);
    return NULL;
}

enum result ballot_check_append(struct ballot_check *check,
                                enum ballot_event_kind kind,
                                const struct text_view *records,
                                size_t record_count)
{
    const size_t size = check->file.size;
    const enum result result = ballot_archive_append(
        &check->end, kind, records, record_count, &check->file);

    /* What was begun of it is taken off; a failure of the writer sticks. */
    if (result)
        check->file.size = size;
    return result;
}

const struct ballot_archive_end *
ballot_check_end(const struct ballot_check *check)
{
    return &check->end;
}

struct text_view ballot_check_file(const struct ballot_check *check)
{
    return (struct text_view){ (const char *)check->file.data,
                               check->file.size };
}

bool ballot_check_step(struct ballot_check *check)
{
    const struct text_view file = ballot_check_file(check);

    /* The file may lie elsewhere since the last step. */
    if (check->is_opened)
        ballot_archive_grown(&check->reader, file);
    else
        ballot_archive_open(&check->reader, file);
    check->is_opened = true;
    return ballot_verifier_step(check->verifier, &check->reader);
}

const struct ballot_facts *ballot_check_facts(const struct ballot_check *check)
{
    return ballot_verifier_facts(check->verifier);
}

bool ballot_check_is_good(const struct ballot_check *check)
{
    const struct ballot_facts *facts = ballot_check_facts(check);

    return facts->fault == BALLOT_FAULT_NONE &&
           facts->event_count == check->end.count;
}

const struct ballot_verifier *
ballot_check_verifier(const struct ballot_check *check)
{
    return check->verifier;
}
