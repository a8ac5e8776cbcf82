/*
 * The secret ballot of protocol/ballot for tests in other languages:
 *
 *   ballot_tool election DIR SPEC.json
 *     A whole election: DIR/UUID.bel, and DIR/secrets.json with {"uuid",
 *     "credentials":[text,…],"trustees":{owner: secret,…}}. SPEC:
 *       "plan"       of the trustees: "single" or [threshold, size], each
 *       "questions"  as in election.json
 *       "voters"     number of credentials
 *       "votes"      [[voter from 0, [[0 or 1,…],…]],…] in their order, blank
 *                    first; the last of a voter counts
 *       "owners"     who decrypt, in their order; absent: all
 *       "name", "seed" (the same bytes in every run), "paper" (an object): any
 *                    of them, or none
 *   ballot_tool vote ELECTION CREDENTIAL MARKS     prints a ballot
 *     ELECTION a file; MARKS as in "votes", JSON
 *   ballot_tool check-vote ELECTION BALLOT         prints a fault's word, or ok
 *   ballot_tool decrypt ELECTION TALLY OWNER SECRET     prints a decryption
 *   ballot_tool check-decryption ELECTION TALLY OWNER KEY DECRYPTION
 *   ballot_tool trustees RECORD [--belenios]       prints {"fault","owner",
 *     "public_key","owners":[{"key","part","index"},…]}
 *
 * Exit code 0 if it did what it was asked to, be the answer a fault or not.
 */
#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_credential.h"
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "tests/support/ballot_committee.h"

#include <jansson.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARCHIVE_SECONDS = 1795168850, UUID_CHARACTERS = 14 };

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "ballot_tool: %s\n", what);
    exit(1);
}

static void must(enum result result, const char *what)
{
    if (result == RESULT_OK)
        return;
    fprintf(stderr, "ballot_tool: %s: %s\n", what, result_text(result));
    exit(1);
}

static void must_be_good(enum ballot_fault fault, const char *what)
{
    if (fault == BALLOT_FAULT_NONE)
        return;
    fprintf(stderr, "ballot_tool: %s: %s\n", what, ballot_fault_word(fault));
    exit(1);
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (!memory)
        die("out of memory");
    return memory;
}

/* --- Files and texts ------------------------------------------------------ */

static struct text_view file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = room(LIMIT_BALLOT_RECORD_SIZE, 1);
    size_t size = 0;

    if (!file)
        die(path);
    size = fread(data, 1, LIMIT_BALLOT_RECORD_SIZE, file);
    if (ferror(file) || !feof(file))
        die(path);
    fclose(file);
    return (struct text_view){ data, size };
}

static void write_file(const char *folder, const char *name, const char *ending,
                       struct text_view text)
{
    char path[4096];
    FILE *file = NULL;

    if (snprintf(path, sizeof path, "%s/%s%s", folder, name, ending) >=
        (int)sizeof path)
        die("path too long");
    file = fopen(path, "wb");
    if (!file || fwrite(text.data, 1, text.size, file) != text.size ||
        fclose(file) != 0)
        die(path);
}

static struct text_view taken(struct byte_writer *writer)
{
    uint8_t *data = NULL;
    size_t size = 0;

    must(byte_writer_take(writer, &data, &size), "write");
    return (struct text_view){ (const char *)data, size };
}

static void begin(struct byte_writer *writer)
{
    byte_writer_init(writer, LIMIT_BALLOT_RECORD_SIZE);
}

static const json_t *member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!value)
        die(name);
    return value;
}

static json_t *parse(struct text_view text)
{
    json_t *value = json_loadb(text.data, text.size, 0, NULL);

    if (!value)
        die("not JSON");
    return value;
}

static struct text_view json_text(const json_t *value)
{
    if (!json_is_string(value))
        die("not a text");
    return (struct text_view){ json_string_value(value),
                               json_string_length(value) };
}

/* --- Randomness ----------------------------------------------------------- */

static enum result system_fill(void *user, uint8_t *out, size_t size)
{
    (void)user;
    return RAND_priv_bytes(out, (int)size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

static struct ballot_dice dice;

static struct ballot_random random_of(const json_t *spec)
{
    const json_t *seed = json_object_get(spec, "seed");

    if (!seed)
        return (struct ballot_random){ system_fill, NULL };
    dice.seed = (uint64_t)json_integer_value(seed);
    return ballot_dice_random(&dice);
}

static uint64_t random_number(const struct ballot_random *random)
{
    uint64_t number = 0;

    must(random->fill(random->user, (uint8_t *)&number, sizeof number),
         "random");
    return number;
}

/* --- A whole election ----------------------------------------------------- */

struct tool {
    struct ballot_group *group;
    const json_t *spec;
    struct ballot_random random;
    struct ballot_trustees trustees;
    struct ballot_scalar secrets[LIMIT_BALLOT_TRUSTEES]; /* owner - 1 */
    struct ballot_election election;                     /* as read */
    struct ballot_booth *booth;
    size_t position_count;
    char uuid[UUID_CHARACTERS + 1];
    size_t voter_count;
    struct ballot_credential_text *credentials;
    struct ballot_vote *votes; /* the last of each voter */
    struct ballot_cipher *tally;
    uint64_t counted;
    struct byte_writer file;
    struct ballot_archive_end end;
};

static void append(struct tool *tool, enum ballot_event_kind kind,
                   const struct text_view *records, size_t count)
{
    must(ballot_archive_append(&tool->end, kind, records, count, &tool->file),
         "archive");
}

static struct text_view make_part(struct tool *tool, const json_t *entry,
                                  uint32_t *owner)
{
    struct ballot_scalar *secrets = &tool->secrets[*owner];
    const uint64_t seed = random_number(&tool->random);
    uint32_t threshold = 0, size = 0;

    if (json_is_string(entry)) {
        *owner += 1;
        return single_make(tool->group, seed, secrets);
    }
    threshold = (uint32_t)json_integer_value(json_array_get(entry, 0));
    size = (uint32_t)json_integer_value(json_array_get(entry, 1));
    if (size > COMMITTEE_MAX)
        die("group too large");
    *owner += size;
    return committee_make(tool->group, threshold, size, seed, secrets);
}

static struct text_view make_trustees(struct tool *tool)
{
    const json_t *plan = member(tool->spec, "plan");
    struct ballot_part_text parts[LIMIT_BALLOT_TRUSTEES];
    const size_t count = json_array_size(plan);
    struct byte_writer writer;
    struct text_view record;
    uint32_t owner = 0;

    for (size_t i = 0; i < count; i++) {
        const json_t *entry = json_array_get(plan, i);

        if (owner + COMMITTEE_MAX > LIMIT_BALLOT_TRUSTEES)
            die("too many trustees");
        parts[i].is_group = !json_is_string(entry);
        parts[i].text = make_part(tool, entry, &owner);
    }
    begin(&writer);
    ballot_trustees_write(&writer, parts, count);
    record = taken(&writer);
    must_be_good(ballot_trustees_read(tool->group, record, false,
                                      &tool->trustees, &owner),
                 "trustees");
    for (size_t i = 0; i < count; i++)
        text_free(parts[i].text);
    return record;
}

static struct ballot_question question_of(const json_t *asked)
{
    const json_t *list = member(asked, "answers");
    const size_t count = json_array_size(list);
    struct text_view *answers = room(count, sizeof *answers);

    for (size_t i = 0; i < count; i++)
        answers[i] = json_text(json_array_get(list, i));
    return (struct ballot_question){
        .question = json_text(member(asked, "question")),
        .answers = answers,
        .answer_count = count,
        .has_blank = json_is_true(json_object_get(asked, "blank")),
        .min = (uint32_t)json_integer_value(member(asked, "min")),
        .max = (uint32_t)json_integer_value(member(asked, "max")),
        .form = BALLOT_FORM_CHOOSE
    };
}

static struct text_view make_election(struct tool *tool)
{
    const json_t *asked = member(tool->spec, "questions");
    const json_t *name = json_object_get(tool->spec, "name");
    const size_t count = json_array_size(asked);
    struct ballot_question *questions = room(count, sizeof *questions);
    struct ballot_election election = {
        .name = name ? json_text(name) : TEXT_LITERAL("Thử bỏ phiếu kín"),
        .description = TEXT_LITERAL("Mẫu"),
        .public_key = tool->trustees.public_key,
        .questions = questions,
        .question_count = count
    };
    struct byte_writer writer;
    struct text_view record;

    for (size_t i = 0; i < count; i++)
        questions[i] = question_of(json_array_get(asked, i));
    must(ballot_base58_random(&tool->random, UUID_CHARACTERS, tool->uuid),
         "uuid");
    election.uuid = text_view_of(tool->uuid);
    begin(&writer);
    must(ballot_election_write(tool->group, &election, &writer), "election");
    record = taken(&writer);
    must_be_good(
        ballot_election_read(tool->group, record, false, &tool->election),
        "election");
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)questions[i].answers);
    free(questions);
    return record;
}

static struct text_view make_list(struct tool *tool)
{
    struct ballot_element *keys = room(tool->voter_count, sizeof *keys);
    struct byte_writer writer;

    for (size_t i = 0; i < tool->voter_count; i++) {
        struct ballot_scalar secret;

        must(ballot_credential_random(&tool->random, &tool->credentials[i]),
             "credential");
        secret = ballot_credential_secret(text_view_of(tool->uuid),
                                          &tool->credentials[i]);
        must(ballot_group_generate(tool->group, &secret, &keys[i]),
             "credential");
    }
    begin(&writer);
    must(ballot_list_write(keys, tool->voter_count, &writer), "list");
    free(keys);
    return taken(&writer);
}

static void set_up(struct tool *tool)
{
    struct text_view records[4];
    struct ballot_setup setup;
    struct byte_writer writer;

    records[1] = make_trustees(tool);
    records[0] = make_election(tool);
    records[2] = make_list(tool);
    setup.election = digest_sha256(records[0].data, records[0].size);
    setup.trustees = digest_sha256(records[1].data, records[1].size);
    setup.credentials = digest_sha256(records[2].data, records[2].size);
    begin(&writer);
    ballot_setup_write(&setup, &writer);
    records[3] = taken(&writer);
    append(tool, BALLOT_EVENT_SETUP, records, 4);
    for (size_t i = 0; i < 4; i++)
        text_free(records[i]);
    must(ballot_booth_new(tool->group, &tool->election, &tool->booth), "booth");
    tool->position_count = ballot_election_position_count(&tool->election);
    tool->tally = room(tool->position_count, sizeof *tool->tally);
    tool->votes = room(tool->voter_count, sizeof *tool->votes);
}

static struct text_view make_vote(const struct ballot_booth *booth,
                                  const struct ballot_scalar *secret,
                                  const json_t *marks,
                                  const struct ballot_random *random)
{
    const size_t count = json_array_size(marks);
    struct ballot_choice *choices = room(count, sizeof *choices);
    char *ballot = NULL;
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(marks, i);
        uint8_t *values = room(json_array_size(row), 1);

        choices[i] = (struct ballot_choice){ values, json_array_size(row) };
        for (size_t k = 0; k < choices[i].count; k++)
            values[k] = (uint8_t)json_integer_value(json_array_get(row, k));
    }
    must(
        ballot_vote_make(booth, secret, choices, count, random, &ballot, &size),
        "ballot");
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)choices[i].marks);
    free(choices);
    return (struct text_view){ ballot, size };
}

static void cast(struct tool *tool, const json_t *entry)
{
    const size_t voter = (size_t)json_integer_value(json_array_get(entry, 0));
    struct ballot_scalar secret;
    struct text_view ballot;

    if (voter >= tool->voter_count)
        die("no such voter");
    secret = ballot_credential_secret(text_view_of(tool->uuid),
                                      &tool->credentials[voter]);
    ballot = make_vote(tool->booth, &secret, json_array_get(entry, 1),
                       &tool->random);
    append(tool, BALLOT_EVENT_BALLOT, &ballot, 1);
    ballot_vote_release(&tool->votes[voter]);
    must_be_good(
        ballot_vote_read(tool->booth, ballot, &tool->votes[voter], NULL),
        "ballot");
    text_free(ballot);
}

static void add_up(struct tool *tool)
{
    struct text_view records[2];
    struct ballot_tally_size size = { .ballot_count = 0 };
    struct byte_writer writer;

    append(tool, BALLOT_EVENT_END_BALLOTS, NULL, 0);
    ballot_tally_begin(tool->tally, tool->position_count);
    for (size_t i = 0; i < tool->voter_count; i++) {
        if (tool->votes[i].cipher_count == 0)
            continue;
        must(ballot_tally_add(tool->group, tool->tally, tool->votes[i].ciphers,
                              tool->position_count, 1),
             "tally");
        tool->counted++;
    }
    begin(&writer);
    ballot_tally_write(&writer, &tool->election, tool->tally);
    records[0] = taken(&writer);
    size = (struct ballot_tally_size){ .ballot_count = tool->counted,
                                       .weight = tool->counted,
                                       .tally = digest_sha256(
                                           records[0].data, records[0].size) };
    begin(&writer);
    ballot_tally_size_write(&writer, &size);
    records[1] = taken(&writer);
    append(tool, BALLOT_EVENT_ENCRYPTED_TALLY, records, 2);
    text_free(records[0]);
    text_free(records[1]);
}

static struct text_view decrypt(const struct ballot_group *group,
                                const struct ballot_opening *opening,
                                const struct ballot_scalar *secret,
                                const struct ballot_random *random,
                                struct ballot_element *factors)
{
    struct ballot_decryption made;
    struct byte_writer writer;

    must(ballot_decryption_make(group, opening, secret, random, &made),
         "decryption");
    begin(&writer);
    ballot_decryption_write(&writer, opening->election, &made);
    if (factors)
        memcpy(factors, made.factors, made.position_count * sizeof *factors);
    ballot_decryption_release(&made);
    return taken(&writer);
}

static void decrypt_as(struct tool *tool, uint64_t number,
                       struct ballot_element *factors)
{
    const struct ballot_owner *owner =
        ballot_trustees_owner(&tool->trustees, number);
    struct ballot_opening opening = { .election = &tool->election,
                                      .tally = tool->tally,
                                      .owner = number };
    struct text_view records[2];
    struct hash payload;
    struct byte_writer writer;

    if (!owner)
        die("no such owner");
    opening.public_key = owner->public_key;
    records[0] =
        decrypt(tool->group, &opening, &tool->secrets[number - 1],
                &tool->random, &factors[(number - 1) * tool->position_count]);
    payload = digest_sha256(records[0].data, records[0].size);
    begin(&writer);
    ballot_decryption_write_owner(&writer, number, &payload);
    records[1] = taken(&writer);
    append(tool, BALLOT_EVENT_PARTIAL_DECRYPTION, records, 2);
    text_free(records[0]);
    text_free(records[1]);
}

/* The factors of those who do, owner by owner. */
static struct ballot_factors decrypt_all(struct tool *tool)
{
    const json_t *owners = json_object_get(tool->spec, "owners");
    const size_t count =
        owners ? json_array_size(owners) : tool->trustees.owner_count;
    struct ballot_element *factors = room(
        tool->trustees.owner_count * tool->position_count, sizeof *factors);
    uint64_t set = 0;

    for (size_t i = 0; i < count; i++) {
        const uint64_t number =
            owners ? (uint64_t)json_integer_value(json_array_get(owners, i))
                   : i + 1;

        decrypt_as(tool, number, factors);
        set |= UINT64_C(1) << (number - 1);
    }
    return (struct ballot_factors){ .owners = set, .factors = factors };
}

static void publish(struct tool *tool, const struct ballot_factors *factors)
{
    const json_t *paper = json_object_get(tool->spec, "paper");
    char *text = paper ? json_dumps(paper, JSON_COMPACT) : NULL;
    struct ballot_element *combined =
        room(tool->position_count, sizeof *combined);
    uint64_t *counts = room(tool->position_count, sizeof *counts);
    struct byte_writer writer;
    struct text_view record;

    must(ballot_result_combine(tool->group, &tool->trustees, factors,
                               tool->position_count, combined),
         "factors");
    must(ballot_result_count(tool->group, tool->tally, combined,
                             tool->position_count, tool->counted, counts),
         "counts");
    begin(&writer);
    ballot_result_write(&writer, &tool->election, counts, text_view_of(text));
    record = taken(&writer);
    append(tool, BALLOT_EVENT_RESULT, &record, 1);
    text_free(record);
    free(text);
    free(combined);
    free(counts);
}

static void write_secrets(const struct tool *tool, const char *folder)
{
    json_t *credentials = json_array();
    json_t *trustees = json_object();
    json_t *all = NULL;
    char *text = NULL;

    for (size_t i = 0; i < tool->voter_count; i++)
        json_array_append_new(credentials,
                              json_string(tool->credentials[i].text));
    for (uint32_t i = 0; i < tool->trustees.owner_count; i++) {
        char secret[BALLOT_SCALAR_TEXT_SIZE], number[12];

        ballot_scalar_text(&tool->secrets[i], secret);
        (void)snprintf(number, sizeof number, "%u", i + 1); /* fits */
        json_object_set_new(trustees, number, json_string(secret));
    }
    all = json_pack("{s:s,s:o,s:o}", "uuid", tool->uuid, "credentials",
                    credentials, "trustees", trustees);
    text = all ? json_dumps(all, 0) : NULL;
    if (!text)
        die("out of memory");
    write_file(folder, "secrets", ".json", text_view_of(text));
    free(text);
    json_decref(all);
}

static void tool_release(struct tool *tool)
{
    for (size_t i = 0; i < tool->voter_count; i++)
        ballot_vote_release(&tool->votes[i]);
    free(tool->votes);
    free(tool->tally);
    free(tool->credentials);
    byte_writer_release(&tool->file);
    tool->booth = ballot_booth_free(tool->booth);
    ballot_election_release(&tool->election);
}

static void run_election(struct ballot_group *group, char **arguments)
{
    const struct text_view text = file_text(arguments[1]);
    json_t *spec = parse(text);
    const json_t *votes = member(spec, "votes");
    static struct tool tool;
    struct ballot_factors factors;

    tool.group = group;
    tool.spec = spec;
    tool.random = random_of(spec);
    tool.voter_count = (size_t)json_integer_value(member(spec, "voters"));
    tool.credentials = room(tool.voter_count, sizeof *tool.credentials);
    byte_writer_init(&tool.file, SIZE_MAX / 2);
    must(ballot_archive_begin(ARCHIVE_SECONDS, &tool.file, &tool.end),
         "archive");
    set_up(&tool);
    for (size_t i = 0; i < json_array_size(votes); i++)
        cast(&tool, json_array_get(votes, i));
    add_up(&tool);
    factors = decrypt_all(&tool);
    publish(&tool, &factors);
    write_file(
        arguments[0], tool.uuid, ".bel",
        (struct text_view){ (const char *)tool.file.data, tool.file.size });
    write_secrets(&tool, arguments[0]);
    free((void *)(uintptr_t)factors.factors);
    tool_release(&tool);
    json_decref(spec);
    text_free(text);
}

/* --- Single steps --------------------------------------------------------- */

/* An election from its file, ready for ballots. */
struct opened {
    struct text_view record;
    struct ballot_election election;
    struct ballot_booth *booth;
    struct ballot_cipher *tally;
};

static void open_election(const struct ballot_group *group, const char *path,
                          struct opened *out)
{
    out->record = file_text(path);
    must_be_good(ballot_election_read(group, out->record, true, &out->election),
                 "election");
    must(ballot_booth_new(group, &out->election, &out->booth), "booth");
    out->tally = room(ballot_election_position_count(&out->election),
                      sizeof *out->tally);
}

static void close_election(struct opened *opened)
{
    free(opened->tally);
    opened->booth = ballot_booth_free(opened->booth);
    ballot_election_release(&opened->election);
    text_free(opened->record);
}

static void print_fault(enum ballot_fault fault)
{
    puts(fault == BALLOT_FAULT_NONE ? "ok" : ballot_fault_word(fault));
}

static void print_and_free(struct text_view text)
{
    if (fwrite(text.data, 1, text.size, stdout) != text.size)
        die("output");
    text_free(text);
}

static void run_vote(struct ballot_group *group, char **arguments)
{
    const struct ballot_random random = { system_fill, NULL };
    struct ballot_credential_text credential;
    struct ballot_scalar secret;
    struct opened opened;
    json_t *marks = parse(text_view_of(arguments[2]));

    open_election(group, arguments[0], &opened);
    must(ballot_credential_parse(text_view_of(arguments[1]), &credential),
         "credential");
    secret = ballot_credential_secret(opened.election.uuid, &credential);
    print_and_free(make_vote(opened.booth, &secret, marks, &random));
    json_decref(marks);
    close_election(&opened);
}

static void run_check_vote(struct ballot_group *group, char **arguments)
{
    const struct text_view ballot = file_text(arguments[1]);
    struct ballot_vote vote = { .answers = NULL };
    struct opened opened;
    enum ballot_fault fault;

    open_election(group, arguments[0], &opened);
    fault = ballot_vote_read(opened.booth, ballot, &vote, NULL);
    if (fault == BALLOT_FAULT_NONE) {
        fault = ballot_vote_check(opened.booth, &vote, NULL);
        ballot_vote_release(&vote);
    }
    print_fault(fault);
    close_election(&opened);
    text_free(ballot);
}

static struct ballot_opening opening_of(const struct ballot_group *group,
                                        struct opened *opened,
                                        const char *tally, const char *owner)
{
    const struct text_view record = file_text(tally);

    must_be_good(ballot_tally_read(group, record, &opened->election, true,
                                   opened->tally),
                 "tally");
    text_free(record);
    return (struct ballot_opening){ .election = &opened->election,
                                    .tally = opened->tally,
                                    .owner = strtoull(owner, NULL, 10) };
}

static void run_decrypt(struct ballot_group *group, char **arguments)
{
    const struct ballot_random random = { system_fill, NULL };
    struct ballot_opening opening;
    struct ballot_scalar secret;
    struct opened opened;

    open_election(group, arguments[0], &opened);
    opening = opening_of(group, &opened, arguments[1], arguments[2]);
    must(ballot_scalar_parse(text_view_of(arguments[3]), &secret), "secret");
    must(ballot_group_generate(group, &secret, &opening.public_key), "secret");
    print_and_free(decrypt(group, &opening, &secret, &random, NULL));
    close_election(&opened);
}

static void run_check_decryption(struct ballot_group *group, char **arguments)
{
    const struct text_view record = file_text(arguments[4]);
    struct ballot_decryption decryption;
    struct ballot_opening opening;
    struct opened opened;
    enum ballot_fault fault;

    open_election(group, arguments[0], &opened);
    opening = opening_of(group, &opened, arguments[1], arguments[2]);
    must(ballot_element_parse(group, text_view_of(arguments[3]),
                              &opening.public_key),
         "key");
    fault = ballot_decryption_read(group, record, &opened.election, false,
                                   &decryption);
    if (fault == BALLOT_FAULT_NONE) {
        fault = ballot_decryption_check(group, &opening, &decryption);
        ballot_decryption_release(&decryption);
    }
    print_fault(fault);
    close_election(&opened);
    text_free(record);
}

static void print_trustees(const struct ballot_trustees *trustees)
{
    char key[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(&trustees->public_key, key);
    printf(",\"public_key\":\"%s\",\"owners\":[", key);
    for (uint32_t i = 0; i < trustees->owner_count; i++) {
        const struct ballot_owner *owner = &trustees->owners[i];

        ballot_element_text(&owner->public_key, key);
        printf("%s{\"key\":\"%s\",\"part\":%u,\"index\":%u}", i > 0 ? "," : "",
               key, owner->part, owner->index);
    }
    printf("]");
}

static void run_trustees(struct ballot_group *group, char **arguments)
{
    const struct text_view record = file_text(arguments[0]);
    const bool is_lenient =
        arguments[1] && strcmp(arguments[1], "--belenios") == 0;
    struct ballot_trustees trustees;
    uint32_t owner = 0;
    const enum ballot_fault fault =
        ballot_trustees_read(group, record, is_lenient, &trustees, &owner);

    printf("{\"fault\":\"%s\",\"owner\":%u", ballot_fault_word(fault), owner);
    if (fault == BALLOT_FAULT_NONE)
        print_trustees(&trustees);
    puts("}");
    text_free(record);
}

static const struct {
    const char *name;
    int argument_count; /* at least */
    void (*run)(struct ballot_group *group, char **arguments);
} commands[] = {
    { "election", 2, run_election },
    { "vote", 3, run_vote },
    { "check-vote", 2, run_check_vote },
    { "decrypt", 4, run_decrypt },
    { "check-decryption", 5, run_check_decryption },
    { "trustees", 1, run_trustees },
};

int main(int count, char **arguments)
{
    struct ballot_group *group = NULL;

    for (size_t i = 0; count > 1 && i < sizeof commands / sizeof commands[0];
         i++) {
        if (strcmp(arguments[1], commands[i].name) != 0)
            continue;
        if (count - 2 < commands[i].argument_count)
            die("too few arguments");
        must(ballot_group_new(&group), "group");
        commands[i].run(group, arguments + 2);
        ballot_group_free(group);
        return 0;
    }
    die("election, vote, check-vote, decrypt, check-decryption or trustees");
}
