#include "protocol/document/minutes_text.h"

#include "tests/support/minutes_log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The head is a hash of the log: the expected end has %s in its place. */
static void assert_minutes(const struct minutes_log *log,
                           enum minutes_language language,
                           const char *beginning, const char *middle,
                           const char *end)
{
    char head[HEX_SIZE(HASH_SIZE)];
    char *text = minutes_log_render(log, language);
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
    struct minutes_log log = { 0 };

    (void)state;
    minutes_log_hold(&log);
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
    minutes_log_release(&log);
}

static void
a_meeting_under_way_is_told_in_english_and_another_zone(void **state)
{
    struct minutes_log log = { 0 };

    (void)state;
    minutes_log_begin_in(&log, "Europe/Berlin");
    minutes_log_connect(&log, MINUTES_AT(7, 50), "m1", 1);
    minutes_log_come(&log, MINUTES_AT(7, 50), "m1");
    MINUTES_ADD(&log, MINUTES_AT(8, 0), OPENED, opened,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, MINUTES_AT(8, 1), ITEM_STARTED, item_started,
                .item = minutes_log_id("a2"), .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, MINUTES_AT(8, 2), FLOOR_GIVEN, floor_given,
                .member = minutes_log_id("m1"), .by = minutes_log_id("m1"));
    MINUTES_ADD(&log, MINUTES_AT(8, 2), DOCUMENT_ATTACHED, document_attached,
                .document = minutes_log_id("d1"), .item = minutes_log_id("a1"),
                .type = DOCUMENT_PDF, .size = 9,
                .name = minutes_log_sealed("Dự thảo"),
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, MINUTES_AT(8, 2), DOCUMENT_SHOWN, document_shown,
                .document = minutes_log_id("d1"),
                .member = minutes_log_id("m1"), .act = minutes_log_act("m1"));
    minutes_log_start_vote(&log, MINUTES_AT(8, 3), "v1", "",
                           "Thông qua chương trình");
    minutes_log_cast(&log, MINUTES_AT(8, 3), "v1", "m1", CHOICE_YES);
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
    minutes_log_release(&log);
}

static void a_text_without_its_opening_is_told_as_withheld(void **state)
{
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_hold(&log);
    minutes_log_withhold(&log, "reason");
    minutes_log_withhold(&log, "roster.7.name");
    minutes_log_withhold(&log, "text");
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(
        text, "    - Đồng chí (không công bố): có lý do: (không công bố).\n"));
    assert_non_null(strstr(text, "giây):\n     (không công bố)\n"));
    assert_null(strstr(text, "đi công tác"));
    assert_null(strstr(text, "Kết luận"));
    free(text);
    minutes_log_release(&log);
}

static void a_new_name_and_another_day_are_told(void **state)
{
    struct minutes_log log = { 0 };
    struct roster_device device = { .device = minutes_log_key("m1"),
                                    .label = minutes_log_sealed("máy") };
    struct roster_person row = { .member = minutes_log_id("m1"),
                                 .category = CATEGORY_OFFICIAL,
                                 .office = OFFICE_CELL_LEADER,
                                 .name =
                                     minutes_log_sealed("Đảng viên Mẫu Một"),
                                 .devices = { &device, 1 } };
    char *text;

    (void)state;
    minutes_log_begin_in(&log, "Asia/Ho_Chi_Minh");
    MINUTES_ADD(&log, MINUTES_AT(8, 0), OPENED, opened,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, MINUTES_AT(9, 0), ROSTER_CHANGED, roster_changed,
                .register_seq = 1, .roster = { &row, 1 });
    MINUTES_ADD(&log, MINUTES_AT(9, 0), ADJOURNED, adjourned,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, MINUTES_AT(24 + 7, 30), RESUMED, resumed,
                .act = minutes_log_act("m1"));
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_non_null(
        strstr(text, "Chủ trì: đồng chí Đảng viên Mẫu Một, bí thư.\n"));
    assert_non_null(strstr(text, "- 09:00: Tạm nghỉ.\n"
                                 "- 07:30 ngày 06/02/2026: Họp tiếp.\n"));
    free(text);
    minutes_log_release(&log);
}

/* 25/10/2026, 00:00 UTC: an hour before the clocks of Berlin go back. */
#define SET_BACK(hour, minute)                                                 \
    (INT64_C(1792886400000) + ((hour)*INT64_C(60) + (minute)) * 60 * 1000)

static void an_hour_that_comes_twice_is_told_with_its_offset(void **state)
{
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_begin_in(&log, "Europe/Berlin");
    MINUTES_ADD(&log, SET_BACK(-1, 0), OPENED, opened,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, SET_BACK(-1, 58), ADJOURNED, adjourned,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, SET_BACK(0, 0), RESUMED, resumed,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, SET_BACK(0, 30), ADJOURNED, adjourned,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, SET_BACK(1, 30), RESUMED, resumed,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, SET_BACK(1, 59), ADJOURNED, adjourned,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, SET_BACK(2, 0), RESUMED, resumed,
                .act = minutes_log_act("m1"));
    text = minutes_log_render(&log, MINUTES_ENGLISH);
    assert_non_null(strstr(text, "- 01:00: Opened.\n"
                                 "- 01:58: Adjourned.\n"
                                 "- 02:00 (UTC+2): Resumed.\n"
                                 "- 02:30 (UTC+2): Adjourned.\n"
                                 "- 02:30 (UTC+1): Resumed.\n"
                                 "- 02:59 (UTC+1): Adjourned.\n"
                                 "- 03:00: Resumed.\n"));
    free(text);
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- 02:30 (UTC+2): Tạm nghỉ.\n"
                                 "- 02:30 (UTC+1): Họp tiếp.\n"));
    free(text);
    minutes_log_release(&log);
}

static void complete_score(struct minutes_log *log, int64_t at_ms)
{
    struct meeting_score_facts facts;

    meeting_score_facts_of(log->state, at_ms, &facts);
    MINUTES_ADD(
        log, at_ms, SCORE_COMPLETED, score_completed, .time = 1,
        .attendance = 1, .preparation = 8, .conduct = 36, .principles = 5,
        .results = 25, .closing = 5, .note = minutes_log_sealed("Nghiêm túc."),
        .total = 81, .grade = GRADE_FAIR, .minutes = facts.minutes,
        .minutes_min = 90, .summoned = facts.summoned, .present = facts.present,
        .unexcused = facts.unexcused, .speakers = facts.speakers,
        .tasks = facts.tasks, .tasks_done = facts.tasks_done,
        .proposed_time = 1, .proposed_attendance = 1, .proposed_speakers = 2,
        .posting = (int)facts.posting,
        .posting_due_ms = (uint64_t)facts.posting_due_ms,
        .posting_done_ms = (uint64_t)facts.posting_done_ms,
        .act = minutes_log_act("m3"));
}

static void the_score_sheet_is_told_beside_the_numbers_of_the_log(void **state)
{
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_begin_in(&log, "Asia/Ho_Chi_Minh");
    minutes_log_assemble(&log);
    minutes_log_discuss(&log);
    complete_score(&log, MINUTES_AT(8, 30));
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
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
    minutes_log_release(&log);
}

/* A meeting was closed on 24/10/2026 at 20:30 in Berlin; two days later, to the
 * hour, clocks show an hour less. */
static void carry_posting(struct minutes_log *log)
{
    struct carried_task task = { .task = minutes_log_id("t1"),
                                 .from = minutes_log_id("t1"),
                                 .due_ms = (uint64_t)SET_BACK(42, 30),
                                 .ground = TASK_POSTING,
                                 .result = TASK_OPEN,
                                 .text = minutes_log_sealed("") };

    minutes_log_begin_in(log, "Europe/Berlin");
    MINUTES_ADD(log, SET_BACK(40, 0), CARRIED_OVER, carried_over,
                .meeting = minutes_log_id("m.0"), .tasks = { &task, 1 });
    MINUTES_ADD(log, SET_BACK(41, 0), OPENED, opened,
                .act = minutes_log_act("m1"));
}

static void report_posting(struct minutes_log *log, int64_t at_ms)
{
    MINUTES_ADD(log, at_ms, TASK_REPORTED, task_reported,
                .task = minutes_log_id("t1"), .by = minutes_log_id("m3"),
                .result = TASK_DONE, .text = minutes_log_sealed(""),
                .act = minutes_log_act("m3"));
}

static void posting_is_told_by_the_clock_of_the_meeting(void **state)
{
    struct minutes_log open = { 0 }, done = { 0 }, late = { 0 };
    char *text;

    (void)state;
    carry_posting(&open);
    complete_score(&open, SET_BACK(43, 0));
    text = minutes_log_render(&open, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Đăng tải kết quả kỳ trước: hạn 19:30, chưa "
                                 "báo hoàn thành.\n"));
    free(text);
    carry_posting(&done);
    report_posting(&done, SET_BACK(42, 30));
    complete_score(&done, SET_BACK(43, 0));
    text = minutes_log_render(&done, MINUTES_ENGLISH);
    assert_non_null(strstr(text,
                           "- Posting of the results of the meeting before: "
                           "due 19:30, reported done 19:30\n  (in time).\n"));
    free(text);
    carry_posting(&late);
    report_posting(&late, SET_BACK(42, 31));
    complete_score(&late, SET_BACK(43, 0));
    text = minutes_log_render(&late, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Đăng tải kết quả kỳ trước: hạn 19:30, báo "
                                 "hoàn thành 19:31 (quá hạn).\n"));
    free(text);
    minutes_log_release(&open);
    minutes_log_release(&done);
    minutes_log_release(&late);
}

static void a_meeting_that_has_not_begun_is_told_as_planned(void **state)
{
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_begin_in(&log, "Asia/Ho_Chi_Minh");
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Thời gian: dự kiến 08 giờ 00, ngày "
                                 "05/02/2026; chưa khai mạc.\n"));
    assert_non_null(strstr(text, "II. DIỄN BIẾN\n(chưa có)\n"));
    free(text);
    minutes_log_release(&log);
}

static void who_confirmed_the_log_and_what_was_lost_is_told(void **state)
{
    struct checkpoint_signer signers[] = {
        { .holder = minutes_log_id("m1"),
          .device = minutes_log_key("m1"),
          .role = CHECKPOINT_CHAIR },
        { .holder = minutes_log_id("m3"),
          .device = minutes_log_key("m3"),
          .role = CHECKPOINT_MINUTE_TAKER },
    };
    struct checkpoint_missing missing = { .holder = minutes_log_id("m4"),
                                          .device = minutes_log_key("m4") };
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_begin_in(&log, "Asia/Ho_Chi_Minh");
    MINUTES_ADD(&log, MINUTES_AT(8, 0), OPENED, opened,
                .act = minutes_log_act("m1"));
    MINUTES_ADD(&log, MINUTES_AT(8, 1), CHECKPOINT, checkpoint,
                .reason = CHECKPOINT_OPENED, .upto = 1,
                .signers = { signers, 2 }, .missing = { &missing, 1 });
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "- Đến sự kiện số 1, nhật ký được 2/3 thiết "
                                 "bị ký xác nhận.\n- Mã"));
    free(text);
    MINUTES_ADD(&log, MINUTES_AT(8, 2), RESTORED, restored, .from = 3,
                .lost_seq = 9, .act = minutes_log_act("m1"),
                .second = minutes_log_act("m3"));
    MINUTES_ADD(&log, MINUTES_AT(8, 3), CHECKPOINT, checkpoint,
                .reason = CHECKPOINT_PERIODIC, .upto = 3,
                .signers = { signers, 1 }, .missing = { &missing, 1 });
    text = minutes_log_render(&log, MINUTES_ENGLISH);
    assert_non_null(strstr(text, "- 08:02: The server lost the events from 3 "
                                 "on; chair and minute-taker signed"));
    assert_non_null(strstr(text, "- Up to event 3 the log was confirmed by the "
                                 "signatures of 1 of 2 devices.\n  This "
                                 "confirmation is not complete"));
    free(text);
    minutes_log_release(&log);
}

static void assert_refused(const struct minutes_log *log)
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
    struct minutes_log log = { 0 };
    struct minutes_event second;

    (void)state;
    assert_refused(&log);
    minutes_log_hold(&log);
    second = log.events[1];
    log.events[1] = log.events[2];
    assert_refused(&log);
    log.events[1] = (struct minutes_event){ second.bytes, second.size - 1 };
    assert_refused(&log);
    log.events[1] = second;
    free(minutes_log_render(&log, MINUTES_ENGLISH));
    minutes_log_release(&log);
}

static void a_meeting_that_was_called_to_no_place_has_none(void **state)
{
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_begin_at(&log, "Asia/Ho_Chi_Minh", "", "Hội trường");
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_null(strstr(text, "Địa điểm"));
    assert_non_null(strstr(text, "- Hình thức: "));
    free(text);
    minutes_log_release(&log);
}

static void a_site_that_is_called_one_is_not_called_so_twice(void **state)
{
    struct minutes_log log = { 0 };
    char *text;

    (void)state;
    minutes_log_begin_at(&log, "Asia/Ho_Chi_Minh", "", "Điểm cầu thôn Mẫu");
    minutes_log_connect(&log, MINUTES_AT(7, 50), "m1", 1);
    minutes_log_come(&log, MINUTES_AT(7, 50), "m1");
    minutes_log_tick(&log, MINUTES_AT(7, 55), "m6", "s1", "m3");
    text = minutes_log_render(&log, MINUTES_VIETNAMESE);
    assert_non_null(strstr(text, "tại điểm cầu thôn Mẫu"));
    assert_null(strstr(text, "điểm cầu Điểm cầu"));
    free(text);
    minutes_log_release(&log);
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
