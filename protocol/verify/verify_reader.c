#include "protocol/verify/verify_reader.h"

#include "protocol/record/hash_chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- What is wrong ------------------------------------------------------- */

static void copy_name(struct text_view name, char *out, size_t size)
{
    const size_t length = name.size < size ? name.size : size - 1;

    memcpy(out, name.data, length);
    out[length] = '\0';
}

static void name_kind(struct verify_failure *failure, bool is_register,
                      int kind)
{
    const struct schema *schema =
        is_register ? register_event_schema((enum register_event_kind)kind)
                    : meeting_event_schema((enum meeting_event_kind)kind);

    if (schema)
        copy_name(text_view_of(schema->name), failure->kind,
                  sizeof failure->kind);
}

enum result verify_reader_refuse(struct verify_reader *reader,
                                 const struct verify_event *event,
                                 enum verify_fault fault)
{
    struct verify_failure *failure = &reader->failure;

    failure->fault = fault;
    failure->file = reader->file;
    failure->has_seq = true;
    failure->seq = event->seq;
    failure->line = event->seq + 1;
    name_kind(failure, reader->is_register,
              reader->is_register ? (int)event->registry.kind
                                  : (int)event->meeting.kind);
    return RESULT_REFUSED;
}

/* The line after those that were read is wrong. */
static enum result refuse_line(struct verify_reader *reader,
                               enum verify_fault fault,
                               const struct field_error *error)
{
    struct verify_failure *failure = &reader->failure;

    failure->fault = fault;
    failure->file = reader->file;
    failure->has_seq = true;
    failure->seq = reader->count;
    failure->line = reader->count + 1;
    if (error)
        failure->field = *error;
    return RESULT_REFUSED;
}

static enum result refuse_opening(struct verify_reader *reader, size_t line)
{
    struct verify_failure *failure = &reader->failure;

    failure->fault = VERIFY_FAULT_OPENING;
    failure->file = reader->file == VERIFY_IN_REGISTER
                        ? VERIFY_IN_REGISTER_OPENINGS
                        : VERIFY_IN_OPENINGS;
    failure->line = line + 1;
    return RESULT_REFUSED;
}

/* --- One way to write each event ----------------------------------------- */

static size_t count_keys(json_t *value)
{
    size_t count = 0, i;
    const char *key;
    json_t *member;

    if (json_is_object(value)) {
        json_object_foreach(value, key, member)
        {
            count += 1 + count_keys(member);
        }
    } else if (json_is_array(value)) {
        for (i = 0; i < json_array_size(value); i++)
            count += count_keys(json_array_get(value, i));
    }
    return count;
}

/* Takes over `text`. */
static bool is_same(char *text, size_t size, struct text_view line)
{
    const bool is_equal =
        text_view_equal((struct text_view){ text, size }, line);

    free(text);
    return is_equal;
}

/* Is this object, written as JSON is written here, the line? */
static enum result check_spelling(const json_t *object, struct text_view line)
{
    char *text = NULL;
    size_t size = 0;
    const enum result result = message_text(object, &text, &size);

    if (result != RESULT_OK)
        return result;
    return is_same(text, size, line) ? RESULT_OK : RESULT_REFUSED;
}

/* `written` are the fields that are known. Whoever wrote more is of a later
 * version; whoever wrote the same in another order is no server. */
static enum result compare_fields(struct verify_event *event,
                                  const char *written, size_t size,
                                  bool *is_newer)
{
    json_t *known = NULL;
    enum result result = message_parse(written, size, &known);

    if (result != RESULT_OK)
        return result;
    *is_newer = count_keys(event->memory.root) > count_keys(known);
    json_decref(known);
    return *is_newer ? RESULT_OK : RESULT_REFUSED;
}

static enum result check_canonical(const struct verify_reader *reader,
                                   struct verify_event *event,
                                   const struct event_head *head,
                                   struct text_view line, bool *is_newer)
{
    const struct schema *schema =
        reader->is_register ? register_event_schema(event->registry.kind)
                            : meeting_event_schema(event->meeting.kind);
    const void *body = reader->is_register ? (const void *)&event->registry.body
                                           : (const void *)&event->meeting.body;
    char *text = NULL;
    size_t size = 0;
    enum result result = check_spelling(event->memory.root, line);

    *is_newer = false;
    if (result != RESULT_OK || !event->is_known)
        return result;
    result = event_write(schema, head, body, &text, &size);
    if (result == RESULT_OK &&
        !text_view_equal((struct text_view){ text, size }, line))
        result = compare_fields(event, text, size, is_newer);
    free(text);
    return result == RESULT_INVALID ? RESULT_REFUSED : result;
}

/* --- Texts --------------------------------------------------------------- */

/* "roster.3.name" is of the kind "roster.*.name". */
static void path_pattern(const char *path, char *out, size_t size)
{
    size_t used = 0;
    bool is_index = false;

    for (; *path != '\0' && used + 1 < size; path++) {
        const bool is_digit = *path >= '0' && *path <= '9';

        if (is_digit && (is_index || (used > 0 && out[used - 1] == '.'))) {
            if (!is_index)
                out[used++] = '*';
            is_index = true;
        } else {
            out[used++] = *path;
            is_index = false;
        }
    }
    out[used] = '\0';
}

struct text_visit {
    struct verify_reader *reader;
    const char *kind;
};

static enum result count_text(const char *path, struct sealed *sealed,
                              enum audience audience, uint64_t length_max,
                              void *user)
{
    const struct text_visit *visit = user;
    struct verify_reader *reader = visit->reader;
    struct verify_text_row row = { .audience = audience, .total = 1 };
    struct verify_text_row *rows;
    size_t i;

    (void)length_max;
    row.opened = sealed->has_value;
    copy_name(text_view_of(visit->kind), row.kind, sizeof row.kind);
    path_pattern(path, row.path, sizeof row.path);
    for (i = 0; i < reader->text_count; i++) {
        struct verify_text_row *known = &reader->texts[i];

        if (strcmp(known->kind, row.kind) == 0 &&
            strcmp(known->path, row.path) == 0) {
            known->total++;
            known->opened += row.opened;
            return RESULT_OK;
        }
    }
    rows = realloc(reader->texts, (reader->text_count + 1) * sizeof *rows);
    if (!rows)
        return RESULT_NO_MEMORY;
    reader->texts = rows;
    rows[reader->text_count++] = row;
    return RESULT_OK;
}

static enum result open_text(struct verify_reader *reader,
                             struct verify_event *event, size_t line)
{
    const struct text_view text = reader->openings.lines.lines[line];
    const struct schema *schema =
        reader->is_register ? register_event_schema(event->registry.kind)
                            : meeting_event_schema(event->meeting.kind);
    void *body = reader->is_register ? (void *)&event->registry.body
                                     : (void *)&event->meeting.body;
    struct message_memory *memories =
        realloc(event->opened, (event->opened_count + 1) * sizeof *memories);
    struct opening opening;
    enum result result;

    if (!memories)
        return RESULT_NO_MEMORY;
    event->opened = memories;
    memories[event->opened_count] = (struct message_memory){ .root = NULL };
    result = opening_parse(text.data, text.size, &opening,
                           &memories[event->opened_count], NULL);
    event->opened_count++;
    if (result == RESULT_OK)
        result = event_opening_apply(schema, body,
                                     identifier_view(&reader->scope), &opening);
    if (result == RESULT_OK || result == RESULT_NO_MEMORY)
        return result;
    return refuse_opening(reader, line);
}

static enum result open_texts(struct verify_reader *reader,
                              struct verify_event *event)
{
    const struct schema *schema =
        reader->is_register ? register_event_schema(event->registry.kind)
                            : meeting_event_schema(event->meeting.kind);
    void *body = reader->is_register ? (void *)&event->registry.body
                                     : (void *)&event->meeting.body;
    struct text_visit visit = { reader, schema ? schema->name : "" };
    enum result result = RESULT_OK;
    size_t line;

    while (result == RESULT_OK &&
           verify_openings_next(&reader->openings, event->seq, &line))
        if (event->is_known) /* what is behind others nobody can say */
            result = open_text(reader, event, line);
    if (result != RESULT_OK || !event->is_known)
        return result;
    return schema_visit_sealed(schema, body, count_text, &visit);
}

/* --- Reading ------------------------------------------------------------- */

static enum result read_body(const struct verify_reader *reader,
                             struct verify_event *event,
                             struct field_error *error)
{
    enum result result;

    if (reader->is_register) {
        result = register_event_read(event->memory.root, &event->registry,
                                     &event->memory, error);
        event->is_known = event->registry.kind != REGISTER_EVENT_UNKNOWN;
    } else {
        result = meeting_event_read(event->memory.root, &event->meeting,
                                    &event->memory, error);
        event->is_known = event->meeting.kind != MEETING_EVENT_UNKNOWN;
    }
    return result;
}

static enum result read_line(struct verify_reader *reader,
                             struct text_view line, struct verify_event *event)
{
    struct field_error error = { .reason = NULL };
    struct event_head head;
    bool is_newer;
    enum result result =
        event_parse(line.data, line.size, &head, &event->memory, &error);

    if (result == RESULT_OK) {
        event->seq = head.seq;
        event->at_ms = head.at_ms;
        copy_name(head.name, reader->failure.kind, sizeof reader->failure.kind);
        result = read_body(reader, event, &error);
    }
    if (result != RESULT_OK && result != RESULT_NO_MEMORY)
        return refuse_line(reader, VERIFY_FAULT_LINE, &error);
    if (result == RESULT_OK)
        result = check_canonical(reader, event, &head, line, &is_newer);
    if (result == RESULT_REFUSED)
        return refuse_line(reader, VERIFY_FAULT_NOT_CANONICAL, NULL);
    if (result != RESULT_OK)
        return result;
    if (event->seq != reader->count)
        return refuse_line(reader, VERIFY_FAULT_SEQ, NULL);
    reader->unknown_count += !event->is_known;
    reader->newer_count += is_newer;
    return open_texts(reader, event);
}

static void append_head(struct verify_reader *reader, struct text_view line)
{
    const struct hash leaf = hash_chain_leaf(line.data, line.size);
    const size_t count = reader->count;

    reader->heads[count] = hash_chain_link(
        count > 0 ? &reader->heads[count - 1] : NULL, count, &leaf);
    reader->count++;
}

enum result verify_reader_next(struct verify_reader *reader,
                               struct verify_event *out)
{
    const size_t place = reader->count;
    struct verify_event event = { .seq = 0 };
    size_t line;
    enum result result;

    if (place == reader->lines.count) {
        /* Openings of events that there are not. */
        if (reader->openings.next < reader->openings.count) {
            line = reader->openings.rows[reader->openings.next].line;
            return refuse_opening(reader, line);
        }
        return RESULT_CLOSED;
    }
    reader->failure.kind[0] = '\0';
    if (reader->lines.is_cut && place + 1 == reader->lines.count)
        return refuse_line(reader, VERIFY_FAULT_LINE_CUT, NULL);
    result = read_line(reader, reader->lines.lines[place], &event);
    if (result != RESULT_OK) {
        verify_event_release(&event);
        return result;
    }
    append_head(reader, reader->lines.lines[place]);
    *out = event;
    return RESULT_OK;
}

void verify_event_release(struct verify_event *event)
{
    size_t i;

    for (i = 0; i < event->opened_count; i++)
        message_memory_release(&event->opened[i]);
    free(event->opened);
    message_memory_release(&event->memory);
    *event = (struct verify_event){ .seq = 0 };
}

/* --- Beginning ----------------------------------------------------------- */

static void take_scope(struct verify_reader *reader,
                       const struct verify_event *event)
{
    const struct event_genesis *genesis = &event->meeting.body.genesis;

    if (reader->is_register) {
        reader->scope = event->registry.body.genesis.organisation;
        reader->organisation = reader->scope;
    } else {
        reader->scope = genesis->meeting;
        reader->organisation = genesis->organisation;
    }
}

/* Which log the first line begins. */
static enum result identify(struct verify_reader *reader)
{
    const struct text_view line = reader->lines.lines[0];
    struct message_memory memory = { .root = NULL };
    struct field_error error = { .reason = NULL };
    struct verify_event event = { .seq = 0 };
    struct event_head head;
    enum result result =
        event_parse(line.data, line.size, &head, &memory, &error);

    if (result == RESULT_OK) {
        event.memory = memory;
        copy_name(head.name, reader->failure.kind, sizeof reader->failure.kind);
        reader->is_register = !json_object_get(memory.root, "meeting");
        if (!text_view_is(head.name, "genesis"))
            result = refuse_line(reader, VERIFY_FAULT_NO_GENESIS, NULL);
        else if (read_body(reader, &event, &error) != RESULT_OK)
            result = refuse_line(reader, VERIFY_FAULT_LINE, &error);
        else
            take_scope(reader, &event);
    } else {
        event.memory = memory;
        if (result != RESULT_NO_MEMORY)
            result = RESULT_MALFORMED;
    }
    verify_event_release(&event);
    return result;
}

enum result verify_reader_open(struct verify_reader *reader,
                               struct text_view file, struct text_view openings,
                               enum verify_file in)
{
    enum result result;

    *reader = (struct verify_reader){ .file = in };
    result = verify_lines_split(file, &reader->lines);
    if (result != RESULT_OK)
        return result;
    if (reader->lines.count == 0)
        return RESULT_MALFORMED;
    reader->heads = calloc(reader->lines.count, sizeof *reader->heads);
    if (!reader->heads)
        return RESULT_NO_MEMORY;
    result = identify(reader);
    if (result != RESULT_OK || !openings.data)
        return result;
    reader->has_openings = true;
    result =
        verify_openings_read(openings, &reader->openings, &reader->failure);
    if (result == RESULT_REFUSED)
        reader->failure.file = in == VERIFY_IN_REGISTER
                                   ? VERIFY_IN_REGISTER_OPENINGS
                                   : VERIFY_IN_OPENINGS;
    return result;
}

void verify_reader_release(struct verify_reader *reader)
{
    verify_lines_release(&reader->lines);
    verify_openings_release(&reader->openings);
    free(reader->heads);
    free(reader->texts);
    *reader = (struct verify_reader){ .count = 0 };
}
