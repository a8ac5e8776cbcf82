#include "protocol/ballot/ballot_election.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t number_max = (UINT64_C(1) << 53) - 1;

/* What an election that was read consists of, in one block. */
struct memory {
    struct ballot_question_rows rows;
    struct ballot_committee_member committee[LIMIT_BALLOT_TRUSTEES];
    char texts[]; /* as many bytes as the record has */
};

struct reader {
    struct ballot_json json;
    const struct ballot_group *group;
    struct memory *memory;
    struct ballot_election *out;
};

/* --- Words --------------------------------------------------------------- */

bool ballot_uuid_is_valid(struct text_view uuid)
{
    static const char alphabet[] =
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    size_t i;

    if (uuid.size < BALLOT_UUID_SIZE_MIN || uuid.size > BALLOT_UUID_SIZE_MAX)
        return false;
    for (i = 0; i < uuid.size; i++)
        if (uuid.data[i] == '\0' || !strchr(alphabet, uuid.data[i]))
            return false;
    return true;
}

size_t ballot_election_position_count(const struct ballot_election *election)
{
    size_t count = 0, i;

    for (i = 0; i < election->question_count; i++)
        count += ballot_question_position_count(&election->questions[i]);
    return count;
}

static struct text_view read_text(struct reader *reader, size_t max,
                                  bool multi_line)
{
    return ballot_question_text_read(&reader->json, &reader->memory->rows, max,
                                     multi_line);
}

static struct identifier read_id(struct reader *reader)
{
    const struct text_view word = ballot_json_word(&reader->json);
    struct identifier id = { "" };

    if (reader->json.fault == BALLOT_FAULT_NONE &&
        identifier_parse(word, &id) != RESULT_OK)
        ballot_json_fail(&reader->json, BALLOT_FAULT_MEETING_FIELDS);
    return id;
}

/* --- Reading: the meeting ------------------------------------------------ */

static void read_channels(struct reader *reader,
                          struct ballot_channels *channels)
{
    ballot_json_field(&reader->json, "channels");
    ballot_json_object(&reader->json);
    ballot_json_field(&reader->json, "own");
    channels->own = ballot_json_number(&reader->json, LIMIT_BALLOT_VOTERS);
    ballot_json_field(&reader->json, "hall");
    channels->hall = ballot_json_number(&reader->json, LIMIT_BALLOT_VOTERS);
    ballot_json_field(&reader->json, "paper");
    channels->paper = ballot_json_number(&reader->json, LIMIT_BALLOT_VOTERS);
    ballot_json_object_end(&reader->json);
}

static void read_member(struct reader *reader, size_t owner,
                        struct ballot_committee_member *member)
{
    struct ballot_json *json = &reader->json;

    ballot_json_object(json);
    ballot_json_field(json, "owner");
    if (ballot_json_number(json, LIMIT_BALLOT_TRUSTEES) != owner)
        ballot_json_fail(json, BALLOT_FAULT_MEETING_FIELDS);
    ballot_json_field(json, "member");
    member->member = read_id(reader);
    ballot_json_field(json, "key");
    ballot_json_hex(json, member->key.bytes, sizeof member->key.bytes);
    ballot_json_field(json, "sig");
    ballot_json_hex(json, member->sig.bytes, sizeof member->sig.bytes);
    ballot_json_object_end(json);
}

/* Nobody has two keys: that would lower the number of people that is needed. */
static bool is_distinct(const struct ballot_committee_member *rows,
                        size_t count)
{
    size_t i;

    for (i = 0; i + 1 < count; i++)
        if (identifier_equal(&rows[i].member, &rows[count - 1].member) ||
            key_equal(&rows[i].key, &rows[count - 1].key))
            return false;
    return true;
}

static void read_committee(struct reader *reader,
                           struct ballot_meeting *meeting)
{
    struct ballot_committee_member *rows = reader->memory->committee;
    size_t count = 0;

    ballot_json_field(&reader->json, "committee");
    ballot_json_array(&reader->json);
    while (ballot_json_item(&reader->json)) {
        if (count == LIMIT_BALLOT_TRUSTEES) {
            ballot_json_fail(&reader->json, BALLOT_FAULT_MEETING_FIELDS);
            return;
        }
        read_member(reader, count + 1, &rows[count]);
        count++;
        if (!is_distinct(rows, count))
            ballot_json_fail(&reader->json, BALLOT_FAULT_MEETING_FIELDS);
    }
    if (count == 0)
        ballot_json_fail(&reader->json, BALLOT_FAULT_MEETING_FIELDS);
    meeting->committee = rows;
    meeting->committee_count = count;
}

static void read_meeting(struct reader *reader)
{
    struct ballot_meeting *meeting = &reader->out->meeting;
    struct ballot_json *json = &reader->json;

    ballot_json_object(json);
    ballot_json_field(json, "v");
    if (ballot_json_number(json, number_max) != 1)
        ballot_json_fail(json, BALLOT_FAULT_MEETING_FIELDS);
    ballot_json_field(json, "meeting");
    meeting->meeting = read_id(reader);
    ballot_json_field(json, "genesis");
    meeting->genesis = ballot_json_hash(json);
    ballot_json_field(json, "round");
    meeting->round = ballot_json_number(json, number_max);
    ballot_json_field(json, "attempt");
    meeting->attempt = ballot_json_number(json, number_max);
    ballot_json_field(json, "roll");
    meeting->roll = ballot_json_hash(json);
    ballot_json_field(json, "rules");
    meeting->rules = ballot_json_hash(json);
    ballot_json_field(json, "revote");
    meeting->is_revote_allowed = ballot_json_flag(json);
    read_channels(reader, &meeting->channels);
    ballot_json_field(json, "trustees");
    meeting->trustees = ballot_json_hash(json);
    read_committee(reader, meeting);
    ballot_json_field(json, "forms");
    ballot_forms_read(json, &reader->memory->rows);
    ballot_json_object_end(json);
}

/* --- Reading: the whole -------------------------------------------------- */

static void read_key(struct reader *reader)
{
    struct ballot_json *json = &reader->json;
    struct text_view word;

    ballot_json_field(json, "group");
    word = ballot_json_word(json);
    if (json->fault == BALLOT_FAULT_NONE &&
        !text_view_is(word, ballot_group_name(reader->group)))
        ballot_json_fail(json, BALLOT_FAULT_GROUP);
    ballot_json_field(json, "public_key");
    word = ballot_json_word(json);
    if (json->fault == BALLOT_FAULT_NONE &&
        ballot_element_parse(reader->group, word, &reader->out->public_key) !=
            RESULT_OK)
        ballot_json_fail(json, BALLOT_FAULT_NUMBER);
}

static void read_uuid(struct reader *reader)
{
    ballot_json_field(&reader->json, "uuid");
    reader->out->uuid = read_text(reader, LIMIT_TITLE_LENGTH, false);
    if (!ballot_uuid_is_valid(reader->out->uuid))
        ballot_json_fail(&reader->json, BALLOT_FAULT_ELECTION);
}

/* The end, with fields of others where they are passed over; but not one of
 * ours once more, or at another place: programs would differ about it. */
static void read_rest(struct reader *reader)
{
    static const char *const known[] = {
        "version", "description",   "name",
        "group",   "public_key",    "questions",
        "uuid",    "administrator", "credential_authority",
        "meeting",
    };
    struct ballot_json *json = &reader->json;
    struct text_view key;
    size_t i;

    if (!json->is_lenient) {
        ballot_json_object_end(json);
        return;
    }
    while (ballot_json_other_field(json, &key)) {
        for (i = 0; i < sizeof known / sizeof known[0]; i++)
            if (text_view_is(key, known[i]))
                ballot_json_fail(json, BALLOT_FAULT_FIELD);
        (void)ballot_json_skip(json); /* a misfit sticks */
    }
}

static void read_election(struct reader *reader)
{
    struct ballot_election *out = reader->out;
    struct ballot_json *json = &reader->json;

    ballot_json_object(json);
    ballot_json_field(json, "version");
    if (ballot_json_number(json, number_max) != 1)
        ballot_json_fail(json, BALLOT_FAULT_ELECTION);
    ballot_json_field(json, "description");
    out->description = read_text(reader, LIMIT_MINUTES_ENTRY_LENGTH, true);
    ballot_json_field(json, "name");
    out->name = read_text(reader, LIMIT_TITLE_LENGTH, false);
    read_key(reader);
    ballot_json_field(json, "questions");
    ballot_questions_read(json, &reader->memory->rows);
    out->questions = reader->memory->rows.questions;
    out->question_count = reader->memory->rows.question_count;
    read_uuid(reader);
    if (ballot_json_optional(json, "administrator"))
        out->administrator = read_text(reader, LIMIT_NAME_LENGTH, false);
    if (ballot_json_optional(json, "credential_authority"))
        out->authority = read_text(reader, LIMIT_NAME_LENGTH, false);
    out->has_meeting = ballot_json_optional(json, "meeting");
    if (out->has_meeting)
        read_meeting(reader);
    read_rest(reader);
}

enum ballot_fault ballot_election_read(const struct ballot_group *group,
                                       struct text_view record, bool is_lenient,
                                       struct ballot_election *out)
{
    struct ballot_election election = { .memory = NULL };
    struct reader reader = { .group = group, .out = &election };
    enum ballot_fault fault;

    *out = election;
    if (record.size > LIMIT_BALLOT_RECORD_SIZE)
        return BALLOT_FAULT_TOO_LARGE;
    reader.memory = calloc(1, sizeof *reader.memory + record.size);
    if (!reader.memory)
        return BALLOT_FAULT_NO_MEMORY;
    reader.memory->rows.texts = reader.memory->texts;
    ballot_json_init(&reader.json, record);
    reader.json.is_lenient = is_lenient;
    read_election(&reader);
    fault = ballot_json_end(&reader.json);
    if (fault != BALLOT_FAULT_NONE) {
        free(reader.memory);
        return fault;
    }
    election.memory = reader.memory;
    election.hash = digest_sha256(record.data, record.size);
    ballot_hash_digest_text(record.data, record.size, election.fingerprint);
    *out = election;
    return BALLOT_FAULT_NONE;
}

void ballot_election_release(struct ballot_election *election)
{
    free(election->memory);
    *election = (struct ballot_election){ .memory = NULL };
}

/* --- Writing ------------------------------------------------------------- */

static void write_hash(const char *field, const struct hash *hash,
                       struct byte_writer *out)
{
    ballot_json_write(out, field);
    ballot_json_write_hex(out, hash->bytes, HASH_SIZE);
}

static void write_number(const char *field, uint64_t number,
                         struct byte_writer *out)
{
    ballot_json_write(out, field);
    ballot_json_write_number(out, number);
}

static void write_text(const char *field, struct text_view text,
                       struct byte_writer *out)
{
    ballot_json_write(out, field);
    ballot_json_write_text(out, text);
}

static void write_committee(const struct ballot_meeting *meeting,
                            struct byte_writer *out)
{
    size_t i;

    ballot_json_write(out, ",\"committee\":[");
    for (i = 0; i < meeting->committee_count; i++) {
        const struct ballot_committee_member *member = &meeting->committee[i];

        write_number(i > 0 ? ",{\"owner\":" : "{\"owner\":", i + 1, out);
        write_text(",\"member\":", identifier_view(&member->member), out);
        ballot_json_write(out, ",\"key\":");
        ballot_json_write_hex(out, member->key.bytes, KEY_SIZE);
        ballot_json_write(out, ",\"sig\":");
        ballot_json_write_hex(out, member->sig.bytes, SIGNATURE_SIZE);
        ballot_json_write(out, "}");
    }
    ballot_json_write(out, "]");
}

static void write_meeting(const struct ballot_election *election,
                          struct byte_writer *out)
{
    const struct ballot_meeting *meeting = &election->meeting;

    write_text(",\"meeting\":{\"v\":1,\"meeting\":",
               identifier_view(&meeting->meeting), out);
    write_hash(",\"genesis\":", &meeting->genesis, out);
    write_number(",\"round\":", meeting->round, out);
    write_number(",\"attempt\":", meeting->attempt, out);
    write_hash(",\"roll\":", &meeting->roll, out);
    write_hash(",\"rules\":", &meeting->rules, out);
    ballot_json_write(out, meeting->is_revote_allowed ? ",\"revote\":true"
                                                      : ",\"revote\":false");
    write_number(",\"channels\":{\"own\":", meeting->channels.own, out);
    write_number(",\"hall\":", meeting->channels.hall, out);
    write_number(",\"paper\":", meeting->channels.paper, out);
    write_hash("},\"trustees\":", &meeting->trustees, out);
    write_committee(meeting, out);
    ballot_json_write(out, ",\"forms\":");
    ballot_forms_write(election->questions, election->question_count, out);
    ballot_json_write(out, "}");
}

static void write_election(const struct ballot_group *group,
                           const struct ballot_election *election,
                           struct byte_writer *out)
{
    char key[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(&election->public_key, key);
    write_text("{\"version\":1,\"description\":", election->description, out);
    write_text(",\"name\":", election->name, out);
    write_text(",\"group\":", text_view_of(ballot_group_name(group)), out);
    write_text(",\"public_key\":", text_view_of(key), out);
    ballot_json_write(out, ",\"questions\":");
    ballot_questions_write(election->questions, election->question_count, out);
    write_text(",\"uuid\":", election->uuid, out);
    if (election->administrator.data)
        write_text(",\"administrator\":", election->administrator, out);
    if (election->authority.data)
        write_text(",\"credential_authority\":", election->authority, out);
    if (election->has_meeting)
        write_meeting(election, out);
    ballot_json_write(out, "}");
}

enum result ballot_election_write(const struct ballot_group *group,
                                  const struct ballot_election *election,
                                  struct byte_writer *out)
{
    const size_t start = out->size;
    struct ballot_election copy;
    enum ballot_fault fault;

    write_election(group, election, out);
    if (out->result != RESULT_OK)
        return out->result;
    fault = ballot_election_read(
        group,
        (struct text_view){ (const char *)&out->data[start],
                            out->size - start },
        false, &copy);
    ballot_election_release(&copy);
    if (fault == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    return fault == BALLOT_FAULT_NONE ? RESULT_OK : RESULT_INVALID;
}

/* --- Whose keys ---------------------------------------------------------- */

static enum result verify_owner(const struct ballot_election *election,
                                size_t owner, const struct hash *key)
{
    const struct ballot_meeting *meeting = &election->meeting;
    const struct ballot_committee_member *row = &meeting->committee[owner - 1];
    struct statement statement;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    statement_begin(&statement, STATEMENT_TRUSTEES, &row->key,
                    identifier_view(&meeting->meeting));
    statement_add_text(&statement, identifier_view(&row->member));
    statement_add_text(&statement, election->uuid);
    statement_add_number(&statement, meeting->attempt);
    statement_add_number(&statement, owner);
    statement_add_hash(&statement, key);
    statement_add_hash(&statement, &meeting->trustees);
    result = statement_finish(&statement, &bytes, &size);
    if (result == RESULT_OK)
        result = statement_verify(&row->key, bytes, size, &row->sig);
    free(bytes);
    return result;
}

enum ballot_fault
ballot_election_check_owner(const struct ballot_election *election,
                            size_t owner, const struct ballot_element *key)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    struct hash hash;
    enum result result;

    if (owner == 0 || owner > election->meeting.committee_count)
        return BALLOT_FAULT_MEETING_FIELDS;
    ballot_element_text(key, text);
    hash = digest_sha256(text, strlen(text));
    result = verify_owner(election, owner, &hash);
    if (result == RESULT_OK)
        return BALLOT_FAULT_NONE;
    if (result == RESULT_NO_MEMORY || result == RESULT_CRYPTO)
        return ballot_fault_of_failure(result);
    return BALLOT_FAULT_COMMITTEE_SIGNATURE;
}

/* --- The setup ----------------------------------------------------------- */

void ballot_setup_write(const struct ballot_setup *setup,
                        struct byte_writer *out)
{
    write_hash("{\"election\":", &setup->election, out);
    write_hash(",\"trustees\":", &setup->trustees, out);
    write_hash(",\"credentials\":", &setup->credentials, out);
    ballot_json_write(out, "}");
}

enum ballot_fault ballot_setup_read(struct text_view record,
                                    struct ballot_setup *out)
{
    struct ballot_setup setup;
    struct ballot_json json;

    ballot_json_init(&json, record);
    ballot_json_object(&json);
    ballot_json_field(&json, "election");
    setup.election = ballot_json_hash(&json);
    ballot_json_field(&json, "trustees");
    setup.trustees = ballot_json_hash(&json);
    ballot_json_field(&json, "credentials");
    setup.credentials = ballot_json_hash(&json);
    ballot_json_object_end(&json);
    if (ballot_json_end(&json) == BALLOT_FAULT_NONE)
        *out = setup;
    return json.fault;
}
