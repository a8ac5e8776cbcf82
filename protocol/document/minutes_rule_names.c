/* Rules by name, in the order of rule_id.h. */
#include "protocol/document/minutes_rule_names.h"

/* The first form of documents that names rules. */
enum { FORM_WITH_NAMES = 4 };

/* A row a rule. */
/* clang-format off */
/* Vietnamese, English */
static const char *const names[rule_id_count_][2] = {
    [RULE_ID_GRACE] = { "“chờ kết nối lại”", "“waiting for lost connections”" },
    [RULE_ID_FLOOR_LIMIT] = { "“thời gian phát biểu”", "“speaking time”" },
    [RULE_ID_ORDINARY_MOTION] = { "“biểu quyết thông thường”", "“ordinary votes”" },
    [RULE_ID_DENOMINATOR] = { "“số người được tính”", "“who is counted”" },
    [RULE_ID_CHECKPOINT] = { "“ký xác nhận nhật ký”", "“signing of the log”" },
    [RULE_ID_BALLOT] = { "“bỏ phiếu kín trên thiết bị”", "“secret ballots by devices”" },
    [RULE_ID_CATEGORY_OFFICIAL] = { "“quyền của đảng viên chính thức”", "“rights of official members”" },
    [RULE_ID_CATEGORY_PROBATIONARY] = { "“quyền của đảng viên dự bị”", "“rights of probationary members”" },
    [RULE_ID_CATEGORY_EXEMPT] = { "“quyền của đảng viên được miễn sinh hoạt”", "“rights of exempt members”" },
    [RULE_ID_CATEGORY_TEMP_AWAY] = { "“quyền của đảng viên sinh hoạt tạm thời nơi khác”", "“rights of members away for a time”" },
    [RULE_ID_CATEGORY_TEMP_HERE] = { "“quyền của đảng viên sinh hoạt tạm thời tại chi bộ”", "“rights of members here for a time”" },
    [RULE_ID_CATEGORY_SUSPENDED] = { "“quyền của đảng viên bị đình chỉ sinh hoạt”", "“rights of suspended members”" },
    [RULE_ID_CATEGORY_UPPER_DELEGATE] = { "“quyền của đại diện cấp trên”", "“rights of delegates of the upper level”" },
    [RULE_ID_CATEGORY_GUEST] = { "“quyền của khách mời”", "“rights of guests”" },
    [RULE_ID_CATEGORY_TECHNICIAN] = { "“quyền của người phụ trách kỹ thuật”", "“rights of technicians”" },
    [RULE_ID_DENOMINATOR_MEETING] = { "“số người được tính tại cuộc họp”", "“who is counted at meetings”" },
    [RULE_ID_DENOMINATOR_CONGRESS] = { "“số người được tính khi bầu cử tại đại hội”", "“who is counted in elections of a congress”" },
    [RULE_ID_DENOMINATOR_COMMITTEE] = { "“số người được tính khi họp cấp ủy”", "“who is counted at meetings of the committee”" },
    [RULE_ID_ROLL_CALL] = { "“điểm danh lại trước khi biểu quyết”", "“roll call before votes”" },
    [RULE_ID_ELIGIBILITY] = { "“điều kiện họp trực tuyến”", "“conditions for meeting online”" },
    [RULE_ID_DECLARATION] = { "“tuyên bố nội dung không có bí mật nhà nước”", "“declaration that nothing is a state secret”" },
    [RULE_ID_PUNCTUALITY] = { "“đến muộn, về sớm”", "“coming late and leaving early”" },
    [RULE_ID_THRESHOLD_RESOLUTION] = { "“số phiếu cần để thông qua nghị quyết, kết luận”", "“votes needed for resolutions”" },
    [RULE_ID_THRESHOLD_AGENDA] = { "“số phiếu cần để thông qua chương trình”", "“votes needed for the agenda”" },
    [RULE_ID_THRESHOLD_MINUTES] = { "“số phiếu cần để thông qua biên bản”", "“votes needed for minutes”" },
    [RULE_ID_THRESHOLD_PROCEDURE] = { "“số phiếu cần về thủ tục, cách điều hành”", "“votes needed on procedure”" },
    [RULE_ID_THRESHOLD_ADMISSION] = { "“số phiếu cần để kết nạp đảng viên”", "“votes needed for admissions”" },
    [RULE_ID_THRESHOLD_RECOGNITION] = { "“số phiếu cần để công nhận đảng viên chính thức”", "“votes needed for recognitions”" },
    [RULE_ID_THRESHOLD_RATING] = { "“số phiếu cần để xếp loại chất lượng”", "“votes needed for ratings”" },
    [RULE_ID_THRESHOLD_STRAW] = { "“số phiếu cần để giới thiệu nhân sự”", "“votes needed in straw polls”" },
    [RULE_ID_THRESHOLD_ELECTION] = { "“số phiếu cần để trúng cử”", "“votes needed to be elected”" },
    [RULE_ID_THRESHOLD_REPRIMAND] = { "“số phiếu cần để khiển trách”", "“votes needed for a reprimand”" },
    [RULE_ID_THRESHOLD_WARNING] = { "“số phiếu cần để cảnh cáo”", "“votes needed for a warning”" },
    [RULE_ID_THRESHOLD_REMOVAL] = { "“số phiếu cần để cách chức”", "“votes needed for removal from a post”" },
    [RULE_ID_THRESHOLD_EXPULSION] = { "“số phiếu cần để khai trừ”", "“votes needed for expulsion”" },
    [RULE_ID_FORM_RESOLUTION] = { "“hình thức biểu quyết nghị quyết, kết luận”", "“form of votes on resolutions”" },
    [RULE_ID_FORM_AGENDA] = { "“hình thức biểu quyết chương trình”", "“form of votes on the agenda”" },
    [RULE_ID_FORM_MINUTES] = { "“hình thức biểu quyết biên bản”", "“form of votes on minutes”" },
    [RULE_ID_FORM_PROCEDURE] = { "“hình thức biểu quyết thủ tục, cách điều hành”", "“form of votes on procedure”" },
    [RULE_ID_FORM_ADMISSION] = { "“hình thức biểu quyết kết nạp đảng viên”", "“form of votes on admissions”" },
    [RULE_ID_FORM_RECOGNITION] = { "“hình thức biểu quyết công nhận đảng viên chính thức”", "“form of votes on recognitions”" },
    [RULE_ID_FORM_DISCIPLINE] = { "“hình thức biểu quyết kỷ luật”", "“form of votes on discipline”" },
    [RULE_ID_FORM_CONFIDENCE] = { "“hình thức lấy phiếu tín nhiệm”", "“form of votes of confidence”" },
    [RULE_ID_FORM_RATING] = { "“hình thức biểu quyết xếp loại chất lượng”", "“form of votes on ratings”" },
    [RULE_ID_FORM_STRAW] = { "“hình thức giới thiệu nhân sự”", "“form of straw polls”" },
    [RULE_ID_FORM_ELECTION] = { "“hình thức bầu cử”", "“form of elections”" },
    [RULE_ID_REMOTE] = { "“biểu quyết từ xa”", "“remote votes”" },
    [RULE_ID_QUORUM_MEETING] = { "“số người phải có mặt tại cuộc họp”", "“quorum of meetings”" },
    [RULE_ID_QUORUM_CONGRESS] = { "“số người phải có mặt tại đại hội”", "“quorum of congresses”" },
    [RULE_ID_QUORUM_COMMITTEE] = { "“số người phải có mặt khi họp cấp ủy”", "“quorum of the committee”" },
    [RULE_ID_QUORUM_CONFIDENCE] = { "“số người phải có mặt khi lấy phiếu tín nhiệm”", "“quorum of votes of confidence”" },
    [RULE_ID_VALIDITY_LIST_SURPLUS] = { "“phiếu bầu có số dư hợp lệ”", "“valid ballots with more names than seats”" },
    [RULE_ID_VALIDITY_LIST_NO_SURPLUS] = { "“phiếu bầu không có số dư hợp lệ”", "“valid ballots with as many names as seats”" },
    [RULE_ID_VALIDITY_SINGLE] = { "“phiếu bầu một người hợp lệ”", "“valid ballots with one name”" },
    [RULE_ID_VALIDITY_ONE_OF] = { "“phiếu chọn một trong nhiều hình thức hợp lệ”", "“valid ballots with one mark”" },
    [RULE_ID_VALIDITY_LEVELS] = { "“phiếu ghi mức của từng người hợp lệ”", "“valid ballots with levels”" },
    [RULE_ID_DISCIPLINE] = { "“kỷ luật”", "“discipline”" },
    [RULE_ID_CONFIDENCE] = { "“lấy phiếu tín nhiệm”", "“votes of confidence”" },
    [RULE_ID_RATING] = { "“xếp loại chất lượng”", "“ratings”" },
    [RULE_ID_ELECTION_SURPLUS] = { "“số dư trong bầu cử”", "“more names than seats in elections”" },
    [RULE_ID_ELECTION_OUTSIDE] = { "“đề cử ngoài danh sách”", "“nominees from outside the list”" },
    [RULE_ID_ELECTION_SECOND_ROUND] = { "“bầu lại khi bằng phiếu”", "“second round of elections”" },
    [RULE_ID_ELECTION_COMMITTEE] = { "“số đảng viên để bầu cấp ủy”", "“members needed to elect a committee”" },
    [RULE_ID_LENGTH] = { "“thời gian sinh hoạt”", "“length of meetings”" },
    [RULE_ID_PARTY_GROUPS] = { "“sinh hoạt theo tổ đảng”", "“meeting by party groups”" },
    [RULE_ID_DEADLINE_RECOGNITION] = { "“thời hạn xét công nhận đảng viên chính thức”", "“deadline of recognitions”" },
    [RULE_ID_DEADLINE_HOLIDAYS] = { "“ngày nghỉ”", "“days without work”" },
    [RULE_ID_DEADLINE_DOCUMENTS] = { "“thời hạn gửi tài liệu”", "“deadline of documents”" },
    [RULE_ID_DEADLINE_POSTING] = { "“thời hạn đăng tài liệu, biên bản”", "“deadline of posting”" },
    [RULE_ID_DEADLINE_ABSENCE] = { "“bỏ sinh hoạt không có lý do”", "“absence without reason”" },
    [RULE_ID_SCORE_SHEET] = { "“bảng chấm điểm sinh hoạt”", "“score sheet”" },
    [RULE_ID_FLOOR] = { "“báo sắp hết giờ phát biểu”", "“warning before a speaking time ends”" },
    [RULE_ID_RECORDING] = { "“ghi âm cuộc họp”", "“recording of the meeting”" },
    [RULE_ID_AGENDA_CHANGES] = { "“thay đổi chương trình”", "“changes of the agenda”" },
    [RULE_ID_AGENDA_DOCUMENTS] = { "“tài liệu kèm theo chương trình”", "“documents of the agenda”" },
    [RULE_ID_AGENDA_WARNING] = { "“báo sắp hết giờ của nội dung”", "“warning before an item's time ends”" },
};
/* clang-format on */

const char *minutes_rule_name(const struct minutes_writing *writing,
                              enum rule_id rule)
{
    if (rule == rule_id_none_)
        return "";
    if (!minutes_has_form(writing, FORM_WITH_NAMES))
        return rule_id_place(rule).data;
    return names[rule][writing->language == MINUTES_VIETNAMESE ? 0 : 1];
}
