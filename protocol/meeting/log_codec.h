/*
 * The codec of protocol/wire/event_codec.h with the vocabulary of each log: a
 * typed event to its bytes, and back. Errors and ownership are the codec's.
 */
#ifndef PROTOCOL_MEETING_LOG_CODEC_H
#define PROTOCOL_MEETING_LOG_CODEC_H

#include "protocol/meeting/meeting_event.h"
#include "protocol/meeting/register_event.h"
#include "protocol/wire/event_codec.h"

/*
 * Encodes a new event at its own seq and at_ms into the log `scope`; fills in
 * the commitments of its body. RESULT_INVALID also for an unknown kind.
 */
MUST_USE enum result meeting_event_encode(struct meeting_event *event,
                                          struct text_view scope,
                                          const struct room_key *key,
                                          struct event_encoding *out);
MUST_USE enum result register_event_encode(struct register_event *event,
                                           struct text_view scope,
                                           const struct room_key *key,
                                           struct event_encoding *out);

/*
 * Reads an event from its exact bytes. A kind that is not known here is
 * RESULT_OK with kind UNKNOWN and a zeroed body. Views and lists of `out` live
 * in `memory`, which is empty, and released by the caller in every case.
 */
MUST_USE enum result meeting_event_decode(const char *bytes, size_t size,
                                          struct meeting_event *out,
                                          struct message_memory *memory,
                                          struct field_error *error);
MUST_USE enum result register_event_decode(const char *bytes, size_t size,
                                           struct register_event *out,
                                           struct message_memory *memory,
                                           struct field_error *error);

/* The same of an event that is parsed already; views borrow from `object`. */
MUST_USE enum result meeting_event_read(const json_t *object,
                                        struct meeting_event *out,
                                        struct message_memory *memory,
                                        struct field_error *error);
MUST_USE enum result register_event_read(const json_t *object,
                                         struct register_event *out,
                                         struct message_memory *memory,
                                         struct field_error *error);

#endif
