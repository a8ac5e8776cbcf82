/*
 * A meeting's log as the store keeps it, made event by event, for tests of
 * those who read many.
 *
 * Unit "u2"; chair m1, minute-taker m2; all official but those whose number is
 * above `officials`, who are probationary, and the guest m99. Members are
 * called "Đảng viên Mẫu 01" and so on; each has one device.
 */
#ifndef TESTS_SUPPORT_STORED_MEETING_H
#define TESTS_SUPPORT_STORED_MEETING_H

#include "protocol/meeting/meeting_state.h"
#include "server/store/store.h"

enum { STORED_MEMBERS_MAX = 40 };

struct stored_meeting {
    struct store_log log;        /* what is asked for */
    struct meeting_state *state; /* holds that the log is one */
};

struct identifier stored_id(const char *text);
struct sealed stored_text(const char *text);
struct act stored_act(const char *member);

/* The genesis, one hour before `starts_at_ms`. */
void stored_meeting_begin(struct stored_meeting *meeting, const char *id,
                          enum meeting_kind kind, int64_t starts_at_ms,
                          size_t members, size_t officials);
void stored_meeting_release(struct stored_meeting *meeting);
/* seq is set here; the test fails if the log breaks by it. */
void stored_meeting_add(struct stored_meeting *meeting, int64_t at_ms,
                        struct meeting_event event);
#define STORED_ADD(meeting, at_ms, NAME, name, ...)                            \
    stored_meeting_add(meeting, at_ms,                                         \
                       (struct meeting_event){ .kind = EVENT_##NAME##_KIND,    \
                                               .body.name = { __VA_ARGS__ } })

/* A member's device is connected; she is present online. */
void stored_meeting_join(struct stored_meeting *meeting, int64_t at_ms,
                         const char *member);
/* Ticked in the hall. */
void stored_meeting_tick(struct stored_meeting *meeting, int64_t at_ms,
                         const char *member, enum presence_mode mode);
void stored_meeting_absent(struct stored_meeting *meeting, int64_t at_ms,
                           const char *member, enum absence absence);
void stored_meeting_open(struct stored_meeting *meeting, int64_t at_ms);
void stored_meeting_close(struct stored_meeting *meeting, int64_t at_ms);
void stored_meeting_speech(struct stored_meeting *meeting, int64_t at_ms,
                           const char *member, uint64_t spoken_ms);

#endif
