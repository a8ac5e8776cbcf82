#include "tests/support/minutes_log.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/hash_chain.h"
#include "tests/support/vote_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct identifier minutes_log_id(const char *text)
{
    struct identifier id = { "" };

    assert_true(strlen(text) < sizeof id.text);
    memcpy(id.text, text, strlen(text));
    return id;
}

struct sealed minutes_log_sealed(const char *text)
{
    return (struct sealed){ .value = text_view_of(text), .has_value = true };
}

struct key minutes_log_key(const char *holder)
{
    struct key key = { { 0 } };

    memcpy(key.bytes, holder, strlen(holder));
    return key;
}

struct act minutes_log_act(const char *member)
{
    return (struct act){ .is_present = true,
                         .member = minutes_log_id(member),
                         .device = minutes_log_key(member),
                         .op = TEXT_LITERAL("tick"),
                         .request = 1 };
}

void minutes_log_add(struct minutes_log *log, int64_t at_ms,
                     struct meeting_event event)
{
    static const struct room_key key = { { 7 } };
    struct event_encoding encoding = { 0 };
    struct hash leaf;
    size_t i;

    if (!log->state)
        assert_int_equal(meeting_state_new(&log->state), RESULT_OK);
    assert_true(log->event_count < MINUTES_LOG_EVENTS_MAX);
    event.seq = log->event_count;
    event.at_ms = at_ms;
    if (event.kind == EVENT_VOTE_STARTED_KIND)
        vote_fixture_open(log->state, &event.body.vote_started);
    if (event.kind == EVENT_VOTE_CLOSED_KIND)
        vote_fixture_close(log->state, &event.body.vote_closed);
    assert_int_equal(
        meeting_event_encode(&event, TEXT_LITERAL("m.1"), &key, &encoding),
        RESULT_OK);
    if (meeting_state_apply(log->state, &event) != RESULT_OK)
        fail_msg("the log breaks at %.*s", (int)encoding.size, encoding.bytes);
    for (i = 0; i < encoding.opening_count; i++) {
        const struct opening *opening = &encoding.openings[i];

        assert_true(log->opening_count < MINUTES_LOG_OPENINGS_MAX);
        log->openings[log->opening_count++] = (struct minutes_opening){
            .seq = event.seq,
            .field = strdup(opening->field),
            .value = strndup(opening->value.data ? opening->value.data : "",
                             opening->value.size),
        };
    }
    leaf = hash_chain_leaf(encoding.bytes, encoding.size);
    log->head = hash_chain_link(log->event_count ? &log->head : NULL,
                                log->event_count, &leaf);
    log->events[log->event_count++] =
        (struct minutes_event){ strndup(encoding.bytes, encoding.size),
                                encoding.size };
    event_encoding_release(&encoding);
}

void minutes_log_release(struct minutes_log *log)
{
    size_t i;

    meeting_state_free(log->state);
    for (i = 0; i < log->event_count; i++)
        free((void *)(uintptr_t)log->events[i].bytes);
    for (i = 0; i < log->opening_count; i++) {
        free((void *)(uintptr_t)log->openings[i].field);
        free((void *)(uintptr_t)log->openings[i].value);
    }
}

static const struct {
    const char *id;
    const char *name;
    enum category category;
    enum office office;
} people[] = {
    { "m1", "Đảng viên Mẫu 01", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER },
    { "m2", "Đảng viên Mẫu 02", CATEGORY_OFFICIAL, OFFICE_DEPUTY_LEADER },
    { "m3", "Đảng viên Mẫu 03", CATEGORY_OFFICIAL, OFFICE_NONE },
    { "m4", "Đảng viên Mẫu 04", CATEGORY_OFFICIAL, OFFICE_NONE },
    { "m5", "Đảng viên Mẫu 05", CATEGORY_PROBATIONARY, OFFICE_NONE },
    { "m6", "Đảng viên Mẫu 06", CATEGORY_OFFICIAL, OFFICE_NONE },
    { "m7", "Đảng viên Mẫu 07", CATEGORY_OFFICIAL, OFFICE_NONE },
    { "m8", "Đảng viên Mẫu 08", CATEGORY_OFFICIAL, OFFICE_NONE },
    { "m9", "Đảng viên Mẫu 09", CATEGORY_OFFICIAL, OFFICE_NONE },
    { "m10", "Khách Mẫu 10", CATEGORY_GUEST, OFFICE_NONE },
};
enum { PEOPLE = sizeof people / sizeof people[0] };

void minutes_log_begin_at(struct minutes_log *log, const char *zone,
                          const char *place, const char *site_name)
{
    struct roster_device devices[PEOPLE + 1];
    struct roster_person rows[PEOPLE];
    struct roster_site site = { .site = minutes_log_id("s1"),
                                .keeper = minutes_log_id("m6"),
                                .name = minutes_log_sealed(site_name),
                                .devices = { &devices[PEOPLE], 1 } };
    struct agenda_item agenda[] = {
        { .item = minutes_log_id("a1"),
          .title = minutes_log_sealed("Đánh giá kết quả tháng 01") },
        { .item = minutes_log_id("a2"),
          .title = minutes_log_sealed("Phương hướng tháng 02") },
    };
    size_t i;

    memset(devices, 0, sizeof devices);
    for (i = 0; i < PEOPLE; i++) {
        devices[i].device = minutes_log_key(people[i].id);
        devices[i].label = minutes_log_sealed("máy");
        if (i < 2)
            devices[i].vouched_by = TEXT_LITERAL("m3,m4");
        rows[i] =
            (struct roster_person){ .member = minutes_log_id(people[i].id),
                                    .category = (int)people[i].category,
                                    .office = (int)people[i].office,
                                    .name = minutes_log_sealed(people[i].name),
                                    .devices = { &devices[i], 1 } };
    }
    devices[PEOPLE].device = minutes_log_key("s1");
    devices[PEOPLE].label = minutes_log_sealed("máy");
    MINUTES_ADD(
        log, MINUTES_AT(7, 0), GENESIS, genesis, .version = 1,
        .meeting = minutes_log_id("m.1"), .organisation = minutes_log_id("org"),
        .unit = minutes_log_id("u2"), .server = minutes_log_key("server"),
        .ruleset = TEXT_LITERAL("interim-2026-07"), .kind = KIND_REGULAR,
        .title = minutes_log_sealed("Sinh hoạt tháng 02/2026"),
        .unit_name = minutes_log_sealed("Chi bộ Mẫu"),
        .upper_name = minutes_log_sealed("Đảng bộ phường Mẫu"),
        .starts_at = MINUTES_AT(8, 0), .zone = text_view_of(zone),
        .place = minutes_log_sealed(place), .chair = minutes_log_id("m1"),
        .deputy = minutes_log_id("m2"), .minute_taker = minutes_log_id("m3"),
        .agenda = { agenda, 2 }, .roster = { rows, PEOPLE },
        .sites = { &site, 1 });
}

void minutes_log_begin_in(struct minutes_log *log, const char *zone)
{
    minutes_log_begin_at(log, zone, "Nhà văn hóa khu phố Mẫu",
                         "Hội trường khu phố Mẫu");
}

void minutes_log_connect(struct minutes_log *log, int64_t at_ms,
                         const char *holder, uint64_t slot)
{
    MINUTES_ADD(log, at_ms, CONNECTED, connected,
                .holder = minutes_log_id(holder),
                .device = minutes_log_key(holder), .slot = slot);
}

static void let_in(struct minutes_log *log, int64_t at_ms, const char *holder)
{
    MINUTES_ADD(log, at_ms, KNOCKED, knocked, .holder = minutes_log_id(holder),
                .device = minutes_log_key(holder));
    MINUTES_ADD(log, at_ms, ADMITTED, admitted,
                .holder = minutes_log_id(holder), .act = minutes_log_act("m1"));
}

void minutes_log_come(struct minutes_log *log, int64_t at_ms,
                      const char *member)
{
    MINUTES_ADD(log, at_ms, PRESENCE_CONFIRMED, presence_confirmed,
                .member = minutes_log_id(member), .mode = MODE_ONLINE,
                .source = SOURCE_CONNECTION);
}

void minutes_log_tick(struct minutes_log *log, int64_t at_ms,
                      const char *member, const char *site, const char *by)
{
    MINUTES_ADD(log, at_ms, PRESENCE_CONFIRMED, presence_confirmed,
                .member = minutes_log_id(member),
                .mode = site[0] ? MODE_SITE : MODE_IN_PERSON,
                .site = minutes_log_id(site), .source = SOURCE_TICK,
                .act = minutes_log_act(by));
}

void minutes_log_cast(struct minutes_log *log, int64_t at_ms, const char *vote,
                      const char *member, enum choice choice)
{
    MINUTES_ADD(log, at_ms, VOTE_CAST, vote_cast, .vote = minutes_log_id(vote),
                .member = minutes_log_id(member), .choice = (int)choice,
                .act = minutes_log_act(member));
}

void minutes_log_assemble(struct minutes_log *log)
{
    static const char *const online[] = { "m1", "m2", "m3", "m4", "m10", "s1" };
    size_t i;

    MINUTES_ADD(log, MINUTES_AT(7, 50), LOBBY_OPENED, lobby_opened,
                .act = minutes_log_act("m1"));
    for (i = 0; i < sizeof online / sizeof online[0]; i++) {
        if (i >= 3)
            let_in(log, MINUTES_AT(7, 52), online[i]);
        minutes_log_connect(log, MINUTES_AT(7, 52), online[i], i + 1);
        if (strcmp(online[i], "s1") != 0)
            minutes_log_come(log, MINUTES_AT(7, 52), online[i]);
    }
    minutes_log_tick(log, MINUTES_AT(7, 58), "m6", "s1", "s1");
    minutes_log_tick(log, MINUTES_AT(7, 58), "m7", "", "m3");
    minutes_log_tick(log, MINUTES_AT(7, 58), "m9", "", "m3");
    MINUTES_ADD(log, MINUTES_AT(7, 59), PRESENCE_ENDED, presence_ended,
                .member = minutes_log_id("m9"), .reason = END_UNTICKED,
                .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(7, 59), ABSENCE_NOTED, absence_noted,
                .member = minutes_log_id("m8"), .absence = ABSENT_EXCUSED,
                .reason = minutes_log_sealed("đi công tác"),
                .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(7, 59), ABSENCE_NOTED, absence_noted,
                .member = minutes_log_id("m9"), .absence = ABSENT_UNEXCUSED,
                .reason = minutes_log_sealed(""), .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(8, 0), OPENED, opened,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 2), ROLL_CONFIRMED, roll_confirmed,
                .official = 8, .official_present = 6, .official_excused = 1,
                .official_unexcused = 1, .probationary = 1, .others_present = 1,
                .in_person = 1, .at_site = 1, .online = 4,
                .act = minutes_log_act("m3"));
}

void minutes_log_discuss(struct minutes_log *log)
{
    MINUTES_ADD(log, MINUTES_AT(8, 3), ITEM_STARTED, item_started,
                .item = minutes_log_id("a1"), .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 4), RECORDING_SET, recording_set,
                .allowed = true, .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 5), FLOOR_GIVEN, floor_given,
                .member = minutes_log_id("m4"), .by = minutes_log_id("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 6), ENTRY_WRITTEN, entry_written,
                .entry = minutes_log_id("e1"), .item = minutes_log_id("a1"),
                .text = minutes_log_sealed(
                    "Nhất trí với báo cáo; đề nghị đôn đốc thu đảng phí "
                    "của các đồng chí đi làm xa."),
                .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(8, 7) + 5000, FLOOR_ENDED, floor_ended,
                .member = minutes_log_id("m4"), .spoken_ms = 125400,
                .reason = FLOOR_YIELDED);
    MINUTES_ADD(log, MINUTES_AT(8, 8), FLOOR_GIVEN, floor_given,
                .member = minutes_log_id("m10"), .by = minutes_log_id("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 9), FLOOR_ENDED, floor_ended,
                .member = minutes_log_id("m10"), .spoken_ms = 60000,
                .reason = FLOOR_YIELDED);
    MINUTES_ADD(log, MINUTES_AT(8, 9), ENTRY_WRITTEN, entry_written,
                .entry = minutes_log_id("e2"),
                .text = minutes_log_sealed("Kết luận tạm."),
                .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(8, 9), ENTRY_WRITTEN, entry_written,
                .entry = minutes_log_id("e3"), .item = minutes_log_id("a1"),
                .text = minutes_log_sealed("Ghi nhầm."),
                .act = minutes_log_act("m3"));
    let_in(log, MINUTES_AT(8, 10), "m5");
    minutes_log_connect(log, MINUTES_AT(8, 10), "m5", 7);
    minutes_log_come(log, MINUTES_AT(8, 10), "m5");
    MINUTES_ADD(log, MINUTES_AT(8, 20), ITEM_ENDED, item_ended,
                .item = minutes_log_id("a1"), .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 20), ITEM_STARTED, item_started,
                .item = minutes_log_id("a2"), .act = minutes_log_act("m1"));
    /* Of a1, though a2 is on. */
    MINUTES_ADD(log, MINUTES_AT(8, 21), ENTRY_EDITED, entry_edited,
                .entry = minutes_log_id("e2"), .version = 2,
                .text = minutes_log_sealed(
                    "Chủ trì kết luận:\n- Thu đảng phí trước ngày "
                    "10/02/2026.\n\n- Chuẩn bị sinh hoạt chuyên đề quý "
                    "I, phân công đồng chí Đảng viên Mẫu 02 viết báo "
                    "cáo."),
                .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(8, 21), ENTRY_REMOVED, entry_removed,
                .entry = minutes_log_id("e3"), .version = 2,
                .act = minutes_log_act("m3"));
}

void minutes_log_start_vote(struct minutes_log *log, int64_t at_ms,
                            const char *vote, const char *item,
                            const char *motion)
{
    MINUTES_ADD(log, at_ms, VOTE_STARTED, vote_started,
                .vote = minutes_log_id(vote), .item = minutes_log_id(item),
                .motion = minutes_log_sealed(motion),
                .act = minutes_log_act("m1"));
}

void minutes_log_decide(struct minutes_log *log)
{
    minutes_log_start_vote(log, MINUTES_AT(8, 22), "v1", "a2",
                           "Thông qua phương hướng tháng 02");
    minutes_log_cast(log, MINUTES_AT(8, 22), "v1", "m1", CHOICE_YES);
    minutes_log_cast(log, MINUTES_AT(8, 22), "v1", "m2", CHOICE_YES);
    minutes_log_cast(log, MINUTES_AT(8, 22), "v1", "m3", CHOICE_YES);
    minutes_log_cast(log, MINUTES_AT(8, 22), "v1", "m4", CHOICE_YES);
    MINUTES_ADD(log, MINUTES_AT(8, 23), HALL_VOTES_ENTERED, hall_votes_entered,
                .vote = minutes_log_id("v1"), .site = minutes_log_id("s1"),
                .yes = 1, .ticked = 1, .by = minutes_log_id("s1"),
                .act = minutes_log_act("s1"));
    MINUTES_ADD(log, MINUTES_AT(8, 23), HALL_VOTES_ENTERED, hall_votes_entered,
                .vote = minutes_log_id("v1"), .no = 1, .ticked = 1,
                .by = minutes_log_id("m3"), .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(8, 23), HALL_VOTES_ENTERED, hall_votes_entered,
                .vote = minutes_log_id("v1"), .other = 1, .ticked = 1,
                .by = minutes_log_id("m3"), .act = minutes_log_act("m3"));
    MINUTES_ADD(log, MINUTES_AT(8, 24), VOTE_CLOSED, vote_closed,
                .vote = minutes_log_id("v1"), .yes = 5, .other = 1,
                .act = minutes_log_act("m1"));
    minutes_log_start_vote(log, MINUTES_AT(8, 25), "v2", "",
                           "Lùi buổi sinh hoạt sang tuần sau");
    minutes_log_cast(log, MINUTES_AT(8, 25), "v2", "m1", CHOICE_NO);
    minutes_log_cast(log, MINUTES_AT(8, 25), "v2", "m2", CHOICE_ABSTAIN);
    minutes_log_cast(log, MINUTES_AT(8, 25), "v2", "m4", CHOICE_YES);
    MINUTES_ADD(log, MINUTES_AT(8, 26), VOTE_CLOSED, vote_closed,
                .vote = minutes_log_id("v2"), .yes = 1, .no = 1, .abstain = 1,
                .act = minutes_log_act("m1"));
    minutes_log_start_vote(log, MINUTES_AT(8, 27), "v3", "a2",
                           "Biểu quyết nhầm");
    MINUTES_ADD(log, MINUTES_AT(8, 28), VOTE_CANCELLED, vote_cancelled,
                .vote = minutes_log_id("v3"),
                .reason = minutes_log_sealed("nêu sai nội dung"),
                .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 28), DOCUMENT_ATTACHED, document_attached,
                .document = minutes_log_id("d1"), .type = DOCUMENT_PDF,
                .size = 9,
                .name = minutes_log_sealed("Phương hướng tháng 02.pdf"),
                .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 28), ITEM_PLANNED, item_planned,
                .item = minutes_log_id("a2"), .presenter = minutes_log_id("m2"),
                .planned_min = 30, .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 28), DOCUMENT_READ, document_read,
                .document = minutes_log_id("d1"),
                .member = minutes_log_id("m4"), .act = minutes_log_act("m4"));
    MINUTES_ADD(log, MINUTES_AT(8, 28), DOCUMENT_SHOWN, document_shown,
                .document = minutes_log_id("d1"),
                .member = minutes_log_id("m1"), .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 29), COMMENTED, commented,
                .comment = minutes_log_id("c1"), .member = minutes_log_id("m4"),
                .item = minutes_log_id("a2"),
                .text = minutes_log_sealed("cần nêu rõ thời hạn."),
                .act = minutes_log_act("m4"));
    MINUTES_ADD(log, MINUTES_AT(8, 29), TASK_SET, task_set,
                .task = minutes_log_id("t1"), .item = minutes_log_id("a2"),
                .member = minutes_log_id("m2"),
                .due_ms = (uint64_t)(MINUTES_AT(17, 0) + 2 * 86400000LL),
                .ground = TASK_ASSIGNED,
                .text = minutes_log_sealed("Viết báo cáo chuyên đề"),
                .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 29), TASK_SET, task_set,
                .task = minutes_log_id("t2"), .ground = TASK_ASSIGNED,
                .text = minutes_log_sealed("Rà soát hồ sơ đảng viên"),
                .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 29), TASK_REPORTED, task_reported,
                .task = minutes_log_id("t2"), .by = minutes_log_id("m3"),
                .result = TASK_DONE,
                .text = minutes_log_sealed("đã rà soát xong."),
                .act = minutes_log_act("m3"));
}

static void lose(struct minutes_log *log, int64_t at_ms, const char *holder)
{
    MINUTES_ADD(log, at_ms, CONNECTION_LOST, connection_lost,
                .holder = minutes_log_id(holder),
                .device = minutes_log_key(holder));
}

/* m2 loses the line twice and does not come back; the server restarts. */
static void suffer(struct minutes_log *log)
{
    MINUTES_ADD(log, MINUTES_AT(8, 30), CHAIR_TAKEN, chair_taken,
                .member = minutes_log_id("m2"), .act = minutes_log_act("m2"));
    MINUTES_ADD(log, MINUTES_AT(8, 31), CHAIR_TAKEN, chair_taken,
                .member = minutes_log_id("m1"), .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 32), MINUTES_HANDED_OVER,
                minutes_handed_over, .member = minutes_log_id("m4"),
                .act = minutes_log_act("m3"));
    lose(log, MINUTES_AT(8, 33), "m2");
    minutes_log_connect(log, MINUTES_AT(8, 33), "m2", 2);
    lose(log, MINUTES_AT(8, 35), "m2");
    MINUTES_ADD(log, MINUTES_AT(8, 36), DISCONNECTED, disconnected,
                .holder = minutes_log_id("m2"), .device = minutes_log_key("m2"),
                .reason = END_CONNECTION_LOST);
    MINUTES_ADD(log, MINUTES_AT(8, 36), PRESENCE_ENDED, presence_ended,
                .member = minutes_log_id("m2"), .reason = END_CONNECTION_LOST);
    MINUTES_ADD(log, MINUTES_AT(8, 40), SERVER_RESTARTED, server_restarted,
                .connections = 6);
    MINUTES_ADD(log, MINUTES_AT(8, 45), ITEM_ENDED, item_ended,
                .item = minutes_log_id("a2"), .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 46), ITEM_ADDED, item_added,
                .item = minutes_log_id("a3"),
                .title = minutes_log_sealed("Công tác đoàn thể"),
                .act = minutes_log_act("m1"));
    MINUTES_ADD(log, MINUTES_AT(8, 47), ENTRY_WRITTEN, entry_written,
                .entry = minutes_log_id("e4"),
                .text = minutes_log_sealed("Chi bộ nhất trí biên bản."),
                .act = minutes_log_act("m4"));
}

void minutes_log_hold(struct minutes_log *log)
{
    minutes_log_begin_in(log, "Asia/Ho_Chi_Minh");
    minutes_log_assemble(log);
    minutes_log_discuss(log);
    minutes_log_decide(log);
    suffer(log);
    MINUTES_ADD(log, MINUTES_AT(9, 30), CLOSED, closed,
                .act = minutes_log_act("m1"));
}

char *minutes_log_render(const struct minutes_log *log,
                         enum minutes_language language)
{
    const struct minutes_source source = { .events = log->events,
                                           .event_count = log->event_count,
                                           .openings = log->openings,
                                           .opening_count =
                                               log->opening_count };
    char *text = NULL;
    char *out;
    size_t size = 0;

    assert_int_equal(minutes_text_render(&source, language, &text, &size),
                     RESULT_OK);
    out = strndup(text, size);
    assert_int_equal(strlen(out), size);
    free(text);
    return out;
}

/* Forgets the openings that a reader is not given, as a redaction does. */
void minutes_log_withhold(struct minutes_log *log, const char *field)
{
    size_t i, kept = 0;

    for (i = 0; i < log->opening_count; i++) {
        if (strcmp(log->openings[i].field, field) != 0) {
            log->openings[kept++] = log->openings[i];
            continue;
        }
        free((void *)(uintptr_t)log->openings[i].field);
        free((void *)(uintptr_t)log->openings[i].value);
    }
    log->opening_count = kept;
}
