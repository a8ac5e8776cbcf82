/* What the minutes say, in both languages; the same %-fields in each. */
#ifndef SERVER_DOCUMENT_MINUTES_PHRASES_H
#define SERVER_DOCUMENT_MINUTES_PHRASES_H

#include "server/document/minutes_text.h"

/* X(identifier, Vietnamese, English) */
#define MINUTES_PHRASES(X)                                                                              \
    X(PARTY, "ĐẢNG CỘNG SẢN VIỆT NAM", "COMMUNIST PARTY OF VIET NAM")                                   \
    X(HEADING, "BIÊN BẢN", "MINUTES")                                                                   \
    X(KIND_REGULAR, "Sinh hoạt chi bộ định kỳ", "Regular cell meeting")                                 \
    X(KIND_THEMATIC, "Sinh hoạt chi bộ chuyên đề", "Thematic cell meeting")                             \
    X(KIND_EXTRAORDINARY, "Sinh hoạt chi bộ bất thường",                                                \
      "Extraordinary cell meeting")                                                                     \
    X(KIND_MEMBERS, "Hội nghị đảng viên", "Members' meeting")                                           \
    X(KIND_CONGRESS, "Đại hội chi bộ", "Cell congress")                                                 \
    X(TIME, "- Thời gian: bắt đầu %s", "- Time: opened %s")                                             \
    X(TIME_END, "; kết thúc %s\n", "; closed %s\n")                                                     \
    X(TIME_OPEN, "; chưa kết thúc\n", "; not closed yet\n")                                             \
    X(NOT_OPENED, "chưa khai mạc", "not opened yet")                                                    \
    X(PLACE, "- Địa điểm: %s\n", "- Place: %s\n")                                                       \
    X(FORM, "- Hình thức: %s\n", "- Form: %s\n")                                                        \
    X(FORM_IN_PERSON, "trực tiếp", "in person")                                                         \
    X(FORM_ONLINE, "trực tuyến", "online")                                                              \
    X(FORM_HYBRID, "trực tiếp kết hợp trực tuyến", "in person and online")                              \
    X(SITE, "- Điểm cầu: %s: %llu đồng chí; phụ trách: đồng chí %s\n",                                  \
      "- Site: %s: %llu members; keeper: comrade %s\n")                                                 \
    X(ATTENDANCE, "- Thành phần:\n", "- Attendance:\n")                                                 \
    X(TOTAL,                                                                                            \
      "  + Tổng số đảng viên: %llu (chính thức %llu, dự bị %llu); miễn công "         \
      "tác, sinh hoạt đảng: %llu\n",                                                                    \
      "  + Members: %llu (official %llu, probationary %llu); exempt: %llu\n")                           \
    X(PRESENT,                                                                                          \
      "  + Có mặt: %llu (chính thức %llu, dự bị %llu): trực tiếp %llu, tại "            \
      "điểm cầu %llu, trực tuyến %llu\n",                                                               \
      "  + Present: %llu (official %llu, probationary %llu): in person %llu, "                          \
      "at sites %llu, online %llu\n")                                                                   \
    X(ABSENT, "  + Vắng mặt: %llu\n", "  + Absent: %llu\n")                                             \
    X(ABSENT_EXCUSED, "    %s: có lý do (%s)\n", "    %s: excused (%s)\n")                              \
    X(ABSENT_UNEXCUSED, "    %s: không lý do\n", "    %s: unexcused\n")                                 \
    X(ABSENT_UNNOTED, "    %s: chưa ghi lý do\n", "    %s: no reason noted\n")                          \
    X(OTHERS, "  + Đại biểu, khách mời: %s\n", "  + Delegates, guests: %s\n")                           \
    X(CHAIR, "  + Chủ trì: %s.\n", "  + Chair: %s.\n")                                                  \
    X(MINUTE_TAKER, "  + Thư ký: %s.\n", "  + Minute-taker: %s.\n")                                     \
    X(COMRADE, "đồng chí %s", "comrade %s")                                                             \
    X(CONTENT, "\nI. NỘI DUNG\n", "\nI. PROCEEDINGS\n")                                                 \
    X(ITEM, "\n%llu. %s (%s)\n", "\n%llu. %s (%s)\n")                                                   \
    X(ENTRY, "   %s\n", "   %s\n")                                                                      \
    X(OPENED, "   [%s] Khai mạc.\n", "   [%s] Opened.\n")                                               \
    X(ADJOURNED, "   [%s] Tạm nghỉ.\n", "   [%s] Adjourned.\n")                                         \
    X(RESUMED, "   [%s] Tiếp tục.\n", "   [%s] Resumed.\n")                                             \
    X(CAME, "   [%s] %s vào họp (%s).\n", "   [%s] %s came (%s).\n")                                    \
    X(WENT, "   [%s] %s rời cuộc họp.\n", "   [%s] %s left.\n")                                         \
    X(LINE_LOST, "   [%s] %s mất kết nối.\n",                                                           \
      "   [%s] %s lost the connection.\n")                                                              \
    X(CHAIR_TAKEN, "   [%s] %s điều hành cuộc họp.\n",                                                  \
      "   [%s] %s takes the chair.\n")                                                                  \
    X(MINUTES_TAKEN, "   [%s] %s nhận nhiệm vụ thư ký.\n",                                              \
      "   [%s] %s takes the minutes.\n")                                                                \
    X(ROLL,                                                                                             \
      "   [%s] Điểm danh: có mặt %llu/%llu chính thức, %llu/%llu dự bị.\n",                             \
      "   [%s] Roll: %llu of %llu official, %llu of %llu probationary "                                 \
      "present.\n")                                                                                     \
    X(SPOKE, "   [%s] %s phát biểu (%s).\n", "   [%s] %s spoke (%s).\n")                                \
    X(DURATION, "%llu phút %02llu giây", "%llu min %02llu s")                                           \
    X(RECORDING_ON, "   [%s] Chủ trì cho phép ghi âm.\n",                                               \
      "   [%s] The chair allows recording.\n")                                                          \
    X(RECORDING_OFF, "   [%s] Chủ trì không cho ghi âm nữa.\n",                                         \
      "   [%s] The chair no longer allows recording.\n")                                                \
    X(RESTARTED, "   [%s] Máy chủ khởi động lại; kết nối bị gián đoạn.\n",                              \
      "   [%s] The server restarted; connections were cut.\n")                                          \
    X(DOCUMENT, "   [%s] Tài liệu kèm theo: %s.\n",                                                     \
      "   [%s] Document attached: %s.\n")                                                               \
    X(MOTION, "   [%s] Biểu quyết (giơ tay): %s\n",                                                     \
      "   [%s] Vote by show of hands: %s\n")                                                            \
    X(HALL,                                                                                             \
      "      %s, do %s nhập: tán thành %llu, không tán thành %llu, ý kiến "                   \
      "khác %llu, không biểu quyết %llu (trong %llu đồng chí)\n",                                       \
      "      %s, entered by %s: yes %llu, no %llu, other %llu, abstain %llu "                           \
      "(of %llu)\n")                                                                                    \
    X(HALL_OWN, "Tại hội trường", "In the hall")                                                        \
    X(RESULT,                                                                                           \
      "      Kết quả: tán thành %llu/%llu (%s), không tán thành %llu, ý kiến "              \
      "khác %llu, không biểu quyết %llu. %s (%s).\n",                                                   \
      "      Result: yes %llu of %llu (%s), no %llu, other opinion %llu, "                              \
      "abstain %llu. %s (%s).\n")                                                                       \
    X(PASSED, "Thông qua", "Carried")                                                                   \
    X(NOT_PASSED, "Không thông qua", "Not carried")                                                     \
    X(VOTE_CANCELLED, "      Huỷ biểu quyết: %s\n", "      Cancelled: %s\n")                            \
    X(CONCLUSION, "\nII. KẾT THÚC\n", "\nII. END\n")                                                    \
    X(CLOSED_AT, "Cuộc họp kết thúc lúc %s.\n", "The meeting closed at %s.\n")                          \
    X(UNVOUCHED,                                                                                        \
      "Thiết bị của đảng viên chưa được xác nhận chéo: chữ ký số chứng minh " \
      "thiết bị, chưa chứng minh người.\n",                                                             \
      "Members' devices are not vouched for: signatures prove the device, "                             \
      "not "                                                                                            \
      "yet the person.\n")                                                                              \
    X(HEAD, "Mã nhật ký cuộc họp (sự kiện %llu): %s\n",                                                 \
      "Head of the meeting's log (event %llu): %s\n")                                                   \
    X(SIGNATURES,                                                                                       \
      "\nNGƯỜI GHI BIÊN BẢN                         CHỦ TRÌ HỘI NGHỊ\n",                                \
      "\nMINUTE-TAKER                               CHAIR\n")                                           \
    X(WITHHELD, "(không công bố)", "(withheld)")                                                        \
    X(MODE_ONLINE, "trực tuyến", "online")                                                              \
    X(MODE_SITE, "tại điểm cầu", "at a site")                                                           \
    X(MODE_IN_PERSON, "trực tiếp", "in person")                                                         \
    X(MODE_VOICE_RELAY, "qua bộ đàm, điện thoại", "by radio or phone")

enum minutes_phrase {
#define MINUTES_PHRASE_ENUM(name, vi, en) PHRASE_##name,
    MINUTES_PHRASES(MINUTES_PHRASE_ENUM)
#undef MINUTES_PHRASE_ENUM
        PHRASE_COUNT
};

#endif
