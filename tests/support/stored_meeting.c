#include "tests/support/stored_meeting.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/hash_chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct identifier stored_id(const char *text)
{
    struct identifier id = { "" };

    assert_true(strlen(text) < sizeof id.text);
    memcpy(id.text, text, strlen(text));
    return id;
}

struct sealed stored_text(const char *text)
{
    return (struct sealed){ .value = text_view_of(text), .has_value = true };
}

static struct key key_of(const char *holder)
{
    struct key key = { { 0 } };

    memcpy(key.bytes, holder, strlen(holder));
    return key;
}

struct act stored_act(const char *member)
{
    return (struct act){ .is_present = true,
                         .member = stored_id(member),
                         .device = key_of(member),
                         .op = TEXT_LITERAL("tick"),
                         .request = 1 };
}

static void *more(void *rows, size_t count, size_t size)
{
    void *grown = realloc(rows, (count + 1) * size);

    assert_non_null(grown);
    return grown;
}

static void keep_opening(struct store_log *log, uint64_t seq,
                         const struct opening *opening)
{
    struct store_opening row = {
        .seq = seq,
        .field = strdup(opening->field),
        .value = strndup(opening->value.data ? opening->value.data : "",
                         opening->value.size),
        .value_size = opening->value.size,
    };

    memcpy(row.salt, opening->salt.bytes, sizeof row.salt);
    log->openings =
        more(log->openings, log->opening_count, sizeof *log->openings);
    log->openings[log->opening_count++] = row;
}

void stored_meeting_add(struct stored_meeting *meeting, int64_t at_ms,
                        struct meeting_event event)
{
    static const struct room_key key = { { 7 } };
    struct store_log *log = &meeting->log;
    struct event_encoding encoding = { 0 };
    struct store_event row = { .at_ms = at_ms };
    struct hash leaf;
    size_t i;

    event.seq = row.seq = log->event_count;
    event.at_ms = at_ms;
    assert_int_equal(meeting_event_encode(&event, identifier_view(&log->id),
                                          &key, &encoding),
                     RESULT_OK);
    if (meeting_state_apply(meeting->state, &event) != RESULT_OK)
        fail_msg("the log breaks at %.*s", (int)encoding.size, encoding.bytes);
    for (i = 0; i < encoding.opening_count; i++)
        keep_opening(log, event.seq, &encoding.openings[i]);
    leaf = hash_chain_leaf(encoding.bytes, encoding.size);
    row.head = hash_chain_link(
        event.seq ? &log->events[event.seq - 1].head : NULL, event.seq, &leaf);
    row.bytes = (uint8_t *)strndup(encoding.bytes, encoding.size);
    row.size = encoding.size;
    log->events = more(log->events, log->event_count, sizeof *log->events);
    log->events[log->event_count++] = row;
    event_encoding_release(&encoding);
}

void stored_meeting_begin(struct stored_meeting *meeting, const char *id,
                          enum meeting_kind kind, int64_t starts_at_ms,
                          size_t members, size_t officials)
{
    struct roster_device devices[STORED_MEMBERS_MAX + 1];
    struct roster_person rows[STORED_MEMBERS_MAX + 1];
    char ids[STORED_MEMBERS_MAX + 1][8], names[STORED_MEMBERS_MAX + 1][32];
    size_t i;

    assert_true(members <= STORED_MEMBERS_MAX);
    *meeting = (struct stored_meeting){ .log = { .id = stored_id(id),
                                                 .exists = true } };
    assert_int_equal(meeting_state_new(&meeting->state), RESULT_OK);
    memset(devices, 0, sizeof devices);
    for (i = 0; i <= members; i++) {
        const bool is_guest = i == members;

        (void)snprintf(ids[i], sizeof ids[i], "m%zu", is_guest ? 99 : i + 1);
        (void)snprintf(names[i], sizeof names[i],
                       is_guest ? "Khách Mẫu %02zu" : "Đảng viên Mẫu %02zu",
                       is_guest ? 99 : i + 1);
        devices[i].device = key_of(ids[i]);
        devices[i].label = stored_text("máy");
        rows[i] = (struct roster_person){
            .member = stored_id(ids[i]),
            .category = is_guest        ? CATEGORY_GUEST
                        : i < officials ? CATEGORY_OFFICIAL
                                        : CATEGORY_PROBATIONARY,
            .office = i == 0 ? OFFICE_CELL_LEADER : OFFICE_NONE,
            .name = stored_text(names[i]),
            .devices = { &devices[i], 1 },
        };
    }
    STORED_ADD(
        meeting, starts_at_ms - 3600 * 1000, GENESIS, genesis, .version = 1,
        .meeting = stored_id(id), .organisation = stored_id("org"),
        .unit = stored_id("u2"), .server = key_of("server"),
        .ruleset = TEXT_LITERAL("party-2026-07"), .kind = (int)kind,
        .title = stored_text("Sinh hoạt định kỳ"),
        .unit_name = stored_text("Chi bộ Mẫu"),
        .upper_name = stored_text("Đảng bộ phường Mẫu"),
        .starts_at = starts_at_ms, .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
        .place = stored_text("Nhà văn hóa"), .chair = stored_id("m1"),
        .minute_taker = stored_id("m2"), .roster = { rows, members + 1 });
}

void stored_meeting_release(struct stored_meeting *meeting)
{
    struct store_log *log = &meeting->log;
    size_t i;

    for (i = 0; i < log->event_count; i++)
        free(log->events[i].bytes);
    for (i = 0; i < log->opening_count; i++) {
        free(log->openings[i].field);
        free(log->openings[i].value);
    }
    free(log->events);
    free(log->openings);
    meeting_state_free(meeting->state);
}

void stored_meeting_join(struct stored_meeting *meeting, int64_t at_ms,
                         const char *member)
{
    const struct identifier id = stored_id(member);

    if (!meeting_state_is_presiding(meeting->state, &id)) {
        STORED_ADD(meeting, at_ms, KNOCKED, knocked, .holder = id,
                   .device = key_of(member));
        STORED_ADD(meeting, at_ms, ADMITTED, admitted, .holder = id,
                   .act = stored_act("m1"));
    }
    STORED_ADD(meeting, at_ms, CONNECTED, connected, .holder = id,
               .device = key_of(member), .slot = meeting->state->next_slot);
    STORED_ADD(meeting, at_ms, PRESENCE_CONFIRMED, presence_confirmed,
               .member = id, .mode = MODE_ONLINE, .source = SOURCE_CONNECTION);
}

void stored_meeting_tick(struct stored_meeting *meeting, int64_t at_ms,
                         const char *member, enum presence_mode mode)
{
    STORED_ADD(meeting, at_ms, PRESENCE_CONFIRMED, presence_confirmed,
               .member = stored_id(member), .mode = (int)mode,
               .source = SOURCE_TICK, .act = stored_act("m2"));
}

void stored_meeting_absent(struct stored_meeting *meeting, int64_t at_ms,
                           const char *member, enum absence absence)
{
    STORED_ADD(meeting, at_ms, ABSENCE_NOTED, absence_noted,
               .member = stored_id(member), .absence = (int)absence,
               .reason = stored_text("lý do mẫu"), .act = stored_act("m2"));
}

void stored_meeting_open(struct stored_meeting *meeting, int64_t at_ms)
{
    STORED_ADD(meeting, at_ms, OPENED, opened, .act = stored_act("m1"));
}

void stored_meeting_close(struct stored_meeting *meeting, int64_t at_ms)
{
    STORED_ADD(meeting, at_ms, CLOSED, closed, .act = stored_act("m1"));
}

void stored_meeting_speech(struct stored_meeting *meeting, int64_t at_ms,
                           const char *member, uint64_t spoken_ms)
{
    STORED_ADD(meeting, at_ms, FLOOR_GIVEN, floor_given,
               .member = stored_id(member), .by = stored_id("m1"));
    STORED_ADD(meeting, at_ms + (int64_t)spoken_ms, FLOOR_ENDED, floor_ended,
               .member = stored_id(member), .spoken_ms = spoken_ms,
               .reason = FLOOR_YIELDED);
}
