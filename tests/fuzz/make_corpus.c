/*
 * Writes the seeds of the fuzz targets: real encodings of messages made up from
 * the tables. Run from the root of the repository after the protocol changed:
 *
 *   make_corpus tests/fuzz/corpus
 *
 * The folders have to exist. The same program writes the same files.
 */
#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/base/byte_writer.h"
#include "protocol/document/carried_text.h"
#include "protocol/line/line_wish.h"
#include "protocol/meeting/command.h"
#include "protocol/record/anchor_file.h"
#include "protocol/record/record_files.h"
#include "protocol/record/record_zip_write.h"
#include "protocol/wire/audio_frame.h"
#include "protocol/wire/blob_piece.h"
#include "protocol/wire/event_codec.h"
#include "protocol/wire/succession_codec.h"
#include "protocol/wire/hearing_report.h"
#include "protocol/wire/tight_message.h"
#include "tests/fuzz/key_seeds.h"
#include "tests/support/anchor_sample.h"
#include "tests/support/key_row.h"
#include "tests/support/log_author.h"
#include "tests/support/message_filler.h"
#include "tests/support/schema_list.h"
#include "tests/support/small_election.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPENINGS = 6, AUDIO_MESSAGES = 4, TIGHT_MESSAGES = 4, BLOB_PIECES = 3 };

static const char *corpus; /* the folder */

static void die(const char *what)
{
    fprintf(stderr, "make_corpus: %s\n", what);
    exit(1);
}

static void require(enum result result)
{
    if (result)
        die(result_text(result));
}

/* `first` < 0: no byte before the others. */
static void write_seed(const char *target, const char *name, int first,
                       const void *bytes, size_t size)
{
    char path[256];
    FILE *file = NULL;
    const int length =
        snprintf(path, sizeof path, "%s/%s/%s", corpus, target, name);

    if (length < 0 || (size_t)length >= sizeof path)
        die("the name of the folder is too long");
    file = fopen(path, "wb");
    if (!file)
        die(path);
    if (first >= 0 && fputc(first, file) == EOF)
        die(path);
    if (fwrite(bytes, 1, size, file) != size || fclose(file))
        die(path);
}

static void write_openings(const struct event_encoding *encoding)
{
    static size_t written;

    for (size_t i = 0; i < encoding->opening_count && written < OPENINGS; i++) {
        char name[32];
        char *text = NULL;
        size_t size = 0;

        /* A path into a list is for the fuzzer to find. */
        if (strchr(encoding->openings[i].field, '.'))
            continue;
        require(opening_write(&encoding->openings[i], &text, &size));
        snprintf(name, sizeof name, "opening_%zu", written++);
        write_seed("opening", name, -1, text, size);
        free(text);
    }
}

static void write_event(const struct schema_entry *entry, void *body)
{
    static const struct room_key key = { { 7 } };
    const struct event_place place = { 12, 1700000000000, TEXT_LITERAL("m1"),
                                       &key };
    const bool is_register = entry->group == SCHEMA_REGISTER_EVENT;
    struct event_encoding encoding;
    char name[80];

    require(event_encode(entry->schema, body, &place, &encoding));
    snprintf(name, sizeof name, "%s_%s", is_register ? "register" : "meeting",
             entry->schema->name);
    write_seed("event", name, is_register, encoding.bytes, encoding.size);
    write_openings(&encoding);
    event_encoding_release(&encoding);
}

static void write_command(const struct schema_entry *entry, const void *body)
{
    struct command command = { .op = (enum command_op)entry->kind,
                               .request = 7,
                               .log = { "m1" } };
    json_t *object = NULL;
    char *text = NULL;
    size_t size = 0;

    command.act.is_present = entry->is_signed;
    command.act.seen = 41;
    memcpy(&command.body, body, entry->schema->size);
    require(command_encode(&command, &object));
    require(message_text(object, &text, &size));
    write_seed("command", entry->schema->name, -1, text, size);
    free(text);
    json_decref(object);
}

/* Behind the number of its table, in two bytes. */
static void write_message(const struct schema_entry *entry, size_t number,
                          const void *body)
{
    json_t *object = json_object();
    struct byte_writer writer;
    char *text = NULL;
    size_t size = 0;

    require(schema_encode(entry->schema, body, true, object));
    require(message_text(object, &text, &size));
    byte_writer_init(&writer, size + 2);
    byte_writer_u8(&writer, (uint8_t)(number >> 8));
    byte_writer_u8(&writer, (uint8_t)(number & 0xff));
    byte_writer_bytes(&writer, text, size);
    require(writer.result);
    write_seed("message", entry->schema->name, -1, writer.data, writer.size);
    byte_writer_release(&writer);
    free(text);
    json_decref(object);
}

static void write_messages(void)
{
    struct schema_entry entry;

    for (size_t i = 0; schema_list_at(i, &entry); i++) {
        const bool is_command = schema_list_is_command(&entry);
        struct message_memory memory = { 0 };
        struct message_filler filler;
        void *body = malloc(entry.schema->size);

        if (!body)
            die("out of memory");
        message_filler_init(&filler, i, &memory);
        message_filler_fill(&filler, entry.schema, is_command,
                            TEXT_LITERAL("m1"), body);
        if (is_command) {
            write_message(&entry, i, body);
            write_command(&entry, body);
        } else {
            write_event(&entry, body);
        }
        free(body);
        message_memory_release(&memory);
    }
}

static void write_audio(void)
{
    static const uint8_t payload[] = { 0x78, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

    for (size_t n = 0; n < AUDIO_MESSAGES; n++) {
        uint8_t message[LIMIT_AUDIO_MESSAGE_SIZE];
        size_t size = 0;
        char name[32];

        for (size_t i = 0; i <= n; i++) {
            const struct audio_frame frame = {
                .flags = (uint8_t)(i % 3),
                .slot = (uint16_t)n,
                .sequence = (uint32_t)(1000 + i),
                .timestamp = (uint32_t)(960 * i),
                .payload = payload,
                .payload_size = (uint16_t)(1 + (n + 3 * i) % 10),
            };
            size_t frame_size = 0;

            require(audio_frame_encode(&frame, &message[size],
                                       sizeof message - size, &frame_size));
            size += frame_size;
        }
        snprintf(name, sizeof name, "frames_%zu", n + 1);
        write_seed("audio_frame", name, -1, message, size);
    }
}

/* Runs of two, of which every other one goes on after a gap. */
static void write_tight(void)
{
    static const uint8_t payload[300] = { 0x78, 1, 2, 3 };

    for (size_t n = 0; n < TIGHT_MESSAGES; n++) {
        struct audio_frame frames[2 * (TIGHT_MESSAGES + 1)];
        uint8_t message[LIMIT_AUDIO_MESSAGE_SIZE];
        const size_t count = 2 * (n + 1);
        size_t size = 0;
        char name[32];

        for (size_t i = 0; i < count; i++)
            frames[i] = (struct audio_frame){
                .flags = (uint8_t)(i % 3),
                .slot = (uint16_t)(1 + i / 4),
                .sequence = (uint32_t)(1000 + i + 2 * (i / 2 % 2)),
                .timestamp = (uint32_t)(960 * (i + 2 * (i / 2 % 2))),
                .payload = payload,
                .payload_size = (uint16_t)(i == 5 ? 300 : 3 + i),
            };
        require(tight_message_encode(frames, count, message, sizeof message,
                                     &size));
        snprintf(name, sizeof name, "frames_%zu", count);
        write_seed("tight_message", name, -1, message, size);
    }
}

static void write_pieces(void)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };

    for (size_t n = 0; n < BLOB_PIECES; n++) {
        const struct blob_piece piece = { .blob = { { (uint8_t)n } },
                                          .blob_size = 100 * (n + 1),
                                          .offset = 16 * (n + 1),
                                          .bytes = bytes,
                                          .size = 4 * (n + 1) };
        uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
        size_t size = 0;
        char name[32];

        require(blob_piece_encode(&piece, message, sizeof message, &size));
        snprintf(name, sizeof name, "piece_%zu", n);
        write_seed("blob_piece", name, -1, message, size);
    }
}

static void write_hearing(void)
{
    static const struct hearing_report reports[] = {
        { .played = 500, .delay_ms = 80 },
        { .played = 430,
          .concealed = 60,
          .repaired = 11,
          .late = 7,
          .dropped = 4,
          .delay_ms = 640 },
        { .played = LIMIT_HEARING_BLOCKS + 1,
          .concealed = 1,
          .delay_ms = LIMIT_HEARING_DELAY_MS + 1 },
    };

    for (size_t n = 0; n < sizeof reports / sizeof reports[0]; n++) {
        json_t *object = json_object();
        char *text = NULL;
        size_t size = 0;
        char name[32];

        if (!object || !hearing_report_put(&reports[n], object))
            die("out of memory");
        require(message_text(object, &text, &size));
        snprintf(name, sizeof name, "report_%zu", n);
        write_seed("hearing", name, -1, text, size);
        free(text);
        json_decref(object);
    }
}

static void write_request(const char *name, json_t *object)
{
    char *text = NULL;
    size_t size = 0;

    if (!object)
        die("out of memory");
    require(message_text(object, &text, &size));
    write_seed("line", name, -1, text, size);
    free(text);
    json_decref(object);
}

static void write_line(void)
{
    static const struct line_wish wishes[] = {
        { .bundle = 1 },
        { .bundle = 2,
          .copies = { 1, 3 },
          .copy_count = 2,
          .rate = 12000,
          .lanes = 4 },
        { .bundle = LIMIT_LINE_BUNDLE,
          .copies = { 2 },
          .copy_count = 1,
          .rate = LIMIT_LINE_RATE_MIN,
          .one_voice = true,
          .lanes = LIMIT_LANES },
    };
    char name[32], token[2 * 32 + 1];
    json_t *object;

    for (size_t n = 0; n < sizeof wishes / sizeof wishes[0]; n++) {
        object = json_pack("{s:i, s:s}", "id", (int)n + 1, "op", "line");
        if (!object || !line_wish_write(&wishes[n], object))
            die("out of memory");
        snprintf(name, sizeof name, "wish_%zu", n);
        write_request(name, object);
    }
    memset(token, 'a', sizeof token - 1);
    token[sizeof token - 1] = '\0';
    write_request("attach", json_pack("{s:i, s:s, s:s}", "id", 1, "op",
                                      "attach", "token", token));
}

/* Whole, and without its sum, which the target adds. */
static void write_anchors(const char *name, const struct anchors *anchors)
{
    enum { SUM_LINE_SIZE = 69 };
    char path[40];
    uint8_t *bytes = NULL;
    size_t size = 0;

    require(anchor_file_encode(anchors, &bytes, &size));
    snprintf(path, sizeof path, "%s_whole", name);
    write_seed("anchors", path, 0, bytes, size);
    write_seed("anchors", name, 1, bytes, size - SUM_LINE_SIZE);
    free(bytes);
}

static void write_anchor_files(void)
{
    const struct anchor_checkpoint checkpoint = sample_checkpoint('a', 10);
    struct anchors anchors;

    anchors_init(&anchors, &sample_organisation);
    write_anchors("empty", &anchors);
    require(anchors_add_checkpoint(&anchors, &sample_meeting, &checkpoint));
    write_anchors("checkpoint", &anchors);
    anchors_release(&anchors);
    sample_anchors(&anchors);
    write_anchors("sample", &anchors);
    anchors_release(&anchors);
}

static void write_succession(const char *name, unsigned last)
{
    const struct succession chain = row_succession(1, last, "dbmau");
    const struct signing_key server = row_key(last);
    char hex[HEX_SIZE(KEY_SIZE)];
    char *text = NULL;
    size_t size = 0;
    json_t *object;

    hex_encode(server.public_key.bytes, KEY_SIZE, hex);
    object = json_pack("{s:s, s:o}", "server", hex, "succession",
                       succession_encode(&chain));
    require(message_text(object, &text, &size));
    write_seed("succession", name, -1, text, size);
    free(text);
    json_decref(object);
}

/* --- Whole records ------------------------------------------------------- */

static void write_lines(struct byte_writer *writer, char *const *lines,
                        size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        byte_writer_text(writer, text_view_of(lines[i]));
        byte_writer_u8(writer, '\n');
    }
}

/* The log, and what lies beside it, as the target cuts them apart. */
static void write_record(const char *name, const struct log_author *author,
                         bool has_openings, const struct log_author *registry)
{
    enum { SEPARATOR = 0x1e, SIZE_MAX_OF_ALL = 64 * 1024 };
    struct byte_writer writer;

    byte_writer_init(&writer, SIZE_MAX_OF_ALL);
    write_lines(&writer, author->events, author->count);
    if (has_openings || registry)
        byte_writer_u8(&writer, SEPARATOR);
    if (has_openings)
        write_lines(&writer, author->openings, author->opening_count);
    if (registry) {
        byte_writer_u8(&writer, SEPARATOR);
        write_lines(&writer, registry->events, registry->count);
    }
    require(writer.result);
    write_seed("record", name, -1, writer.data, writer.size);
    byte_writer_release(&writer);
}

static void write_register_log(struct log_author *author)
{
    const struct sealed name = { .value = TEXT_LITERAL("Đảng bộ xã Mẫu"),
                                 .has_value = true };
    struct register_event event = { .kind = REGISTER_GENESIS_KIND };

    author->scope = (struct identifier){ AUTHOR_ORGANISATION };
    event.body.genesis.version = 1;
    event.body.genesis.organisation = author->scope;
    event.body.genesis.server = author->server.public_key;
    event.body.genesis.name = name;
    (void)log_author_add_register(author, &event);
    event = (struct register_event){ .kind = REGISTER_UNIT_ADDED_KIND };
    event.body.unit_added.unit = (struct identifier){ "u2" };
    event.body.unit_added.kind = UNIT_CELL;
    event.body.unit_added.name = name;
    (void)log_author_add_register(author, &event);
    event = (struct register_event){ .kind = REGISTER_MEMBER_ADDED_KIND };
    event.body.member_added.member = (struct identifier){ "m1" };
    event.body.member_added.unit = (struct identifier){ "u2" };
    event.body.member_added.category = CATEGORY_OFFICIAL;
    event.body.member_added.office = OFFICE_NONE;
    event.body.member_added.name = name;
    (void)log_author_add_register(author, &event);
}

static void write_records(void)
{
    struct log_author author, registry;

    log_author_init(&registry);
    write_register_log(&registry);
    write_record("register", &registry, true, NULL);
    log_author_init(&author);
    log_author_open_meeting(&author);
    write_record("open", &author, true, NULL);
    write_record("with_register", &author, false, &registry);
    (void)log_author_chat(&author, "m4", "Tôi đồng ý.");
    (void)log_author_hand(&author, "m4");
    write_record("hand", &author, false, NULL);
    log_author_release(&author);
    log_author_release(&registry);
}

/* --- Elections ----------------------------------------------------------- */

enum { SPELT_OUT = 0, BY_RECORDS = 1, ELECTION_MAX = 64 * 1024 };

/* Of the target ballot_record: which record. */
enum { SEED_ELECTION, SEED_LIST, SEED_SETUP, SEED_JSON };

static void write_writer(const char *target, const char *name, int first,
                         struct byte_writer *writer)
{
    require(writer->result);
    write_seed(target, name, first, writer->data, writer->size);
    byte_writer_release(writer);
}

/* An archive of records that nobody looks into, up to an event. */
static void write_ballot_file(const char *name, enum ballot_event_kind last)
{
    static const char *const texts[] = { "{}", "[]", "[\"1\"]", "{\"a\":1}" };
    struct text_view records[BALLOT_EVENT_RECORDS_MAX];
    struct ballot_archive_end end;
    struct byte_writer writer;
    int kind;
    size_t i;

    for (i = 0; i < BALLOT_EVENT_RECORDS_MAX; i++)
        records[i] = text_view_of(texts[i]);
    byte_writer_init(&writer, ELECTION_MAX);
    require(ballot_archive_begin(1700000000, &writer, &end));
    for (kind = BALLOT_EVENT_SETUP; kind <= (int)last; kind++)
        require(ballot_archive_append(
            &end, (enum ballot_event_kind)kind, records,
            ballot_event_record_count((enum ballot_event_kind)kind), &writer));
    write_writer("ballot_archive", name, SPELT_OUT, &writer);
}

static void add_part(struct byte_writer *writer, char letter, const char *text)
{
    byte_writer_u8(writer, (uint8_t)letter);
    byte_writer_text(writer, text_view_of(text));
    byte_writer_u8(writer, '\n');
}

static void write_ballot_records(void)
{
    struct byte_writer writer;
    int i;

    byte_writer_init(&writer, ELECTION_MAX);
    for (i = 0; i < 3; i++)
        add_part(&writer, 'd', "[]");
    add_part(&writer, 'd', "{\"election\":\"PAYLOAD\"}");
    add_part(&writer, 'e',
             "{\"height\":0,\"type\":\"Setup\",\"payload\":\"PAYLOAD\"}");
    add_part(&writer, 'd', "{}");
    add_part(&writer, 'e',
             "{\"parent\":\"PARENT\",\"height\":1,\"type\":\"Ballot\","
             "\"payload\":\"PAYLOAD\"}");
    add_part(&writer, 'e',
             "{\"parent\":\"PARENT\",\"height\":2,\"type\":\"EndBallots\"}");
    write_writer("ballot_archive", "by_records", BY_RECORDS, &writer);
}

/* With a meeting and a table, or with a blank and neither. */
static void write_ballot_election(const struct ballot_group *group,
                                  bool has_meeting)
{
    struct text_view answers[2] = { TEXT_LITERAL("Đồng ý"),
                                    TEXT_LITERAL("Không \"đồng ý\"") };
    const struct ballot_question question = {
        .question = TEXT_LITERAL("Đảng viên Mẫu 01"),
        .answers = answers,
        .answer_count = 2,
        .has_blank = !has_meeting,
        .min = 1,
        .max = 1,
        .form = has_meeting ? BALLOT_FORM_AGREE : BALLOT_FORM_CHOOSE,
    };
    const struct ballot_committee_member server = { .member = { "server" } };
    const struct ballot_election election = {
        .description = TEXT_LITERAL(""),
        .name = TEXT_LITERAL("Hội nghị chi bộ"),
        .public_key = ballot_group_generator(group),
        .questions = &question,
        .question_count = 1,
        .uuid = TEXT_LITERAL("P95SQruW9N4q8N"),
        .has_meeting = has_meeting,
        .meeting = { .meeting = { "m1" },
                     .channels = { 3, 2, 1 },
                     .committee = &server,
                     .committee_count = 1 },
    };
    struct byte_writer writer;

    byte_writer_init(&writer, ELECTION_MAX);
    require(ballot_election_write(group, &election, &writer));
    write_writer("ballot_record", has_meeting ? "meeting" : "election",
                 SEED_ELECTION, &writer);
}

static void write_ballot_others(const struct ballot_group *group)
{
    static const struct ballot_setup setup = { .election = { { 0 } } };
    const struct ballot_element keys[2] = { ballot_group_generator(group),
                                            ballot_element_identity() };
    static const char json[] = "{\"a\":[1,-2.5e3,null,{}],\"b\":\"\\u0001\"}";
    static const char text[] = "\"Mẫu \\\"\\\\\\n\\u007f\"";
    struct byte_writer writer;

    byte_writer_init(&writer, ELECTION_MAX);
    require(ballot_list_write(keys, 2, &writer));
    write_writer("ballot_record", "list", SEED_LIST, &writer);
    byte_writer_init(&writer, ELECTION_MAX);
    ballot_setup_write(&setup, &writer);
    write_writer("ballot_record", "setup", SEED_SETUP, &writer);
    write_seed("ballot_record", "json", SEED_JSON, json, sizeof json - 1);
    write_seed("ballot_record", "text", SEED_JSON, text, sizeof text - 1);
}

static void write_elections(void)
{
    struct ballot_group *group = NULL;

    require(ballot_group_new(&group));
    write_ballot_file("begun", BALLOT_EVENT_SETUP);
    write_ballot_file("tally", BALLOT_EVENT_ENCRYPTED_TALLY);
    write_ballot_records();
    write_ballot_election(group, true);
    write_ballot_election(group, false);
    write_ballot_others(group);
    (void)ballot_group_free(group);
}

static void write_ballots(void)
{
    static const char *const names[] = { "blank", "marked" };
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct text_view ballot = small_election_vote(i, i == 0);

        write_seed("ballot_vote", names[i], -1, ballot.data, ballot.size);
        free((void *)(uintptr_t)ballot.data);
    }
}

static void write_ballot_keys(void)
{
    struct key_seed seeds[KEY_SEED_COUNT];

    key_seeds_make(seeds);
    for (size_t i = 0; i < KEY_SEED_COUNT; i++) {
        write_seed("ballot_keys", seeds[i].name, seeds[i].kind, seeds[i].bytes,
                   seeds[i].size);
        free(seeds[i].bytes);
    }
}

/* --- The file of a record ------------------------------------------------- */

enum {
    SEED_ZIP,
    SEED_MANIFEST,
    SEED_SIGNATURES,
    SEED_REDACTION,
    SEED_FILE_OPENING,
    SEED_RECORD,
    SEED_PIECES
};

/* The parts of a small record with one file that may be hidden. */
static void write_record_parts(struct record_files *files,
                               const struct record_seal *seal)
{
    char *zip = NULL;
    size_t size = 0, i;

    require(record_files_write(files, seal, &zip, &size));
    write_seed("record_file", "whole", SEED_RECORD, zip, size);
    free(zip);
    for (i = 0; i < files->count; i++) {
        const struct record_file *file = &files->rows[i];

        if (strcmp(file->path, RECORD_MANIFEST_PATH) == 0)
            write_seed("record_file", "manifest", SEED_MANIFEST, file->bytes,
                       file->size);
        if (strcmp(file->path, RECORD_SIGNATURES_PATH) == 0)
            write_seed("record_file", "signatures", SEED_SIGNATURES,
                       file->bytes, file->size);
        if (strcmp(file->path, RECORD_REDACTION_PATH) == 0)
            write_seed("record_file", "redaction", SEED_REDACTION, file->bytes,
                       file->size);
        if (strcmp(file->path, RECORD_OPENINGS_PATH) == 0)
            write_seed("record_file", "opening", SEED_FILE_OPENING, file->bytes,
                       file->size - 1);
    }
}

static void write_record_files(void)
{
    static const char pieces[] = "b\x1e"
                                 "two\x1e"
                                 "a/c.txt\x1e"
                                 "one";
    const struct record_zip_entry entries[] = {
        { TEXT_LITERAL("a/c.txt"), TEXT_LITERAL("one") },
        { TEXT_LITERAL("b"), TEXT_LITERAL("") },
    };
    const struct signing_key server = author_key("server");
    const struct record_manifest about = { .meeting = { "m1" },
                                           .organisation = { "to-chuc-mau" } };
    struct record_hidden_text hidden = { TEXT_LITERAL("chat_said"),
                                         TEXT_LITERAL("text"), 2 };
    struct record_redaction redaction = { .level = RECORD_LEVEL_AS_KEPT,
                                          .texts = &hidden,
                                          .text_count = 1 };
    const struct record_seal seal = { .about = &about,
                                      .redaction = &redaction,
                                      .server = &server };
    struct record_files files = { NULL, 0 };
    char *zip = NULL;
    size_t size = 0;

    require(record_zip_write(entries, 2, &zip, &size));
    write_seed("record_file", "zip", SEED_ZIP, zip, size);
    free(zip);
    write_seed("record_file", "pieces", SEED_PIECES, pieces, sizeof pieces - 1);
    require(record_files_add(&files, RECORD_EVENTS_PATH, RECORD_FILE_PLAIN,
                             "{}\n", 3));
    require(record_files_add(&files, "documents/a.txt", RECORD_FILE_HIDEABLE,
                             "x", 1));
    write_record_parts(&files, &seal);
    record_files_release(&files);
}

/* The rulesets that are shipped, without comments and indentation: so each
 * fits the inputs that are tried. */
static void write_ruleset(const char *name)
{
    char path[64], line[1024];
    char *text = NULL;
    size_t size = 0;
    FILE *in, *out = open_memstream(&text, &size);

    snprintf(path, sizeof path, "config/rules/%s", name);
    in = fopen(path, "r");
    if (!in || !out)
        die(path);
    while (fgets(line, sizeof line, in)) {
        const char *begin = line + strspn(line, " ");

        if (begin[0] != '#' && begin[0] != '\n' && fputs(begin, out) == EOF)
            die(path);
    }
    if (ferror(in) || fclose(in) || fclose(out))
        die(path);
    write_seed("ruleset", name, -1, text, size);
    free(text);
}

/* What makes documents: one seed for each kind of input. */
static void write_documents(void)
{
    static const char markup[] =
        "@title Biên bản\n[header]\n| ĐẢNG BỘ | **ĐẢNG** |\n| * | ---- |\n"
        "[/header]\n= BIÊN BẢN\n== a\\\n b\n-----\n# I\n- __a__ \\* \\n\n"
        "[table 12pt 1c 3]\n! TT | Việc |\n| 1 | \\&a |\n[/table]\n"
        "[papers 2]\n^ PHIẾU\n[/papers]\n[page]\n"
        "[signatures 1 1]\n| A | B |\n| ~ | ~ |\n[/signatures]\n@footer f\n";
    static const char template[] =
        "{{! a }}\n= {{a}}\n{{#l}}\n- {{.}}\n{{/l}}\n"
        "{{#o}}{{p.q}}{{/o}}{{^e}}{{n}}{{/e}}\n";
    static const char value[] = "**a** | __b__\n[page]\\ {{x}} ~ \\& Đ";
    uint8_t *part = NULL, *pdf = NULL;
    size_t size = 0;
    static const char shown[] =
        "<?xml version=\"1.0\"?>\n<w:document xmlns:w=\"x\"><w:body>\n<w:p>"
        "<w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr>"
        "<w:t xml:space=\"preserve\">- a&amp;</w:t></w:r><w:r><w:br/></w:r>"
        "</w:p>\n</w:body></w:document>\n";
    static const char small[] =
        "1 0 obj\n<< /A /B\n>>\nendobj\nxref\n0 2\n0000000000 65535 f \n"
        "0000000000 00000 n \ntrailer\n<< /Size 2\n   /Root 1 0 R\n"
        "   /Info 1 0 R\n>>\nstartxref\n27\n%%EOF\n";

    write_seed("document", "markup", 'P', markup, sizeof markup - 1);
    write_seed("document", "template", 'T', template, sizeof template - 1);
    write_seed("document", "value", 'V', value, sizeof value - 1);
    require(carried_text_to_xml(TEXT_LITERAL("a <b> & c\n"), &part, &size));
    write_seed("document", "part", 'X', part, size);
    require(carried_text_add_to_pdf(TEXT_LITERAL(small), TEXT_LITERAL("a\n"),
                                    "vi-VN", &pdf, &size));
    write_seed("document", "pdf", 'F', pdf, size);
    write_seed("document", "shown", 'D', shown, sizeof shown - 1);
    write_seed("document", "bare_pdf", 'F', small, sizeof small - 1);
    free(part);
    free(pdf);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: make_corpus FOLDER");
    corpus = argv[1];
    write_messages();
    write_audio();
    write_tight();
    write_pieces();
    write_hearing();
    write_line();
    write_anchor_files();
    write_succession("none", 1);
    write_succession("one", 2);
    write_succession("three", 4);
    write_records();
    write_elections();
    write_ballots();
    write_ballot_keys();
    write_record_files();
    write_documents();
    write_ruleset("interim.conf");
    write_ruleset("party-2026.conf");
    write_ruleset("association.conf");
    return 0;
}
