/*
 * What a meeting's state holds of its agenda beside the items themselves:
 * documents and who has read them, comments, tasks. Part of struct
 * meeting_state; only meeting_state*.c writes it. Texts are not here: they are
 * sealed, and found by the seq of the event that holds them.
 */
#ifndef PROTOCOL_MEETING_MEETING_AGENDA_H
#define PROTOCOL_MEETING_MEETING_AGENDA_H

#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"

#include <stddef.h>

enum item_phase { ITEM_WAITING = 1, ITEM_STARTED, ITEM_ENDED, ITEM_DROPPED };

/* In the order in which they are to be dealt with. */
struct meeting_item {
    struct identifier id;
    enum item_phase phase;
    struct identifier presenter; /* "": nobody in particular */
    uint64_t planned_min;        /* 0: as long as it takes */
    enum item_kind kind;         /* none: business */
    bool is_warned;              /* that the time of this plan is nearly over */
    bool has_overrun;            /* and the log says so */
    struct identifier from;      /* its id in the meeting before; "" */
    uint64_t seq;                /* of the event with its title */
    size_t position;             /* in the list of that event, if it has one */
    int64_t started_ms;
    int64_t ended_ms;
};

/* A set of members, by their place in the state's list of people. */
struct member_set {
    uint8_t bits[(LIMIT_ROSTER + 7) / 8];
};

struct meeting_document {
    struct identifier id;
    struct identifier item; /* "": of the whole meeting */
    struct hash blob;
    uint64_t size;
    enum document_type type;
    uint64_t seq; /* of the event with its name */
    int64_t at_ms;
    bool is_withdrawn;
    struct member_set readers;
    uint64_t reader_count;
};

struct meeting_comment {
    struct identifier id;
    struct identifier member;
    struct identifier item;     /* both "": of the whole meeting */
    struct identifier document; /* its item is named, too, if it has one */
    uint64_t seq;
    int64_t at_ms;
};

struct meeting_task {
    struct identifier id;
    struct identifier item;   /* "" if of none, or carried over */
    struct identifier member; /* "": nobody in particular */
    struct identifier from;   /* its id in the meeting before; "" */
    int64_t due_ms;           /* 0: no date */
    enum task_ground ground;
    enum task_result result;
    uint64_t seq;        /* of the event with its text */
    size_t position;     /* in the list of that event, if it was carried over */
    uint64_t reports;    /* of its result, in this meeting */
    uint64_t result_seq; /* of the newest report here; 0: there was none */
    int64_t result_ms;
    struct identifier reported_by;
};

struct meeting_agenda {
    struct meeting_document *documents;
    size_t document_count;
    struct meeting_comment *comments;
    size_t comment_count;
    struct meeting_task *tasks;
    size_t task_count;
    bool is_prepared;           /* members may read before the lobby opens */
    struct identifier previous; /* the meeting that was carried over; "" */
};

/* The name of the sealed field with an item's title, or a task's text, in the
 * event `seq` of it. */
enum { AGENDA_FIELD_SIZE = 40 };
void meeting_item_title_field(const struct meeting_item *item,
                              char out[AGENDA_FIELD_SIZE]);
void meeting_task_text_field(const struct meeting_task *task,
                             char out[AGENDA_FIELD_SIZE]);
/* Is there nothing more to ask for? */
bool meeting_task_is_over(const struct meeting_task *task);

#endif
