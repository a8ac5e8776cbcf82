#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/record/hash_chain.h"
#include "protocol/base/limits.h"
#include "protocol/document/mustache.h"
#include "protocol/document/document_facts.h"
#include "protocol/document/minutes_text.h"

#include "tests/support/vote_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- a log, event by event ----------------------------------------------- */

enum { EVENTS_MAX = 128, OPENINGS_MAX = 128 };

struct log {
    struct minutes_event events[EVENTS_MAX];
    struct minutes_opening openings[OPENINGS_MAX];
    size_t event_count, opening_count;
    struct hash head;
    struct meeting_state *state; /* holds that the log is one */
};

/* 05/02/2026, 00:00 in Viet Nam. */
#define MIDNIGHT_MS INT64_C(1770224400000)
#define AT(hour, minute)                                                       \
    (MIDNIGHT_MS + ((hour)*INT64_C(60) + (minute)) * 60 * 1000)

static struct identifier id_of(const char *text)
{
    struct identifier id = { "" };

    assert_true(strlen(text) < sizeof id.text);
    memcpy(id.text, text, strlen(text));
    return id;
}

static struct sealed sealed_of(const char *text)
{
    return (struct sealed){ .value = text_view_of(text), .has_value = true };
}

static struct key key_of(const char *holder)
{
    struct key key = { { 0 } };

    memcpy(key.bytes, holder, strlen(holder));
    return key;
}

static struct act act_of(const char *member)
{
    return (struct act){ .is_present = true,
                         .member = id_of(member),
                         .device = key_of(member),
                         .op = TEXT_LITERAL("tick"),
                         .request = 1 };
}

static void add(struct log *log, int64_t at_ms, struct meeting_event event)
{
    static const struct room_key key = { { 7 } };
    struct event_encoding encoding = { 0 };
    struct hash leaf;
    size_t i;

    if (!log->state)
        assert_int_equal(meeting_state_new(&log->state), RESULT_OK);
    assert_true(log->event_count < EVENTS_MAX);
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

        assert_true(log->opening_count < OPENINGS_MAX);
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

#define ADD(log, at_ms, NAME, name, ...)                                       \
    add(log, at_ms,                                                            \
        (struct meeting_event){ .kind = EVENT_##NAME##_KIND,                   \
                                .body.name = { __VA_ARGS__ } })

static void release(struct log *log)
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

/* --- who meets ----------------------------------------------------------- */

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

static void begin_at(struct log *log, const char *zone, const char *place,
                     const char *site_name)
{
    struct roster_device devices[PEOPLE + 1];
    struct roster_person rows[PEOPLE];
    struct roster_site site = { .site = id_of("s1"),
                                .keeper = id_of("m6"),
                                .name = sealed_of(site_name),
                                .devices = { &devices[PEOPLE], 1 } };
    struct agenda_item agenda[] = {
        { .item = id_of("a1"),
          .title = sealed_of("Đánh giá kết quả tháng 01") },
        { .item = id_of("a2"), .title = sealed_of("Phương hướng tháng 02") },
    };
    size_t i;

    memset(devices, 0, sizeof devices);
    for (i = 0; i < PEOPLE; i++) {
        devices[i].device = key_of(people[i].id);
        devices[i].label = sealed_of("máy");
        if (i < 2)
            devices[i].vouched_by = TEXT_LITERAL("m3,m4");
        rows[i] = (struct roster_person){ .member = id_of(people[i].id),
                                          .category = (int)people[i].category,
                                          .office = (int)people[i].office,
                                          .name = sealed_of(people[i].name),
                                          .devices = { &devices[i], 1 } };
    }
    devices[PEOPLE].device = key_of("s1");
    devices[PEOPLE].label = sealed_of("máy");
    ADD(log, AT(7, 0), GENESIS, genesis, .version = 1, .meeting = id_of("m.1"),
        .organisation = id_of("org"), .unit = id_of("u2"),
        .server = key_of("server"), .ruleset = TEXT_LITERAL("interim-2026-07"),
        .kind = KIND_REGULAR, .title = sealed_of("Sinh hoạt tháng 02/2026"),
        .unit_name = sealed_of("Chi bộ Mẫu"),
        .upper_name = sealed_of("Đảng bộ phường Mẫu"), .starts_at = AT(8, 0),
        .zone = text_view_of(zone), .place = sealed_of(place),
        .chair = id_of("m1"), .deputy = id_of("m2"),
        .minute_taker = id_of("m3"), .agenda = { agenda, 2 },
        .roster = { rows, PEOPLE }, .sites = { &site, 1 });
}

static void begin_in(struct log *log, const char *zone)
{
    begin_at(log, zone, "Nhà văn hóa khu phố Mẫu", "Hội trường khu phố Mẫu");
}

/* A holder's only device comes up; who does not preside is let in first. */
static void connect(struct log *log, int64_t at_ms, const char *holder,
                    uint64_t slot)
{
    ADD(log, at_ms, CONNECTED, connected, .holder = id_of(holder),
        .device = key_of(holder), .slot = slot);
}

static void let_in(struct log *log, int64_t at_ms, const char *holder)
{
    ADD(log, at_ms, KNOCKED, knocked, .holder = id_of(holder),
        .device = key_of(holder));
    ADD(log, at_ms, ADMITTED, admitted, .holder = id_of(holder),
        .act = act_of("m1"));
}

static void come(struct log *log, int64_t at_ms, const char *member)
{
    ADD(log, at_ms, PRESENCE_CONFIRMED, presence_confirmed,
        .member = id_of(member), .mode = MODE_ONLINE,
        .source = SOURCE_CONNECTION);
}

static void tick(struct log *log, int64_t at_ms, const char *member,
                 const char *site, const char *by)
{
    ADD(log, at_ms, PRESENCE_CONFIRMED, presence_confirmed,
        .member = id_of(member), .mode = site[0] ? MODE_SITE : MODE_IN_PERSON,
        .site = id_of(site), .source = SOURCE_TICK, .act = act_of(by));
}

static void cast(struct log *log, int64_t at_ms, const char *vote,
                 const char *member, enum choice choice)
{
    ADD(log, at_ms, VOTE_CAST, vote_cast, .vote = id_of(vote),
        .member = id_of(member), .choice = (int)choice, .act = act_of(member));
}

static void assemble(struct log *log)
{
    static const char *const online[] = { "m1", "m2", "m3", "m4", "m10", "s1" };
    size_t i;

    ADD(log, AT(7, 50), LOBBY_OPENED, lobby_opened, .act = act_of("m1"));
    for (i = 0; i < sizeof online / sizeof online[0]; i++) {
        if (i >= 3)
            let_in(log, AT(7, 52), online[i]);
        connect(log, AT(7, 52), online[i], i + 1);
        if (strcmp(online[i], "s1") != 0)
            come(log, AT(7, 52), online[i]);
    }
    tick(log, AT(7, 58), "m6", "s1", "s1");
    tick(log, AT(7, 58), "m7", "", "m3");
    tick(log, AT(7, 58), "m9", "", "m3");
    ADD(log, AT(7, 59), PRESENCE_ENDED, presence_ended, .member = id_of("m9"),
        .reason = END_UNTICKED, .act = act_of("m3"));
    ADD(log, AT(7, 59), ABSENCE_NOTED, absence_noted, .member = id_of("m8"),
        .absence = ABSENT_EXCUSED, .reason = sealed_of("đi công tác"),
        .act = act_of("m3"));
    ADD(log, AT(7, 59), ABSENCE_NOTED, absence_noted, .member = id_of("m9"),
        .absence = ABSENT_UNEXCUSED, .reason = sealed_of(""),
        .act = act_of("m3"));
    ADD(log, AT(8, 0), OPENED, opened, .act = act_of("m1"));
    ADD(log, AT(8, 2), ROLL_CONFIRMED, roll_confirmed, .official = 8,
        .official_present = 6, .official_excused = 1, .official_unexcused = 1,
        .probationary = 1, .others_present = 1, .in_person = 1, .at_site = 1,
        .online = 4, .act = act_of("m3"));
}

static void discuss(struct log *log)
{
    ADD(log, AT(8, 3), ITEM_STARTED, item_started, .item = id_of("a1"),
        .act = act_of("m1"));
    ADD(log, AT(8, 4), RECORDING_SET, recording_set, .allowed = true,
        .act = act_of("m1"));
    ADD(log, AT(8, 5), FLOOR_GIVEN, floor_given, .member = id_of("m4"),
        .by = id_of("m1"));
    ADD(log, AT(8, 6), ENTRY_WRITTEN, entry_written, .entry = id_of("e1"),
        .item = id_of("a1"),
        .text = sealed_of("Nhất trí với báo cáo; đề nghị đôn đốc thu đảng phí "
                          "của các đồng chí đi làm xa."),
        .act = act_of("m3"));
    ADD(log, AT(8, 7) + 5000, FLOOR_ENDED, floor_ended, .member = id_of("m4"),
        .spoken_ms = 125400, .reason = FLOOR_YIELDED);
    ADD(log, AT(8, 8), FLOOR_GIVEN, floor_given, .member = id_of("m10"),
        .by = id_of("m1"));
    ADD(log, AT(8, 9), FLOOR_ENDED, floor_ended, .member = id_of("m10"),
        .spoken_ms = 60000, .reason = FLOOR_YIELDED);
    ADD(log, AT(8, 9), ENTRY_WRITTEN, entry_written, .entry = id_of("e2"),
        .text = sealed_of("Kết luận tạm."), .act = act_of("m3"));
    ADD(log, AT(8, 9), ENTRY_WRITTEN, entry_written, .entry = id_of("e3"),
        .item = id_of("a1"), .text = sealed_of("Ghi nhầm."),
        .act = act_of("m3"));
    let_in(log, AT(8, 10), "m5");
    connect(log, AT(8, 10), "m5", 7);
    come(log, AT(8, 10), "m5");
    ADD(log, AT(8, 20), ITEM_ENDED, item_ended, .item = id_of("a1"),
        .act = act_of("m1"));
    ADD(log, AT(8, 20), ITEM_STARTED, item_started, .item = id_of("a2"),
        .act = act_of("m1"));
    /* Of a1, though a2 is on. */
    ADD(log, AT(8, 21), ENTRY_EDITED, entry_edited, .entry = id_of("e2"),
        .version = 2,
        .text = sealed_of("Chủ trì kết luận:\n- Thu đảng phí trước ngày "
                          "10/02/2026.\n\n- Chuẩn bị sinh hoạt chuyên đề quý "
                          "I, phân công đồng chí Đảng viên Mẫu 02 viết báo "
                          "cáo."),
        .act = act_of("m3"));
    ADD(log, AT(8, 21), ENTRY_REMOVED, entry_removed, .entry = id_of("e3"),
        .version = 2, .act = act_of("m3"));
}

static void start_vote(struct log *log, int64_t at_ms, const char *vote,
                       const char *item, const char *motion)
{
    ADD(log, at_ms, VOTE_STARTED, vote_started, .vote = id_of(vote),
        .item = id_of(item), .motion = sealed_of(motion), .act = act_of("m1"));
}

static void decide(struct log *log)
{
    start_vote(log, AT(8, 22), "v1", "a2", "Thông qua phương hướng tháng 02");
    cast(log, AT(8, 22), "v1", "m1", CHOICE_YES);
    cast(log, AT(8, 22), "v1", "m2", CHOICE_YES);
    cast(log, AT(8, 22), "v1", "m3", CHOICE_YES);
    cast(log, AT(8, 22), "v1", "m4", CHOICE_YES);
    ADD(log, AT(8, 23), HALL_VOTES_ENTERED, hall_votes_entered,
        .vote = id_of("v1"), .site = id_of("s1"), .yes = 1, .ticked = 1,
        .by = id_of("s1"), .act = act_of("s1"));
    ADD(log, AT(8, 23), HALL_VOTES_ENTERED, hall_votes_entered,
        .vote = id_of("v1"), .no = 1, .ticked = 1, .by = id_of("m3"),
        .act = act_of("m3"));
    ADD(log, AT(8, 23), HALL_VOTES_ENTERED, hall_votes_entered,
        .vote = id_of("v1"), .other = 1, .ticked = 1, .by = id_of("m3"),
        .act = act_of("m3"));
    ADD(log, AT(8, 24), VOTE_CLOSED, vote_closed, .vote = id_of("v1"), .yes = 5,
        .other = 1, .act = act_of("m1"));
    start_vote(log, AT(8, 25), "v2", "", "Lùi buổi sinh hoạt sang tuần sau");
    cast(log, AT(8, 25), "v2", "m1", CHOICE_NO);
    cast(log, AT(8, 25), "v2", "m2", CHOICE_ABSTAIN);
    cast(log, AT(8, 25), "v2", "m4", CHOICE_YES);
    ADD(log, AT(8, 26), VOTE_CLOSED, vote_closed, .vote = id_of("v2"), .yes = 1,
        .no = 1, .abstain = 1, .act = act_of("m1"));
    start_vote(log, AT(8, 27), "v3", "a2", "Biểu quyết nhầm");
    ADD(log, AT(8, 28), VOTE_CANCELLED, vote_cancelled, .vote = id_of("v3"),
        .reason = sealed_of("nêu sai nội dung"), .act = act_of("m1"));
    ADD(log, AT(8, 28), DOCUMENT_ATTACHED, document_attached,
        .document = id_of("d1"), .type = DOCUMENT_PDF, .size = 9,
        .name = sealed_of("Phương hướng tháng 02.pdf"), .act = act_of("m1"));
    ADD(log, AT(8, 28), ITEM_PLANNED, item_planned, .item = id_of("a2"),
        .presenter = id_of("m2"), .planned_min = 30, .act = act_of("m1"));
    ADD(log, AT(8, 28), DOCUMENT_READ, document_read, .document = id_of("d1"),
        .member = id_of("m4"), .act = act_of("m4"));
    ADD(log, AT(8, 28), DOCUMENT_SHOWN, document_shown, .document = id_of("d1"),
        .member = id_of("m1"), .act = act_of("m1"));
    ADD(log, AT(8, 29), COMMENTED, commented, .comment = id_of("c1"),
        .member = id_of("m4"), .item = id_of("a2"),
        .text = sealed_of("cần nêu rõ thời hạn."), .act = act_of("m4"));
    ADD(log, AT(8, 29), TASK_SET, task_set, .task = id_of("t1"),
        .item = id_of("a2"), .member = id_of("m2"),
        .due_ms = (uint64_t)(AT(17, 0) + 2 * 86400000LL),
        .ground = TASK_ASSIGNED, .text = sealed_of("Viết báo cáo chuyên đề"),
        .act = act_of("m1"));
    ADD(log, AT(8, 29), TASK_SET, task_set, .task = id_of("t2"),
        .ground = TASK_ASSIGNED, .text = sealed_of("Rà soát hồ sơ đảng viên"),
        .act = act_of("m1"));
    ADD(log, AT(8, 29), TASK_REPORTED, task_reported, .task = id_of("t2"),
        .by = id_of("m3"), .result = TASK_DONE,
        .text = sealed_of("đã rà soát xong."), .act = act_of("m3"));
}

static void lose(struct log *log, int64_t at_ms, const char *holder)
{
    ADD(log, at_ms, CONNECTION_LOST, connection_lost, .holder = id_of(holder),
        .device = key_of(holder));
}

/* m2 loses the line twice and does not come back; the server restarts. */
static void suffer(struct log *log)
{
    ADD(log, AT(8, 30), CHAIR_TAKEN, chair_taken, .member = id_of("m2"),
        .act = act_of("m2"));
    ADD(log, AT(8, 31), CHAIR_TAKEN, chair_taken, .member = id_of("m1"),
        .act = act_of("m1"));
    ADD(log, AT(8, 32), MINUTES_HANDED_OVER, minutes_handed_over,
        .member = id_of("m4"), .act = act_of("m3"));
    lose(log, AT(8, 33), "m2");
    connect(log, AT(8, 33), "m2", 2);
    lose(log, AT(8, 35), "m2");
    ADD(log, AT(8, 36), DISCONNECTED, disconnected, .holder = id_of("m2"),
        .device = key_of("m2"), .reason = END_CONNECTION_LOST);
    ADD(log, AT(8, 36), PRESENCE_ENDED, presence_ended, .member = id_of("m2"),
        .reason = END_CONNECTION_LOST);
    ADD(log, AT(8, 40), SERVER_RESTARTED, server_restarted, .connections = 6);
    ADD(log, AT(8, 45), ITEM_ENDED, item_ended, .item = id_of("a2"),
        .act = act_of("m1"));
    ADD(log, AT(8, 46), ITEM_ADDED, item_added, .item = id_of("a3"),
        .title = sealed_of("Công tác đoàn thể"), .act = act_of("m1"));
    ADD(log, AT(8, 47), ENTRY_WRITTEN, entry_written, .entry = id_of("e4"),
        .text = sealed_of("Chi bộ nhất trí biên bản."), .act = act_of("m4"));
}

static void hold(struct log *log)
{
    begin_in(log, "Asia/Ho_Chi_Minh");
    assemble(log);
    discuss(log);
    decide(log);
    suffer(log);
    ADD(log, AT(9, 30), CLOSED, closed, .act = act_of("m1"));
}

/* --- what it comes to ---------------------------------------------------- */

static char *render(const struct log *log, enum minutes_language language)
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

/* The head is a hash of the log: the expected end has %s in its place. */
static void assert_minutes(const struct log *log,
                           enum minutes_language language,
                           const char *beginning, const char *middle,
                           const char *end)
{
    char head[HEX_SIZE(HASH_SIZE)];
    char *text = render(log, language);
    const char *place = strstr(end, "%s");
    char *whole = NULL;

    assert_non_null(place);
    hex_encode(log->head.bytes, HASH_SIZE, head);
    assert_true(asprintf(&whole, "%s%s%.*s%s%s", beginning, middle,
                         (int)(place - end), end, head, place + 2) > 0);
    if (strcmp(text, whole) != 0) {
        (void)fputs(text, stderr); /* the assertion shows its beginning only */
        assert_string_equal(text, whole);
    }
    free(whole);
    free(text);
}

static void a_whole_meeting_is_told_in_vietnamese(void **state)
{
    struct log log = { 0 };

    (void)state;
    hold(&log);
    assert_minutes(
        &log, MINUTES_VIETNAMESE,
        "Đảng bộ phường Mẫu\n"
        "Chi bộ Mẫu\n"
        "ĐẢNG CỘNG SẢN VIỆT NAM\n"
        "\n"
        "BIÊN BẢN\n"
        "Sinh hoạt chi bộ định kỳ tháng 02 năm 2026\n"
        "Sinh hoạt tháng 02/2026\n"
        "\n"
        "- Thời gian: bắt đầu 08 giờ 00, ngày 05/02/2026; kết thúc 09 giờ 30,\n"
        "  ngày 05/02/2026.\n"
        "- Địa điểm: Nhà văn hóa khu phố Mẫu.\n"
        "- Hình thức: trực tiếp kết hợp trực tuyến.\n"
        "- Điểm cầu: Hội trường khu phố Mẫu, 1 người; phụ trách: đồng chí Đảng "
        "viên\n"
        "  Mẫu 06.\n"
        "- Thành phần:\n"
        "  + Tổng số đảng viên: 9 (chính thức 8, dự bị 1); miễn công tác, sinh "
        "hoạt\n"
        "    đảng: 0.\n"
        "  + Có mặt: 7 (chính thức 6, dự bị 1): trực tiếp 1, tại điểm cầu 1, "
        "trực\n"
        "    tuyến 5, qua bộ đàm, điện thoại 0.\n"
        "  + Vắng mặt: 2 (chính thức 2, dự bị 0): có lý do 1, không lý do 1, "
        "chưa ghi lý\n"
        "    do 0.\n"
        "    - Chính thức: có mặt 6; vắng có lý do 1, không lý do 1, chưa ghi "
        "lý do 0.\n"
        "    - Dự bị: có mặt 1; vắng có lý do 0, không lý do 0, chưa ghi lý do "
        "0.\n"
        "    - Đồng chí Đảng viên Mẫu 08: có lý do: đi công tác.\n"
        "    - Đồng chí Đảng viên Mẫu 09: không lý do.\n"
        "  + Đại biểu, khách mời và người dự khác:\n"
        "    - Khách Mẫu 10 (khách mời).\n"
        "  + Chủ trì: đồng chí Đảng viên Mẫu 01, bí thư.\n"
        "  + Chủ trì từ 08:30: đồng chí Đảng viên Mẫu 02, phó bí thư.\n"
        "  + Chủ trì từ 08:31: đồng chí Đảng viên Mẫu 01, bí thư.\n"
        "  + Thư ký: đồng chí Đảng viên Mẫu 03.\n"
        "  + Thư ký từ 08:32: đồng chí Đảng viên Mẫu 04.\n"
        "\n"
        "I. NỘI DUNG\n"
        "1. Đánh giá kết quả tháng 01 (08:03 – 08:20)\n"
        "   - Đồng chí Đảng viên Mẫu 04 phát biểu lúc 08:05 (2 phút 05 giây):\n"
        "     Nhất trí với báo cáo; đề nghị đôn đốc thu đảng phí của các đồng "
        "chí đi làm\n"
        "     xa.\n"
        "   - Khách Mẫu 10 phát biểu lúc 08:08 (1 phút 00 giây).\n"
        "   Chủ trì kết luận:\n"
        "   - Thu đảng phí trước ngày 10/02/2026.\n"
        "\n"
        "   - Chuẩn bị sinh hoạt chuyên đề quý I, phân công đồng chí Đảng viên "
        "Mẫu 02\n"
        "     viết báo cáo.\n"
        "2. Phương hướng tháng 02 (08:20 – 08:45)\n"
        "   Người trình bày: đồng chí Đảng viên Mẫu 02.\n"
        "   Thời lượng dự kiến: 30 phút.\n"
        "   Biểu quyết lúc 08:22:\n"
        "     “Thông qua phương hướng tháng 02”\n"
        "     Về: nghị quyết, kết luận. Được tính: 8 đồng chí (chính thức "
        "8/8), trong đó\n"
        "     có mặt khi mở biểu quyết: 6.\n"
        "     Cần ít nhất 5 phiếu tán thành (mục “biểu quyết thông thường” của "
        "quy tắc\n"
        "     interim-2026-07).\n"
        "     Biểu quyết hình thức giơ tay; tán thành 5/8 (62,50 %), không tán "
        "thành 0, ý\n"
        "     kiến khác 1, không biểu quyết 0, không tham gia 2; thông qua "
        "(đạt quá nửa\n"
        "     trong số 8 đảng viên chính thức).\n"
        "     - Qua thiết bị của đảng viên: tán thành 4, không tán thành 0, ý "
        "kiến\n"
        "       khác 0, không biểu quyết 0.\n"
        "     - Tại điểm cầu Hội trường khu phố Mẫu (1 đồng chí có quyền biểu "
        "quyết): tán\n"
        "       thành 1, không tán thành 0, ý kiến khác 0, không biểu quyết 0; "
        "do Hội\n"
        "       trường khu phố Mẫu nhập.\n"
        "     - Tại hội trường, qua bộ đàm, điện thoại (1 đồng chí có quyền "
        "biểu "
        "quyết):\n"
        "       tán thành 0, không tán thành 0, ý kiến khác 1, không biểu "
        "quyết "
        "0; do\n"
        "       đồng chí Đảng viên Mẫu 03 nhập.\n",
        "   Biểu quyết lúc 08:25:\n"
        "     “Lùi buổi sinh hoạt sang tuần sau”\n"
        "     Về: nghị quyết, kết luận. Được tính: 8 đồng chí (chính thức "
        "8/8), trong đó\n"
        "     có mặt khi mở biểu quyết: 6.\n"
        "     Cần ít nhất 5 phiếu tán thành (mục “biểu quyết thông thường” của "
        "quy tắc\n"
        "     interim-2026-07).\n"
        "     Biểu quyết hình thức giơ tay; tán thành 1/8 (12,50 %), không tán "
        "thành 1, ý\n"
        "     kiến khác 0, không biểu quyết 1, không tham gia 5; không thông "
        "qua (không\n"
        "     đạt quá nửa trong số 8 đảng viên chính thức).\n"
        "   Biểu quyết lúc 08:27:\n"
        "     “Biểu quyết nhầm”\n"
        "     Về: nghị quyết, kết luận. Được tính: 8 đồng chí (chính thức "
        "8/8), trong đó\n"
        "     có mặt khi mở biểu quyết: 6.\n"
        "     Cần ít nhất 5 phiếu tán thành (mục “biểu quyết thông thường” của "
        "quy tắc\n"
        "     interim-2026-07).\n"
        "     Huỷ biểu quyết lúc 08:28: nêu sai nội dung\n"
        "   Tài liệu kèm theo: Phương hướng tháng 02.pdf (1 người xác nhận đã "
        "nhận và\n"
        "   đọc).\n"
        "   - Đồng chí Đảng viên Mẫu 01 trình chiếu tài liệu lúc 08:28: Phương "
        "hướng\n"
        "     tháng 02.pdf.\n"
        "   - Đồng chí Đảng viên Mẫu 04 góp ý lúc 08:29: cần nêu rõ thời "
        "hạn.\n"
        "3. Công tác đoàn thể (chưa tiến hành)\n"
        "4. Nội dung ngoài chương trình\n"
        "   Chi bộ nhất trí biên bản.\n"
        "\n"
        "Nhiệm vụ được giao:\n"
        "- Viết báo cáo chuyên đề – đồng chí Đảng viên Mẫu 02, hạn 17:00 ngày "
        "07/02/2026:\n"
        "  chưa báo cáo.\n"
        "- Rà soát hồ sơ đảng viên: đã hoàn thành.\n"
        "  Đồng chí Đảng viên Mẫu 03 báo cáo: đã rà soát xong.\n"
        "\n",
        "II. DIỄN BIẾN\n"
        "- 08:00: Khai mạc.\n"
        "- 08:02: Điểm danh, có mặt 6/8 chính thức, 0/1 dự bị; vắng có lý do "
        "1, không lý\n"
        "  do 1; trực tiếp 1, tại điểm cầu 1, trực tuyến 4, qua bộ đàm, điện "
        "thoại 0.\n"
        "- 08:04: Chủ trì cho phép ghi âm.\n"
        "- 08:30: Đồng chí Đảng viên Mẫu 02 điều hành cuộc họp.\n"
        "- 08:31: Đồng chí Đảng viên Mẫu 01 điều hành cuộc họp.\n"
        "- 08:32: Đồng chí Đảng viên Mẫu 04 nhận nhiệm vụ thư ký thay đồng chí "
        "Đảng "
        "viên\n"
        "  Mẫu 03.\n"
        "- 08:40: Máy chủ khởi động lại, các kết nối bị gián đoạn.\n"
        "- 09:30: Bế mạc.\n"
        "- Tổng thời gian phát biểu:\n"
        "  + Đồng chí Đảng viên Mẫu 04: 2 phút 05 giây, 1 lần.\n"
        "  + Khách Mẫu 10: 1 phút 00 giây, 1 lần.\n"
        "\n"
        "III. DANH SÁCH ĐIỂM DANH\n"
        "1. Đảng viên Mẫu 01 (chính thức, bí thư): trực tuyến, từ đầu.\n"
        "2. Đảng viên Mẫu 02 (chính thức, phó bí thư): trực tuyến, từ đầu; rời "
        "họp\n"
        "   lúc 08:36; mất kết nối 2 lần.\n"
        "3. Đảng viên Mẫu 03 (chính thức): trực tuyến, từ đầu.\n"
        "4. Đảng viên Mẫu 04 (chính thức): trực tuyến, từ đầu.\n"
        "5. Đảng viên Mẫu 05 (dự bị): trực tuyến, từ 08:10.\n"
        "6. Đảng viên Mẫu 06 (chính thức): tại điểm cầu Hội trường khu phố "
        "Mẫu, từ đầu.\n"
        "7. Đảng viên Mẫu 07 (chính thức): trực tiếp, từ đầu.\n"
        "8. Đảng viên Mẫu 08 (chính thức): vắng mặt, có lý do.\n"
        "9. Đảng viên Mẫu 09 (chính thức): vắng mặt, không lý do.\n"
        "10. Khách Mẫu 10 (khách mời): trực tuyến, từ đầu.\n"
        "\n"
        "IV. KẾT THÚC\n"
        "Cuộc họp kết thúc lúc 09 giờ 30, ngày 05/02/2026.\n"
        "\n"
        "Ghi chú:\n"
        "- Do máy chủ ghi: giờ, kết nối, thứ tự và thời lượng phát biểu.\n"
        "- Có mặt do Hội trường khu phố Mẫu ghi: 1 người.\n"
        "- Có mặt do đồng chí Đảng viên Mẫu 03 ghi: 1 người.\n"
        "- Số đồng chí được tính vào kết quả lấy theo danh sách khi mở biểu "
        "quyết, kể cả\n"
        "  người vắng mặt nếu quy tắc tính; về sau không thay đổi (quy tắc\n"
        "  interim-2026-07).\n"
        "- Chưa được xác nhận chéo: 5/7 thiết bị đã dự họp; chữ ký số của các "
        "thiết bị\n"
        "  này chứng minh thiết bị, chưa chứng minh người.\n"
        "- Cuộc họp này không yêu cầu thiết bị được xác nhận chéo khi biểu "
        "quyết, điều\n"
        "  hành và ghi biên bản.\n"
        "- Mã nhật ký cuộc họp, đến sự kiện số 80:\n"
        "  %s\n"
        "\n"
        "NGƯỜI GHI BIÊN BẢN                          CHỦ TRÌ HỘI NGHỊ\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "Đảng viên Mẫu 04                            Đảng viên Mẫu 01\n");
    release(&log);
}

static void
a_meeting_under_way_is_told_in_english_and_another_zone(void **state)
{
    struct log log = { 0 };

    (void)state;
    begin_in(&log, "Europe/Berlin");
    connect(&log, AT(7, 50), "m1", 1);
    come(&log, AT(7, 50), "m1");
    ADD(&log, AT(8, 0), OPENED, opened, .act = act_of("m1"));
    ADD(&log, AT(8, 1), ITEM_STARTED, item_started, .item = id_of("a2"),
        .act = act_of("m1"));
    ADD(&log, AT(8, 2), FLOOR_GIVEN, floor_given, .member = id_of("m1"),
        .by = id_of("m1"));
    ADD(&log, AT(8, 2), DOCUMENT_ATTACHED, document_attached,
        .document = id_of("d1"), .item = id_of("a1"), .type = DOCUMENT_PDF,
        .size = 9, .name = sealed_of("Dự thảo"), .act = act_of("m1"));
    ADD(&log, AT(8, 2), DOCUMENT_SHOWN, document_shown, .document = id_of("d1"),
        .member = id_of("m1"), .act = act_of("m1"));
    start_vote(&log, AT(8, 3), "v1", "", "Thông qua chương trình");
    cast(&log, AT(8, 3), "v1", "m1", CHOICE_YES);
    assert_minutes(
        &log, MINUTES_ENGLISH,
        "Đảng bộ phường Mẫu\n"
        "Chi bộ Mẫu\n"
        "COMMUNIST PARTY OF VIET NAM\n"
        "\n"
        "MINUTES\n"
        "Regular cell meeting of 02/2026\n"
        "Sinh hoạt tháng 02/2026\n"
        "(As it stands: the meeting is not closed)\n"
        "\n"
        "- Time: opened 02:00 on 05/02/2026; not closed yet.\n"
        "- Time zone: Europe/Berlin.\n"
        "- Place: Nhà văn hóa khu phố Mẫu.\n"
        "- Form: online.\n"
        "- Attendance:\n"
        "  + Members: 9 (official 8, probationary 1); exempt: 0.\n"
        "  + Present: 1 (official 1, probationary 0): in person 0, at sites 0, "
        "online 1,\n    by radio or phone 0.\n"
        "  + Absent: 8 (official 7, probationary 1): excused 0, unexcused 0, "
        "not noted 8.\n"
        "    - Official: present 1; absent excused 0, unexcused 0, not noted "
        "7.\n"
        "    - Probationary: present 0; absent excused 0, unexcused 0, not "
        "noted 1.\n"
        "    - Comrade Đảng viên Mẫu 02: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 03: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 04: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 05: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 06: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 07: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 08: no reason noted.\n"
        "    - Comrade Đảng viên Mẫu 09: no reason noted.\n"
        "  + Chair: comrade Đảng viên Mẫu 01, cell leader.\n"
        "  + Minute-taker: comrade Đảng viên Mẫu 03.\n"
        "\n",
        "I. CONTENTS\n"
        "1. Phương hướng tháng 02 (from 02:01, not ended)\n"
        "   - Comrade Đảng viên Mẫu 01 showed a document at 02:02: Dự thảo.\n"
        "   - Comrade Đảng viên Mẫu 01 is speaking, since 02:02.\n"
        "   Vote at 02:03:\n"
        "     “Thông qua chương trình”\n"
        "     On: a resolution or conclusion. Counted: 8 (official 8 of 8), of "
        "whom\n"
        "     present when it was opened: 1.\n"
        "     At least 5 votes in favour are needed (“ordinary votes” of the "
        "ruleset\n"
        "     interim-2026-07).\n"
        "     The vote is open.\n"
        "2. Đánh giá kết quả tháng 01 (not dealt with)\n"
        "   Document attached: Dự thảo.\n"
        "\n",
        "II. COURSE\n"
        "- 02:00: Opened.\n"
        "\n"
        "III. ROLL\n"
        "1. Đảng viên Mẫu 01 (official, cell leader): online, from the start.\n"
        "2. Đảng viên Mẫu 02 (official, deputy leader): absent, no reason "
        "noted.\n"
        "3. Đảng viên Mẫu 03 (official): absent, no reason noted.\n"
        "4. Đảng viên Mẫu 04 (official): absent, no reason noted.\n"
        "5. Đảng viên Mẫu 05 (probationary): absent, no reason noted.\n"
        "6. Đảng viên Mẫu 06 (official): absent, no reason noted.\n"
        "7. Đảng viên Mẫu 07 (official): absent, no reason noted.\n"
        "8. Đảng viên Mẫu 08 (official): absent, no reason noted.\n"
        "9. Đảng viên Mẫu 09 (official): absent, no reason noted.\n"
        "\n"
        "IV. END\n"
        "The meeting is not closed.\n"
        "\n"
        "Notes:\n"
        "- Recorded by the server: times, connections, order and length of "
        "speeches.\n"
        "- Votes are measured against those counted from the roll when they "
        "were opened,\n"
        "  absent ones too where the rules count them; that did not change "
        "afterwards\n"
        "  (ruleset interim-2026-07).\n"
        "- This meeting did not ask for vouched devices to vote, to preside "
        "and to take\n"
        "  the minutes.\n"
        "- Head of the meeting's log, at event 9:\n"
        "  %s\n"
        "\n"
        "MINUTE-TAKER                                CHAIR\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "Đảng viên Mẫu 03                            Đảng viên Mẫu 01\n");
    release(&log);
}

/* Forgets the openings that a reader is not given, as a redaction does. */
static void withhold(struct log *log, const char *field)
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

static void a_text_without_its_opening_is_told_as_withheld(void **state)
{
    struct log log = { 0 };
    char *text;

    (void)state;
    hold(&log);
    withhold(&log, "reason");
    withhold(&log, "roster.7.name");
    withhold(&log, "text");
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(
        text, "    - Đồng chí (không công bố): có lý do: (không công bố).\n"));
    assert_non_null(strstr(text, "giây):\n     (không công bố)\n"));
    assert_null(strstr(text, "đi công tác"));
    assert_null(strstr(text, "Kết luận"));
    free(text);
    release(&log);
}

/* --- the same as facts for documents -------------------------------------- */

static struct minutes_source source_of(const struct log *log)
{
    return (struct minutes_source){ .events = log->events,
                                    .event_count = log->event_count,
                                    .openings = log->openings,
                                    .opening_count = log->opening_count };
}

static char *minutes_json(const struct log *log, uint64_t upto)
{
    const struct minutes_source source = source_of(log);
    char *text = NULL;
    size_t size = 0;

    assert_int_equal(minutes_json_draw(&source, upto, &text, &size), RESULT_OK);
    assert_int_equal(strlen(text), size);
    return text;
}

/* A text folded into lines, as one: blanks and line feeds count alike. */
static char *unfolded(char *text)
{
    char *to = text;
    const char *from;

    for (from = text; *from; from++) {
        const char c = *from == '\n' ? ' ' : *from;

        if (c != ' ' || to == text || to[-1] != ' ')
            *to++ = c;
    }
    *to = '\0';
    return text;
}

/* How many locked lines; each is a sentence of the plain-text minutes. */
static size_t assert_lines_told(const json_t *lines, const char *minutes)
{
    const json_t *line;
    size_t i, count = 0;

    json_array_foreach(lines, i, line)
    {
        const char *fact = json_string_value(json_object_get(line, "fact"));
        char *one;

        if (!fact)
            continue;
        one = unfolded(strdup(fact));
        if (!strstr(minutes, one))
            fail_msg("not in the minutes: %s", one);
        free(one);
        count++;
    }
    return count;
}

static void
the_facts_have_the_sentences_of_the_minutes_in_their_place(void **state)
{
    struct log log = { 0 };
    struct minutes_source source;
    json_t *facts = NULL;
    const json_t *item;
    char *text;
    size_t i, facts_told;

    (void)state;
    hold(&log);
    source = source_of(&log);
    assert_int_equal(document_facts_draw(&source, &facts), RESULT_OK);
    text = unfolded(render(&log, MINUTES_VIETNAMESE));
    facts_told = assert_lines_told(json_object_get(facts, "opening"), text);
    json_array_foreach(json_object_get(facts, "items"), i, item)
    {
        const char *title = json_string_value(json_object_get(item, "title"));

        assert_non_null(strstr(text, title));
        facts_told += assert_lines_told(json_object_get(item, "lines"), text);
    }
    assert_true(facts_told > 5);
    assert_true(json_is_true(json_object_get(facts, "has_votes")));
    assert_true(json_is_true(json_object_get(facts, "is_draft")));
    assert_string_equal(
        json_string_value(json_object_get(
            json_object_get(facts, "organisation"), "name_caps")),
        "CHI BỘ MẪU");
    json_decref(facts);
    free(text);
    release(&log);
}

static void
minutes_json_is_the_same_whatever_was_recorded_afterwards(void **state)
{
    struct log log = { 0 };
    char *first, *again;

    (void)state;
    begin_in(&log, "Asia/Ho_Chi_Minh");
    assemble(&log);
    discuss(&log);
    first = minutes_json(&log, log.event_count - 1);
    again = minutes_json(&log, log.event_count - 1);
    assert_string_equal(first, again);
    free(again);
    decide(&log);
    again = minutes_json(&log, log.event_count - 1);
    assert_string_not_equal(first, again);
    free(again);
    release(&log);
    log = (struct log){ 0 };
    hold(&log);
    again =
        minutes_json(&log, strtoull(strstr(first, "\"upto\":") + 7, NULL, 10));
    assert_string_equal(first, again);
    free(again);
    free(first);
    release(&log);
}

static void minutes_json_lacks_what_is_not_for_all(void **state)
{
    struct log log = { 0 };
    const struct minutes_source *source = &(struct minutes_source){ 0 };
    char *with, *without;
    size_t size = 0;

    (void)state;
    hold(&log);
    with = minutes_json(&log, log.event_count - 1);
    assert_null(strstr(with, "đi công tác"));
    assert_non_null(strstr(with, "Đảng viên Mẫu 01"));
    withhold(&log, "reason");
    without = minutes_json(&log, log.event_count - 1);
    assert_null(strstr(without, "không công bố"));
    free(without);
    withhold(&log, "roster.0.name");
    withhold(&log, "text");
    without = minutes_json(&log, log.event_count - 1);
    assert_null(strstr(without, "không công bố"));
    assert_null(strstr(without, "\\u001d"));
    assert_null(strstr(without, "Đảng viên Mẫu 01"));
    free(without);
    without = NULL;
    assert_int_equal(minutes_json_draw(source, 0, &without, &size),
                     RESULT_NOT_FOUND);
    free(with);
    release(&log);
}

/* What the template gives of the facts. */
static char *draw_document(const char *template, const json_t *facts)
{
    struct document_fault fault = { 0 };
    struct mustache *mustache = NULL;
    char path[128], text[65536];
    char *marked = NULL;
    size_t size;
    FILE *file;

    (void)snprintf(path, sizeof path, "config/templates/documents/%s.mustache",
                   template);
    file = fopen(path, "re");
    assert_non_null(file);
    size = fread(text, 1, sizeof text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(
        mustache_parse((struct text_view){ text, size }, &mustache, &fault),
        RESULT_OK);
    if (mustache_draw(mustache, facts, LIMIT_DOCUMENT_SIZE, &marked, &size,
                      &fault) != RESULT_OK)
        fail_msg("%s, line %d", path, fault.line);
    mustache_free(mustache);
    return marked;
}

static void the_templates_find_their_facts(void **state)
{
    static const char *const templates[] = { "minutes", "attendance", "voting",
                                             "tasks" };
    struct log log = { 0 };
    struct minutes_source source;
    json_t *facts = NULL;
    size_t i;

    (void)state;
    hold(&log);
    source = source_of(&log);
    assert_int_equal(document_facts_draw(&source, &facts), RESULT_OK);
    for (i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        char *text = draw_document(templates[i], facts);

        assert_non_null(strstr(text, "Đảng viên Mẫu 01"));
        assert_null(strstr(text, "đi công tác"));
        free(text);
    }
    json_decref(facts);
    release(&log);
}

static void a_new_name_and_another_day_are_told(void **state)
{
    struct log log = { 0 };
    struct roster_device device = { .device = key_of("m1"),
                                    .label = sealed_of("máy") };
    struct roster_person row = { .member = id_of("m1"),
                                 .category = CATEGORY_OFFICIAL,
                                 .office = OFFICE_CELL_LEADER,
                                 .name = sealed_of("Đảng viên Mẫu Một"),
                                 .devices = { &device, 1 } };
    char *text;

    (void)state;
    begin_in(&log, "Asia/Ho_Chi_Minh");
    ADD(&log, AT(8, 0), OPENED, opened, .act = act_of("m1"));
    ADD(&log, AT(9, 0), ROSTER_CHANGED, roster_changed, .register_seq = 1,
        .roster = { &row, 1 });
    ADD(&log, AT(9, 0), ADJOURNED, adjourned, .act = act_of("m1"));
    ADD(&log, AT(24 + 7, 30), RESUMED, resumed, .act = act_of("m1"));
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(
        strstr(text, "Chủ trì: đồng chí Đảng viên Mẫu Một, bí thư.\n"));
    assert_non_null(strstr(text, "- 09:00: Tạm nghỉ.\n"
                                 "- 07:30 ngày 06/02/2026: Họp tiếp.\n"));
    free(text);
    release(&log);
}

/* 25/10/2026, 00:00 UTC: an hour before the clocks of Berlin go back. */
#define SET_BACK(hour, minute)                                                 \
    (INT64_C(1792886400000) + ((hour)*INT64_C(60) + (minute)) * 60 * 1000)

static void an_hour_that_comes_twice_is_told_with_its_offset(void **state)
{
    struct log log = { 0 };
    char *text;

    (void)state;
    begin_in(&log, "Europe/Berlin");
    ADD(&log, SET_BACK(-1, 0), OPENED, opened, .act = act_of("m1"));
    ADD(&log, SET_BACK(-1, 58), ADJOURNED, adjourned, .act = act_of("m1"));
    ADD(&log, SET_BACK(0, 0), RESUMED, resumed, .act = act_of("m1"));
    ADD(&log, SET_BACK(0, 30), ADJOURNED, adjourned, .act = act_of("m1"));
    ADD(&log, SET_BACK(1, 30), RESUMED, resumed, .act = act_of("m1"));
    ADD(&log, SET_BACK(1, 59), ADJOURNED, adjourned, .act = act_of("m1"));
    ADD(&log, SET_BACK(2, 0), RESUMED, resumed, .act = act_of("m1"));
    text = render(&log, MINUTES_ENGLISH);
    assert_non_null(strstr(text, "- 01:00: Opened.\n"
                                 "- 01:58: Adjourned.\n"
                                 "- 02:00 (UTC+2): Resumed.\n"
                                 "- 02:30 (UTC+2): Adjourned.\n"
                                 "- 02:30 (UTC+1): Resumed.\n"
                                 "- 02:59 (UTC+1): Adjourned.\n"
                                 "- 03:00: Resumed.\n"));
    free(text);
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- 02:30 (UTC+2): Tạm nghỉ.\n"
                                 "- 02:30 (UTC+1): Họp tiếp.\n"));
    free(text);
    release(&log);
}

static void complete_score(struct log *log, int64_t at_ms)
{
    struct meeting_score_facts facts;

    meeting_score_facts_of(log->state, at_ms, &facts);
    ADD(log, at_ms, SCORE_COMPLETED, score_completed, .time = 1,
        .attendance = 1, .preparation = 8, .conduct = 36, .principles = 5,
        .results = 25, .closing = 5, .note = sealed_of("Nghiêm túc."),
        .total = 81, .grade = GRADE_FAIR, .minutes = facts.minutes,
        .minutes_min = 90, .summoned = facts.summoned, .present = facts.present,
        .unexcused = facts.unexcused, .speakers = facts.speakers,
        .tasks = facts.tasks, .tasks_done = facts.tasks_done,
        .proposed_time = 1, .proposed_attendance = 1, .proposed_speakers = 2,
        .posting = (int)facts.posting,
        .posting_due_ms = (uint64_t)facts.posting_due_ms,
        .posting_done_ms = (uint64_t)facts.posting_done_ms,
        .act = act_of("m3"));
}

static void the_score_sheet_is_told_beside_the_numbers_of_the_log(void **state)
{
    struct log log = { 0 };
    char *text;

    (void)state;
    begin_in(&log, "Asia/Ho_Chi_Minh");
    assemble(&log);
    discuss(&log);
    complete_score(&log, AT(8, 30));
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(
        text,
        "Tự chấm điểm cuộc họp (đồng chí Đảng viên Mẫu 03 ghi): 81/100 điểm, "
        "xếp loại:\n"
        "Khá.\n"
        "- Thời lượng: 30 phút (quy định ít nhất 90 phút).\n"
        "- Đảng viên dự: 7/9 (77,78 %), vắng không lý do: 1.\n"
        "- Đảng viên phát biểu: 1/7 (14,29 %), theo quy tắc: 2 điểm.\n"
        "- Tài liệu gửi trước khi khai mạc: không có.\n"
        "  + Thời gian, thời lượng: 1 điểm\n"
        "  + Tỷ lệ đảng viên dự: 1 điểm\n"
        "  + Công tác chuẩn bị: 8 điểm\n"
        "  + Tổ chức, điều hành sinh hoạt: 36 điểm\n"
        "  + Nguyên tắc tổ chức, sinh hoạt đảng: 5 điểm\n"
        "  + Kết quả thực hiện nghị quyết kỳ trước: 25 điểm\n"
        "  + Kết thúc sinh hoạt: 5 điểm\n"
        "- Nhận xét: Nghiêm túc.\n"));
    free(text);
    release(&log);
}

/* A meeting was closed on 24/10/2026 at 20:30 in Berlin; two days later, to the
 * hour, clocks show an hour less. */
static void carry_posting(struct log *log)
{
    struct carried_task task = { .task = id_of("t1"),
                                 .from = id_of("t1"),
                                 .due_ms = (uint64_t)SET_BACK(42, 30),
                                 .ground = TASK_POSTING,
                                 .result = TASK_OPEN,
                                 .text = sealed_of("") };

    begin_in(log, "Europe/Berlin");
    ADD(log, SET_BACK(40, 0), CARRIED_OVER, carried_over,
        .meeting = id_of("m.0"), .tasks = { &task, 1 });
    ADD(log, SET_BACK(41, 0), OPENED, opened, .act = act_of("m1"));
}

static void report_posting(struct log *log, int64_t at_ms)
{
    ADD(log, at_ms, TASK_REPORTED, task_reported, .task = id_of("t1"),
        .by = id_of("m3"), .result = TASK_DONE, .text = sealed_of(""),
        .act = act_of("m3"));
}

static void posting_is_told_by_the_clock_of_the_meeting(void **state)
{
    struct log open = { 0 }, done = { 0 }, late = { 0 };
    char *text;

    (void)state;
    carry_posting(&open);
    complete_score(&open, SET_BACK(43, 0));
    text = render(&open, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Đăng tải kết quả kỳ trước: hạn 19:30, chưa "
                                 "báo hoàn thành.\n"));
    free(text);
    carry_posting(&done);
    report_posting(&done, SET_BACK(42, 30));
    complete_score(&done, SET_BACK(43, 0));
    text = render(&done, MINUTES_ENGLISH);
    assert_non_null(strstr(text,
                           "- Posting of the results of the meeting before: "
                           "due 19:30, reported done 19:30\n  (in time).\n"));
    free(text);
    carry_posting(&late);
    report_posting(&late, SET_BACK(42, 31));
    complete_score(&late, SET_BACK(43, 0));
    text = render(&late, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Đăng tải kết quả kỳ trước: hạn 19:30, báo "
                                 "hoàn thành 19:31 (quá hạn).\n"));
    free(text);
    release(&open);
    release(&done);
    release(&late);
}

static void a_meeting_that_has_not_begun_is_told_as_planned(void **state)
{
    struct log log = { 0 };
    char *text;

    (void)state;
    begin_in(&log, "Asia/Ho_Chi_Minh");
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Thời gian: dự kiến 08 giờ 00, ngày "
                                 "05/02/2026; chưa khai mạc.\n"));
    assert_non_null(strstr(text, "II. DIỄN BIẾN\n(chưa có)\n"));
    free(text);
    release(&log);
}

static void who_confirmed_the_log_and_what_was_lost_is_told(void **state)
{
    struct checkpoint_signer signers[] = {
        { .holder = id_of("m1"),
          .device = key_of("m1"),
          .role = CHECKPOINT_CHAIR },
        { .holder = id_of("m3"),
          .device = key_of("m3"),
          .role = CHECKPOINT_MINUTE_TAKER },
    };
    struct checkpoint_missing missing = { .holder = id_of("m4"),
                                          .device = key_of("m4") };
    struct log log = { 0 };
    char *text;

    (void)state;
    begin_in(&log, "Asia/Ho_Chi_Minh");
    ADD(&log, AT(8, 0), OPENED, opened, .act = act_of("m1"));
    ADD(&log, AT(8, 1), CHECKPOINT, checkpoint, .reason = CHECKPOINT_OPENED,
        .upto = 1, .signers = { signers, 2 }, .missing = { &missing, 1 });
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Đến sự kiện số 1, nhật ký được 2/3 thiết "
                                 "bị ký xác nhận.\n- Mã"));
    free(text);
    ADD(&log, AT(8, 2), RESTORED, restored, .from = 3, .lost_seq = 9,
        .act = act_of("m1"), .second = act_of("m3"));
    ADD(&log, AT(8, 3), CHECKPOINT, checkpoint, .reason = CHECKPOINT_PERIODIC,
        .upto = 3, .signers = { signers, 1 }, .missing = { &missing, 1 });
    text = render(&log, MINUTES_ENGLISH);
    assert_non_null(strstr(text, "- 08:02: The server lost the events from 3 "
                                 "on; chair and minute-taker signed"));
    assert_non_null(strstr(text, "- Up to event 3 the log was confirmed by the "
                                 "signatures of 1 of 2 devices.\n  This "
                                 "confirmation is not complete"));
    free(text);
    release(&log);
}

static void assert_refused(const struct log *log)
{
    const struct minutes_source source = { .events = log->events,
                                           .event_count = log->event_count,
                                           .openings = log->openings,
                                           .opening_count =
                                               log->opening_count };
    char *text = NULL;
    size_t size = 17;

    assert_int_equal(
        minutes_text_render(&source, MINUTES_VIETNAMESE, &text, &size),
        RESULT_CORRUPT);
    assert_null(text);
    assert_int_equal(size, 17);
}

static void what_is_not_a_meetings_log_is_refused(void **state)
{
    struct log log = { 0 };
    struct minutes_event second;

    (void)state;
    assert_refused(&log);
    hold(&log);
    second = log.events[1];
    log.events[1] = log.events[2];
    assert_refused(&log);
    log.events[1] = (struct minutes_event){ second.bytes, second.size - 1 };
    assert_refused(&log);
    log.events[1] = second;
    free(render(&log, MINUTES_ENGLISH));
    release(&log);
}

static void a_meeting_that_was_called_to_no_place_has_none(void **state)
{
    struct log log = { 0 };
    char *text;

    (void)state;
    begin_at(&log, "Asia/Ho_Chi_Minh", "", "Hội trường");
    text = render(&log, MINUTES_VIETNAMESE);
    assert_null(strstr(text, "Địa điểm"));
    assert_non_null(strstr(text, "- Hình thức: "));
    free(text);
    release(&log);
}

static void a_site_that_is_called_one_is_not_called_so_twice(void **state)
{
    struct log log = { 0 };
    char *text;

    (void)state;
    begin_at(&log, "Asia/Ho_Chi_Minh", "", "Điểm cầu thôn Mẫu");
    connect(&log, AT(7, 50), "m1", 1);
    come(&log, AT(7, 50), "m1");
    tick(&log, AT(7, 55), "m6", "s1", "m3");
    text = render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "tại điểm cầu thôn Mẫu"));
    assert_null(strstr(text, "điểm cầu Điểm cầu"));
    free(text);
    release(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meeting_that_was_called_to_no_place_has_none),
        cmocka_unit_test(a_site_that_is_called_one_is_not_called_so_twice),
        cmocka_unit_test(a_whole_meeting_is_told_in_vietnamese),
        cmocka_unit_test(
            a_meeting_under_way_is_told_in_english_and_another_zone),
        cmocka_unit_test(a_text_without_its_opening_is_told_as_withheld),
        cmocka_unit_test(
            the_facts_have_the_sentences_of_the_minutes_in_their_place),
        cmocka_unit_test(
            minutes_json_is_the_same_whatever_was_recorded_afterwards),
        cmocka_unit_test(minutes_json_lacks_what_is_not_for_all),
        cmocka_unit_test(the_templates_find_their_facts),
        cmocka_unit_test(a_new_name_and_another_day_are_told),
        cmocka_unit_test(an_hour_that_comes_twice_is_told_with_its_offset),
        cmocka_unit_test(the_score_sheet_is_told_beside_the_numbers_of_the_log),
        cmocka_unit_test(posting_is_told_by_the_clock_of_the_meeting),
        cmocka_unit_test(a_meeting_that_has_not_begun_is_told_as_planned),
        cmocka_unit_test(who_confirmed_the_log_and_what_was_lost_is_told),
        cmocka_unit_test(what_is_not_a_meetings_log_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
