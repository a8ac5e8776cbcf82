/*
 * Target: the records of an election that hold no proof of their own: what is
 * voted on, the list of credentials, the setup, and any JSON in their spelling.
 * Input: one byte that says which and how, then the record.
 * Holds: what the strict reader takes is written alike, and taken by the
 * lenient one; a list that was read has every key that it has; a value that was
 * passed over is one whole value. Planted fault: an election with a blank, and
 * a form of its own.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_list.h"

#include <stdlib.h>
#include <string.h>

enum { RECORD_MAX = 4 * 1024 * 1024 };

static const struct ballot_group *group;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_same(const struct byte_writer *written,
                         struct text_view record)
{
    require(written->result == RESULT_OK && written->size == record.size &&
            memcmp(written->data, record.data, record.size) == 0);
}

static bool may_choose_nothing(const struct ballot_election *election)
{
    for (size_t i = 0; i < election->question_count; i++)
        if (election->questions[i].min == 0)
            return true;
    return false;
}

/* True: the planted fault. */
static bool check_election(struct text_view record)
{
    struct ballot_election strict, lenient;
    struct byte_writer out;
    const enum ballot_fault fault =
        ballot_election_read(group, record, false, &strict);
    const enum ballot_fault other =
        ballot_election_read(group, record, true, &lenient);
    bool is_planted = false;

    if (fault == BALLOT_FAULT_NONE) {
        require(other == BALLOT_FAULT_NONE);
        byte_writer_init(&out, RECORD_MAX);
        require(ballot_election_write(group, &strict, &out) == RESULT_OK);
        require_same(&out, record);
        byte_writer_release(&out);
        require(hash_equal(&strict.hash, &lenient.hash));
        if (strict.has_meeting)
            require(ballot_election_check_owner(
                        &strict, 1, &strict.public_key) != BALLOT_FAULT_NONE);
        is_planted = may_choose_nothing(&strict);
    }
    ballot_election_release(&strict);
    ballot_election_release(&lenient);
    return is_planted;
}

static void check_list(struct text_view record)
{
    struct ballot_list strict, lenient;
    const enum ballot_fault fault =
        ballot_list_read(group, record, false, &strict);
    const enum ballot_fault other =
        ballot_list_read(group, record, true, &lenient);

    if (fault == BALLOT_FAULT_NONE) {
        require(other == BALLOT_FAULT_NONE && strict.count == lenient.count &&
                strict.weight == strict.count);
        for (size_t i = 0; i < strict.count; i++)
            require(ballot_list_find(&strict, &strict.rows[i].key) ==
                    &strict.rows[i]);
    }
    ballot_list_release(&strict);
    ballot_list_release(&lenient);
}

static void check_setup(struct text_view record)
{
    struct ballot_setup setup;
    struct byte_writer out;

    if (ballot_setup_read(record, &setup) != BALLOT_FAULT_NONE)
        return;
    byte_writer_init(&out, RECORD_MAX);
    ballot_setup_write(&setup, &out);
    require_same(&out, record);
    byte_writer_release(&out);
}

static void check_json(struct text_view record)
{
    struct ballot_json json;
    struct text_view value;

    ballot_json_init(&json, record);
    value = ballot_json_skip(&json);
    if (ballot_json_end(&json) != BALLOT_FAULT_NONE)
        return;
    require(value.size == record.size);
    if (value.size > 0 && value.data[0] == '"') {
        char *text = malloc(value.size);
        struct text_view read;
        struct byte_writer out;

        require(text != NULL);
        ballot_json_init(&json, record);
        read = ballot_json_text(&json, text);
        require(ballot_json_end(&json) == BALLOT_FAULT_NONE);
        byte_writer_init(&out, RECORD_MAX);
        ballot_json_write_text(&out, read);
        require_same(&out, record);
        byte_writer_release(&out);
        free(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text_view record;
    bool is_planted = false;

    if (size == 0)
        return 0;
    if (!group) {
        struct ballot_group *made = NULL;

        require(ballot_group_new(&made) == RESULT_OK);
        group = made;
    }
    record = (struct text_view){ (const char *)&data[1], size - 1 };
    switch (data[0] % 4) {
    case 0:
        is_planted = check_election(record);
        break;
    case 1:
        check_list(record);
        break;
    case 2:
        check_setup(record);
        break;
    default:
        check_json(record);
        break;
    }
    planted_fault(data, size, is_planted);
    return 0;
}
