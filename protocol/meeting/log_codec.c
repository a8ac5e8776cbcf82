#include "protocol/meeting/log_codec.h"

#include <string.h>

enum result meeting_event_encode(struct meeting_event *event,
                                 struct text_view scope,
                                 const struct room_key *key,
                                 struct event_encoding *out)
{
    const struct schema *schema = meeting_event_schema(event->kind);
    const struct event_place place = { event->seq, event->at_ms, scope, key };

    if (!schema)
        return RESULT_INVALID;
    return event_encode(schema, &event->body, &place, out);
}

enum result register_event_encode(struct register_event *event,
                                  struct text_view scope,
                                  const struct room_key *key,
                                  struct event_encoding *out)
{
    const struct schema *schema = register_event_schema(event->kind);
    const struct event_place place = { event->seq, event->at_ms, scope, key };

    if (!schema)
        return RESULT_INVALID;
    return event_encode(schema, &event->body, &place, out);
}

enum result meeting_event_read(const json_t *object, struct meeting_event *out,
                               struct message_memory *memory,
                               struct field_error *error)
{
    const struct schema *schema = NULL;
    struct event_head head;
    enum result result = event_head_read(object, &head, error);

    if (result)
        return result;
    memset(out, 0, sizeof *out);
    out->seq = head.seq;
    out->at_ms = head.at_ms;
    out->kind = meeting_event_kind_of(head.name);
    schema = meeting_event_schema(out->kind);
    if (!schema)
        return RESULT_OK;
    return schema_decode(schema, object, false, &out->body, memory, error);
}

enum result meeting_event_decode(const char *bytes, size_t size,
                                 struct meeting_event *out,
                                 struct message_memory *memory,
                                 struct field_error *error)
{
    struct event_head head;
    enum result result = event_parse(bytes, size, &head, memory, error);

    if (result)
        return result;
    return meeting_event_read(memory->root, out, memory, error);
}

enum result register_event_read(const json_t *object,
                                struct register_event *out,
                                struct message_memory *memory,
                                struct field_error *error)
{
    const struct schema *schema = NULL;
    struct event_head head;
    enum result result = event_head_read(object, &head, error);

    if (result)
        return result;
    memset(out, 0, sizeof *out);
    out->seq = head.seq;
    out->at_ms = head.at_ms;
    out->kind = register_event_kind_of(head.name);
    schema = register_event_schema(out->kind);
    if (!schema)
        return RESULT_OK;
    return schema_decode(schema, object, false, &out->body, memory, error);
}

enum result register_event_decode(const char *bytes, size_t size,
                                  struct register_event *out,
                                  struct message_memory *memory,
                                  struct field_error *error)
{
    struct event_head head;
    enum result result = event_parse(bytes, size, &head, memory, error);

    if (result)
        return result;
    return register_event_read(memory->root, out, memory, error);
}
