/*
 * A log read line by line, as whoever holds only the file can read it: lines
 * are whole and written as a server writes events, seq counts, the chain is
 * computed, and every opened text fits what it was sealed over. What the events
 * mean is for verify_meeting and verify_register. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_READER_H
#define PROTOCOL_VERIFY_VERIFY_READER_H

#include "protocol/meeting/log_codec.h"
#include "protocol/verify/verify_openings.h"

/* Sealed texts of one kind: "chat_said" "text", "genesis" "roster.*.name". */
struct verify_text_row {
    char kind[EVENT_NAME_LENGTH_MAX + 1];
    char path[OPENING_FIELD_SIZE_MAX + 1];
    enum audience audience;
    uint64_t total;
    uint64_t opened;
};

struct verify_reader {
    enum verify_file file; /* VERIFY_IN_LOG or VERIFY_IN_REGISTER */
    struct verify_lines lines;
    struct verify_openings openings;
    bool has_openings; /* a file of them was given */
    bool is_register;
    struct identifier scope;
    struct identifier organisation;
    struct hash *heads; /* owned; one an event read so far */
    size_t count;
    uint64_t unknown_count; /* events of kinds that are not known here */
    uint64_t newer_count;   /* events with fields that are not known here */
    struct verify_text_row *texts; /* owned */
    size_t text_count;
    struct verify_failure failure;
};

/* An event as it was read, with the texts that were opened in its fields. */
struct verify_event {
    uint64_t seq;
    int64_t at_ms;
    bool is_known;
    struct meeting_event meeting;   /* of a meeting */
    struct register_event registry; /* of a register */
    struct message_memory memory;   /* owned; what views borrow from */
    struct message_memory *opened;  /* owned; the same for openings */
    size_t opened_count;
};

/*
 * Begins: whether it is a meeting or a register, and whose, follows from the
 * first line. `file` and `openings` (data NULL: none given) outlive the reader;
 * `in` says which file it is.
 *
 * RESULT_OK; RESULT_MALFORMED: this is no log at all; RESULT_REFUSED with
 * reader->failure set; RESULT_NO_MEMORY. The caller ends the reader with
 * verify_reader_release() in every case.
 */
MUST_USE enum result verify_reader_open(struct verify_reader *reader,
                                        struct text_view file,
                                        struct text_view openings,
                                        enum verify_file in);
void verify_reader_release(struct verify_reader *reader);

/*
 * The next event; its head is then heads[count - 1]. On RESULT_OK the caller
 * ends `*out` with verify_event_release(). RESULT_CLOSED at the end of the log;
 * RESULT_REFUSED with reader->failure set; RESULT_NO_MEMORY.
 */
MUST_USE enum result verify_reader_next(struct verify_reader *reader,
                                        struct verify_event *out);
void verify_event_release(struct verify_event *event);

/* Writes a failure at this event; returns RESULT_REFUSED. */
enum result verify_reader_refuse(struct verify_reader *reader,
                                 const struct verify_event *event,
                                 enum verify_fault fault);

#endif
