/*
 * What the minutes say, in both languages; the same %-fields in each. A phrase
 * is a line, or a part of one; its leading spaces are the line's indentation.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_PHRASES_H
#define PROTOCOL_DOCUMENT_MINUTES_PHRASES_H

/* A row a phrase, as it reads. */
/* clang-format off */
/* X(identifier, Vietnamese, English) */
#define MINUTES_PHRASES(X) \
    /* parts */ \
    X(TEXT, "%s", "%s") \
    X(HOUR, "%02d giờ %02d", "%02d:%02d") \
    X(DATE, "%02d/%02d/%04d", "%02d/%02d/%04d") \
    X(PERMISSION, "văn bản số %s, ngày %s, của %s", "document %s of %s, issued by %s") \
    X(OUTSIDE, "Nội dung ngoài chương trình", "Outside the agenda") \
    X(NOT_SIGNED, "Biên bản chưa ký.", "The minutes are not signed.") \
    X(CHECK_CODE, "Mã kiểm tra: %s", "Check code: %s") \
    X(SHOW_OF_HANDS, "giơ tay", "show of hands") \
    X(BLANK, "", "") \
    X(PART, "%.*s", "%.*s") \
    X(NUMBER, "%llu", "%llu") \
    X(TIMES, " × ", " × ") \
    X(CLOCK, "%02d:%02d", "%02d:%02d") \
    X(CLOCK_DATE, "%02d:%02d ngày %02d/%02d/%04d", "%02d:%02d on %02d/%02d/%04d") \
    X(MOMENT, "%02d giờ %02d, ngày %02d/%02d/%04d", "%02d:%02d on %02d/%02d/%04d") \
    X(PERCENT, "%llu,%02llu %%", "%llu.%02llu %%") \
    X(DURATION, "%llu phút %02llu giây", "%llu min %02llu s") \
    X(WITHHELD, "(không công bố)", "(withheld)") \
    X(COMRADE, "đồng chí %s", "comrade %s") \
    X(COMRADE_FIRST, "Đồng chí %s", "Comrade %s") \
    X(COMRADE_OFFICE, "đồng chí %s, %s", "comrade %s, %s") \
    X(OFFICE_LEADER, "bí thư", "cell leader") \
    X(OFFICE_DEPUTY, "phó bí thư", "deputy leader") \
    X(OFFICE_COMMITTEE, "chi ủy viên", "committee member") \
    X(OFFICE_GROUP, "tổ trưởng tổ đảng", "group leader") \
    X(CATEGORY_OFFICIAL, "chính thức", "official") \
    X(CATEGORY_PROBATIONARY, "dự bị", "probationary") \
    X(CATEGORY_EXEMPT, "được miễn công tác, sinh hoạt đảng", "exempt") \
    X(CATEGORY_TEMP_HERE, "sinh hoạt tạm thời", "here for a time") \
    X(CATEGORY_UPPER, "đại biểu cấp trên", "delegate of the upper level") \
    X(CATEGORY_GUEST, "khách mời", "guest") \
    X(MODE_ONLINE, "trực tuyến", "online") \
    X(MODE_SITE, "tại điểm cầu %s", "at the site %s") \
    X(MODE_IN_PERSON, "trực tiếp", "in person") \
    X(MODE_VOICE_RELAY, "qua bộ đàm, điện thoại", "by radio or phone") \
    /* heading */ \
    X(PARTY, "ĐẢNG CỘNG SẢN VIỆT NAM", "COMMUNIST PARTY OF VIET NAM") \
    X(HEADING, "BIÊN BẢN", "MINUTES") \
    X(KIND_REGULAR, "Sinh hoạt chi bộ định kỳ tháng %02d năm %04d", "Regular cell meeting of %02d/%04d") \
    X(KIND_THEMATIC, "Sinh hoạt chi bộ chuyên đề tháng %02d năm %04d", "Thematic cell meeting of %02d/%04d") \
    X(KIND_EXTRAORDINARY, \
      "Sinh hoạt chi bộ bất thường tháng %02d năm %04d", \
      "Extraordinary cell meeting of %02d/%04d") \
    X(KIND_MEMBERS, "Hội nghị đảng viên tháng %02d năm %04d", "Members' meeting of %02d/%04d") \
    X(KIND_CONGRESS, "Đại hội chi bộ tháng %02d năm %04d", "Cell congress of %02d/%04d") \
    X(KIND_COMMITTEE, "Họp chi ủy tháng %02d năm %04d", "Meeting of the cell committee, %02d/%04d") \
    X(KIND_PARTY_GROUP, "Sinh hoạt tổ đảng tháng %02d năm %04d", "Party group meeting of %02d/%04d") \
    X(UNFINISHED, "(Bản ghi dở: cuộc họp chưa kết thúc)", "(As it stands: the meeting is not closed)") \
    X(TIME_PLANNED, "- Thời gian: dự kiến %s; chưa khai mạc.", "- Time: planned for %s; not opened yet.") \
    X(TIME_OPEN, "- Thời gian: bắt đầu %s; chưa kết thúc.", "- Time: opened %s; not closed yet.") \
    X(TIME, "- Thời gian: bắt đầu %s; kết thúc %s.", "- Time: opened %s; closed %s.") \
    X(ZONE, "- Múi giờ: %s.", "- Time zone: %s.") \
    X(PLACE, "- Địa điểm: %s.", "- Place: %s.") \
    X(FORM, "- Hình thức: %s.", "- Form: %s.") \
    X(FORM_IN_PERSON, "trực tiếp", "in person") \
    X(FORM_ONLINE, "trực tuyến", "online") \
    X(FORM_HYBRID, "trực tiếp kết hợp trực tuyến", "in person and online") \
    X(DECLARED, \
      "- Lúc %s, %s tuyên bố: nội dung cuộc họp không có bí mật nhà nước.", \
      "- At %s, %s declared: nothing in this meeting is a state secret.") \
    X(ELIGIBLE, \
      "- Điều kiện họp trực tuyến: %llu/%llu đảng viên không thể dự họp trực tiếp tại một nơi, cần %llu: đạt (quy tắc %s).", \
      "- Condition for meeting online: %llu of %llu members cannot come to one place, %llu needed: met (rule %s).") \
    X(NOT_ELIGIBLE, \
      "- Điều kiện họp trực tuyến: %llu/%llu đảng viên không thể dự họp trực tiếp tại một nơi, cần %llu: không đạt (quy tắc %s).", \
      "- Condition for meeting online: %llu of %llu members cannot come to one place, %llu needed: not met (rule %s).") \
    X(GROUND, "  + %s: %s.", "  + %s: %s.") \
    X(GROUND_ABROAD, "Công tác tại cơ quan ở nước ngoài", "At missions abroad") \
    X(GROUND_PROVINCES, "Cơ quan có trụ sở ở nhiều tỉnh", "In several provinces") \
    X(GROUND_FAR, "Đi làm xa", "Working far away") \
    X(GROUND_SUMMER, "Sinh viên nghỉ hè", "Students on summer holidays") \
    X(GROUND_DUTY, "Làm nhiệm vụ không rời được vị trí", "On duty") \
    X(GROUND_SEA, "Trên biển, đảo", "At sea or on an island") \
    X(GROUND_CIRCUMSTANCES, "Hoàn cảnh đặc biệt", "Special circumstances") \
    X(SITE, "- Điểm cầu: %s, %llu người; phụ trách: %s.", "- Site: %s, %llu people; keeper: %s.") \
    X(SITE_HEADS, \
      "- Điểm cầu: %s, %llu người, trong đó ghi tên %llu; phụ trách: %s.", \
      "- Site: %s, %llu people, %llu of them by name; keeper: %s.") \
    X(SITES_ALL, "- Tổng số: %llu điểm cầu, %llu người.", "- Together: %llu sites, %llu people.") \
    X(HALL_HEADS, "- Tại nơi họp: %llu người.", "- At the meeting's place: %llu people.") \
    X(ATTENDANCE, "- Thành phần:", "- Attendance:") \
    X(TOTAL, \
      "  + Tổng số đảng viên: %llu (chính thức %llu, dự bị %llu); miễn công tác, sinh hoạt đảng: %llu.", \
      "  + Members: %llu (official %llu, probationary %llu); exempt: %llu.") \
    X(TOTAL_COMMITTEE, \
      "  + Tổng số chi ủy viên: %llu (chính thức %llu, dự bị %llu); miễn công tác, sinh hoạt đảng: %llu.", \
      "  + Members of the committee: %llu (official %llu, probationary %llu); exempt: %llu.") \
    X(PRESENT, \
      "  + Có mặt: %llu (chính thức %llu, dự bị %llu): trực tiếp %llu, tại điểm cầu %llu, trực tuyến %llu, qua bộ đàm, điện thoại %llu.", \
      "  + Present: %llu (official %llu, probationary %llu): in person %llu, at sites %llu, online %llu, by radio or phone %llu.") \
    X(ABSENT, \
      "  + Vắng mặt: %llu (chính thức %llu, dự bị %llu): có lý do %llu, không lý do %llu, chưa ghi lý do %llu.", \
      "  + Absent: %llu (official %llu, probationary %llu): excused %llu, unexcused %llu, not noted %llu.") \
    X(NOT_COUNTED, \
      "  + Không tính trong số trên: sinh hoạt tạm thời nơi khác %llu; bị đình chỉ sinh hoạt %llu.", \
      "  + Not among these: living elsewhere for a time %llu; suspended %llu.") \
    X(MATRIX_OFFICIAL, \
      "    - Chính thức: có mặt %llu; vắng có lý do %llu, không lý do %llu, chưa ghi lý do %llu.", \
      "    - Official: present %llu; absent excused %llu, unexcused %llu, not noted %llu.") \
    X(MATRIX_PROBATIONARY, \
      "    - Dự bị: có mặt %llu; vắng có lý do %llu, không lý do %llu, chưa ghi lý do %llu.", \
      "    - Probationary: present %llu; absent excused %llu, unexcused %llu, not noted %llu.") \
    X(LATE_EARLY, "  + Đến muộn: %llu; về sớm: %llu.", "  + Came late: %llu; left early: %llu.") \
    X(ABSENT_THROUGHOUT, \
      "    - Đồng chí %s: vắng mặt suốt đại hội, có lý do được chấp nhận: %s.", \
      "    - Comrade %s: absent from the whole congress, with a reason that was accepted: %s.") \
    X(ABSENT_EXCUSED, "    - Đồng chí %s: có lý do.", "    - Comrade %s: excused.") \
    X(ABSENT_REASON, "    - Đồng chí %s: có lý do: %s.", "    - Comrade %s: excused: %s.") \
    X(ABSENT_UNEXCUSED, "    - Đồng chí %s: không lý do.", "    - Comrade %s: unexcused.") \
    X(ABSENT_UNNOTED, "    - Đồng chí %s: chưa ghi lý do.", "    - Comrade %s: no reason noted.") \
    X(OTHERS, "  + Đại biểu, khách mời và người dự khác:", "  + Delegates, guests and others:") \
    X(OTHER, "    - %s (%s).", "    - %s (%s).") \
    X(CHAIR, "  + Chủ trì: %s.", "  + Chair: %s.") \
    X(CHAIR_SINCE, "  + Chủ trì từ %s: %s.", "  + Chair from %s: %s.") \
    X(CO_CHAIR, "  + Đồng chủ trì: %s.", "  + Co-chair: %s.") \
    X(MODERATOR, "  + Điều hành phát biểu: %s.", "  + Moderator: %s.") \
    X(MINUTE_TAKER, "  + Thư ký: %s.", "  + Minute-taker: %s.") \
    X(MINUTE_TAKER_SINCE, "  + Thư ký từ %s: %s.", "  + Minute-taker from %s: %s.") \
    /* by party groups */ \
    X(GROUPS, \
      "  + Sinh hoạt theo tổ đảng, lần thứ %llu trong năm %llu; chi bộ có %llu đảng viên.", \
      "  + Held by party groups, number %llu in %llu; the cell has %llu members.") \
    X(GROUP, \
      "    - %s: từ %s đến %s; có mặt %llu/%llu chính thức, %llu/%llu dự bị, %llu/%llu được miễn.", \
      "    - %s: from %s to %s; present %llu of %llu official, %llu of %llu probationary, %llu of %llu exempt.") \
    X(GROUP_MISSING, "    - %s: chưa có biên bản.", "    - %s: no record yet.") \
    X(GROUPS_SUM, \
      "  + Cộng các tổ: có mặt %llu/%llu chính thức, %llu/%llu dự bị, %llu/%llu được miễn.", \
      "  + All groups: present %llu of %llu official, %llu of %llu probationary, %llu of %llu exempt.") \
    X(GROUP_DECISION, \
      "   Biểu quyết tại các tổ đảng, tổng hợp lúc %s:", \
      "   Voted on in the party groups, added up at %s:") \
    X(GROUP_RESULT, \
      "     Tán thành %llu/%llu (%s), cần %llu, không tán thành %llu, ý kiến khác %llu, không biểu quyết %llu; %s (%s, quy tắc %s).", \
      "     Yes %llu of %llu (%s), needed %llu, no %llu, other opinion %llu, abstain %llu; %s (%s, rule %s).") \
    X(GROUP_MINUTES, "PHỤ LỤC %llu: %s", "ANNEX %llu: %s") \
    X(GROUP_HEAD, \
      "Nhật ký của tổ kết thúc ở sự kiện số %llu, mã:", \
      "The group's log ends at event %llu with the head:") \
    X(GROUP_OTHER, \
      "(Nhật ký mà máy chủ đang giữ không phải là nhật ký đã tổng hợp; không in biên bản.)", \
      "(The log that the server has is not the one that was gathered; its minutes are not printed.)") \
    /* contents */ \
    X(CONTENT, "I. NỘI DUNG", "I. CONTENTS") \
    X(ITEM, "%llu. %s (%s – %s)", "%llu. %s (%s – %s)") \
    X(ITEM_RUNNING, "%llu. %s (từ %s, chưa kết thúc)", "%llu. %s (from %s, not ended)") \
    X(ITEM_WAITING, "%llu. %s (chưa tiến hành)", "%llu. %s (not dealt with)") \
    X(ITEM_DROPPED, "%llu. %s (bỏ khỏi chương trình lúc %s)", "%llu. %s (taken off the agenda at %s)") \
    X(ITEM_CARRIED, "   Chuyển từ kỳ họp trước.", "   Carried over from the meeting before.") \
    X(ITEM_PRESENTER, "   Người trình bày: %s.", "   Presented by %s.") \
    X(ITEM_PLANNED, "   Thời lượng dự kiến: %llu phút.", "   Planned: %llu min.") \
    X(ITEM_OVERRAN, \
      "   Thời lượng dự kiến: %llu phút; đã quá thời gian.", \
      "   Planned: %llu min; it took longer.") \
    X(ITEM_NONE, "%llu. Nội dung ngoài chương trình", "%llu. Outside the agenda") \
    X(ENTRY, "   %s", "   %s") \
    X(SPOKE, "   - %s phát biểu lúc %s (%s).", "   - %s spoke at %s (%s).") \
    X(SPOKE_OPINION, "   - %s phát biểu lúc %s (%s):", "   - %s spoke at %s (%s):") \
    X(SPEAKING, "   - %s đang phát biểu, từ %s.", "   - %s is speaking, since %s.") \
    X(OPINION, "     %s", "     %s") \
    X(DOCUMENT, "   Tài liệu kèm theo: %s.", "   Document attached: %s.") \
    X(DOCUMENT_READ, \
      "   Tài liệu kèm theo: %s (%llu người xác nhận đã nhận và đọc).", \
      "   Document attached: %s (received and read by %llu).") \
    X(DOCUMENT_SHOWN, \
      "   - %s trình chiếu tài liệu lúc %s: %s.", \
      "   - %s showed a document at %s: %s.") \
    X(COMMENT, "   - %s góp ý lúc %s: %s", "   - %s commented at %s: %s") \
    /* tasks */ \
    X(TASKS_CARRIED, \
      "Kết quả thực hiện nhiệm vụ kỳ họp trước giao:", \
      "Tasks of the meeting before, and their results:") \
    X(TASKS_SET, "Nhiệm vụ được giao:", "Tasks given:") \
    X(TASK, "- %s%s%s: %s.", "- %s%s%s: %s.") \
    X(TASK_WHO, " – %s", " – %s") \
    X(TASK_DUE, ", hạn %s", ", due %s") \
    X(TASK_REPORT, "  %s báo cáo: %s", "  %s reports: %s") \
    X(TASK_OPEN, "chưa báo cáo", "not reported yet") \
    X(TASK_DONE, "đã hoàn thành", "done") \
    X(TASK_PARTLY, "hoàn thành một phần", "partly done") \
    X(TASK_NOT_DONE, "chưa thực hiện", "not done") \
    X(TASK_DROPPED, "không phải thực hiện nữa", "no longer asked for") \
    X(TASK_POSTING, \
      "Đăng tài liệu, biên bản và báo cáo cấp trên", \
      "Post documents and minutes, and report to the upper level") \
    X(TASK_RECOGNITION, \
      "Hoàn tất thủ tục công nhận đảng viên chính thức", \
      "Complete the official recognition of a member") \
    X(MOTION, "   Biểu quyết lúc %s:", "   Vote at %s:") \
    X(MOTION_TEXT, "     “%s”", "     “%s”") \
    X(AUTHORITY, \
      "- Văn bản cho phép biểu quyết từ xa: số %s, ngày %s, của %s.", \
      "- Remote seats vote by document %s of %s, issued by %s.") \
    X(COURSE_QUORUM, \
      "- %s: Có mặt %llu/%llu đồng chí được tính, cần %llu: %s.", \
      "- %s: %llu of %llu that count are present, %llu needed: %s.") \
    X(QUORUM_MET, "đủ", "enough") \
    X(QUORUM_NOT_MET, "chưa đủ", "too few") \
    X(VOTE_VOIDED, \
      "     Biểu quyết không có giá trị từ %s: có mặt %llu/%llu, cần %llu (mục %s của quy tắc %s).", \
      "     Void from %s: %llu of %llu present, %llu needed (%s of the ruleset %s).") \
    X(VOTE_TERMS, \
      "     Về: %s%s. Được tính: %llu đồng chí (%s), trong đó có mặt khi mở biểu quyết: %llu.", \
      "     On: %s%s. Counted: %llu (%s), of whom present when it was opened: %llu.") \
    X(VOTE_SUBJECT, ", %s", ", %s") \
    X(VOTE_TARGET_ITEM, \
      "     Chỉ để chuyển hoặc đưa khỏi chương trình nội dung: %s.", \
      "     Only to move or take off the agenda item: %s.") \
    X(VOTE_TARGET_LIST, "     Chỉ để thông qua danh sách bầu cử %s: %s.", \
      "     Only to take the list of election %s: %s.") \
    X(VOTE_CATEGORY, "%s %llu/%llu", "%s %llu of %llu") \
    X(VOTE_NEED, \
      "     Cần ít nhất %llu phiếu tán thành (mục %s của quy tắc %s).", \
      "     At least %llu votes in favour are needed (%s of the ruleset %s).") \
    X(RULE_SOURCE, "     Căn cứ mục %s: %s%s.", "     Source of %s: %s%s.") \
    X(RULE_UNVERIFIED, \
      " (chưa đối chiếu với văn bản chính thức)", \
      " (not compared with the official text)") \
    X(MATTER_RESOLUTION, "nghị quyết, kết luận", "a resolution or conclusion") \
    X(MATTER_AGENDA, "chương trình", "the agenda") \
    X(MATTER_MINUTES, "biên bản", "the minutes") \
    X(MATTER_PROCEDURE, "thủ tục, cách điều hành", "procedure") \
    X(MATTER_ADMISSION, "kết nạp đảng viên", "an admission") \
    X(MATTER_RECOGNITION, "công nhận đảng viên chính thức", "recognition as a full member") \
    X(MATTER_DISCIPLINE, "kỷ luật", "discipline") \
    X(MATTER_CONFIDENCE, "tín nhiệm", "confidence") \
    X(MATTER_RATING, "xếp loại chất lượng", "a rating") \
    X(MATTER_STRAW, "giới thiệu nhân sự", "a straw poll on persons") \
    X(MATTER_ELECTION, "bầu cử", "an election") \
    X(RESULT, \
      "     Biểu quyết hình thức giơ tay; tán thành %llu/%llu (%s), không tán thành %llu, ý kiến khác %llu, không biểu quyết %llu, không tham gia %llu; %s (%s).", \
      "     By show of hands: yes %llu of %llu (%s), no %llu, other opinion %llu, abstain %llu, not taking part %llu; %s (%s).") \
    X(PASSED, "thông qua", "carried") \
    X(NOT_PASSED, "không thông qua", "not carried") \
    X(TEST_MET, "đạt %s", "met: %s") \
    X(TEST_FAILED, "không đạt %s", "not met: %s") \
    X(MORE_THAN_HALF, \
      "quá nửa trong số %llu đảng viên chính thức", \
      "more than half of %llu official members") \
    X(TWO_THIRDS, \
      "ít nhất hai phần ba trong số %llu đảng viên chính thức", \
      "at least two thirds of %llu official members") \
    X(OWN_VOTES, \
      "     - Qua thiết bị của đảng viên: tán thành %llu, không tán thành %llu, ý kiến khác %llu, không biểu quyết %llu.", \
      "     - By members' own devices: yes %llu, no %llu, other opinion %llu, abstain %llu.") \
    X(HALL_VOTES, \
      "     - %s (%llu đồng chí có quyền biểu quyết): tán thành %llu, không tán thành %llu, ý kiến khác %llu, không biểu quyết %llu; do %s nhập.", \
      "     - %s (%llu entitled to vote): yes %llu, no %llu, other opinion %llu, abstain %llu; entered by %s.") \
    X(HALL_OWN, "Tại hội trường, qua bộ đàm, điện thoại", "In the hall, by radio or phone") \
    X(HALL_SITE, "Tại điểm cầu %s", "At the site %s") \
    X(VOTE_CANCELLED, "     Huỷ biểu quyết lúc %s: %s", "     Cancelled at %s: %s") \
    X(VOTE_OPEN, "     Đang biểu quyết.", "     The vote is open.") \
    /* secret ballots */ \
    X(BALLOT, "   Bỏ phiếu kín (phiếu %s):", "   Secret ballot %s:") \
    X(BALLOT_COMMITTEE, \
      "     Tổ kiểm phiếu: %s; %llu trong %llu người cùng máy chủ giải mã.", \
      "     Tellers: %s; %llu of %llu decrypt together with the server.") \
    X(BALLOT_ADOPTED, \
      "     Phiếu và tổ kiểm phiếu được thông qua bằng biểu quyết %s.", \
      "     Ballot and tellers were adopted by vote %s.") \
    X(BALLOT_RELAYED, \
      "     Không bỏ phiếu kín được vì dự họp qua bộ đàm, điện thoại, vẫn tính trong mẫu số: %s.", \
      "     Could not cast a secret ballot, attending by radio or phone, and counted in the denominator: %s.") \
    X(BALLOT_LIST, \
      "     Bắt đầu bỏ phiếu lúc %s; danh sách có %llu người: %llu người do thiết bị riêng ký xác nhận, %llu người qua thiết bị của điểm cầu.", \
      "     Opened at %s; a list of %llu entries: %llu signed by members' own devices, %llu by hall devices.") \
    X(BALLOT_KNOWINGLY, \
      "     Số người ít hơn mức quy định; chủ trì biết điều đó và vẫn cho bỏ phiếu, kiểm phiếu.", \
      "     Fewer than the rules ask for; the chair knew it and had it opened and counted.") \
    X(BALLOT_DEVICES, \
      "     Trên thiết bị: phát ra %llu phiếu, thu về %llu phiếu.", \
      "     By device: issued %llu, returned %llu.") \
    X(BALLOT_HALL, \
      "     - %llu phiếu bỏ trên thiết bị điểm cầu %s, người giữ %s, %s xác nhận: không chứng minh được; thiết bị ấy thấy phiếu.", \
      "     - %llu ballots made on the hall device of %s, operator %s, confirmed by %s: not proven; the device saw them.") \
    X(BALLOT_ENTERED, \
      "     - %llu phiếu giấy do tổ kiểm phiếu nhập trên thiết bị điểm cầu %s, %s nhập, %s xác nhận: chỉ đúng như khi đếm lại phiếu giấy đã niêm phong.", \
      "     - %llu paper ballots entered by the committee on the device of %s, entered by %s, confirmed by %s: only as good as a recount of the sealed paper.") \
    X(BALLOT_PAPER, \
      "     - Phiếu giấy: phát ra %llu, thu về %llu, hợp lệ %llu, không hợp lệ %llu; do %s đếm, %s xác nhận, niêm phong: có người chứng kiến, không chứng minh được.", \
      "     - On paper: issued %llu, returned %llu, valid %llu, invalid %llu; counted by %s, confirmed by %s, sealed: witnessed, not proven.") \
    X(BALLOT_QUESTION, "     “%s”", "     “%s”") \
    X(BALLOT_BLANK, "     - Trên thiết bị: hợp lệ %llu, phiếu trắng %llu.", "     - By device: valid %llu, blank %llu.") \
    X(BALLOT_BLANK_PAPER, "     - Phiếu giấy để trắng: %llu.", "     - Blank on paper: %llu.") \
    X(BALLOT_COUNT, "     - %s: %llu/%llu (%s).", "     - %s: %llu of %llu (%s).") \
    X(BALLOT_COUNT_BOTH, \
      "     - %s: %llu trên thiết bị và %llu phiếu giấy, cộng %llu/%llu (%s).", \
      "     - %s: %llu by device and %llu on paper, together %llu of %llu (%s).") \
    X(BALLOT_HEAD, \
      "     Kết quả trên thiết bị tính lại được từ hồ sơ bỏ phiếu (tệp .bel) có mã:", \
      "     The result by device can be computed again from the record of the ballot (.bel) with the head:") \
    X(BALLOT_HEAD_HEX, "     %s", "     %s") \
    X(BALLOT_VOID, "     Cuộc bỏ phiếu bị hủy, không mở phiếu: %s", "     Void, nothing was opened: %s") \
    X(VOID_OBJECTION, "khiếu nại đã chứng minh có sai sót", "an objection proved a fault") \
    X(VOID_KEYS, "khóa đã mất", "its keys are lost") \
    X(VOID_QUORUM, "số người có mặt không còn đủ theo quy tắc", "fewer were present than the rules ask for") \
    X(ELECTION_LIST, "   Danh sách bầu cử %s: %s; số lượng cần bầu: %llu.", "   Election %s: %s; %llu to be elected.") \
    X(NAME, "     %llu. %s (%s).", "     %llu. %s (%s).") \
    X(NAME_SUPPORTED, \
      "     %llu. %s (%s); %llu/%llu đồng chí có mặt ủng hộ, cần %llu (biểu quyết %s).", \
      "     %llu. %s (%s); supported by %llu of %llu present, %llu needed (vote %s).") \
    X(NAME_WITHDRAWN, "     - Rút khỏi danh sách: %s (%s).", "     - Withdrawn: %s (%s).") \
    X(LIST_TAKEN, \
      "     Chốt danh sách %llu người theo biểu quyết %s.", \
      "     The list of %llu names was closed by vote %s.") \
    X(BY_COMMITTEE, "cấp triệu tập giới thiệu", "proposed by who convened") \
    X(FROM_FLOOR, "đề cử tại cuộc họp", "nominated at the meeting") \
    X(SELF, "ứng cử", "stood by own wish") \
    X(BALLOT_UNANNOUNCED, \
      "     Kết quả không công bố tại cuộc họp; người chủ trì được biết.", \
      "     The result is not announced; whoever presides knows it.") \
    X(DECIDED_VALID, \
      "     - Số phiếu thu về: %llu; hợp lệ: %llu; không hợp lệ: %llu.", \
      "     - Ballots returned: %llu; valid: %llu; not valid: %llu.") \
    X(DECIDED_TEST, \
      "     - Tính trên %llu đảng viên; cần ít nhất %llu phiếu (%.*s).", \
      "     - Measured against %llu members; at least %llu votes are needed (%.*s).") \
    X(SO_MANY_VOTES, "số phiếu", "votes") \
    X(DECIDED_ELECTED, "     %llu. %s: %llu/%llu phiếu (%s), trúng cử.", "     %llu. %s: %llu of %llu (%s), elected.") \
    X(DECIDED_TIED, \
      "     %llu. %s: %llu/%llu phiếu (%s), bằng phiếu ở vị trí cuối.", \
      "     %llu. %s: %llu of %llu (%s), level for the last seat.") \
    X(DECIDED_NOT_ELECTED, \
      "     %llu. %s: %llu/%llu phiếu (%s), không trúng cử.", \
      "     %llu. %s: %llu of %llu (%s), not elected.") \
    X(DECIDED_SUPPORTED, \
      "     %llu. %s: %llu/%llu phiếu (%s), đạt.", \
      "     %llu. %s: %llu of %llu (%s), enough.") \
    X(DECIDED_NOT_SUPPORTED, \
      "     %llu. %s: %llu/%llu phiếu (%s), không đạt.", \
      "     %llu. %s: %llu of %llu (%s), not enough.") \
    X(DECIDED_COMPLETE, "     Đã bầu đủ %llu đồng chí.", "     All %llu seats are taken.") \
    X(DECIDED_TIE, \
      "     %llu đồng chí bằng phiếu cho %llu vị trí còn lại: bầu vòng hai trong đúng số đồng chí đó.", \
      "     %llu names are level for %llu seats left: a second round among exactly them.") \
    X(DECIDED_TOO_FEW, \
      "     Còn thiếu %llu: cuộc họp quyết định có bầu tiếp, có bổ sung danh sách hay không.", \
      "     %llu seats are left: the meeting decides whether to vote again and whether to add names.") \
    X(DECIDED_SUBJECT, "     - Đối với %s (%s).", "     - On %s (%s).") \
    X(SUBJECT_VOTED, "có tham gia bỏ phiếu", "who voted, too") \
    X(SUBJECT_DID_NOT, "không tham gia bỏ phiếu", "who did not vote") \
    X(DECIDED_FORM, \
      "     - %s: %llu phiếu; cộng dồn từ hình thức cao hơn: %llu; cần %llu/%llu.", \
      "     - %s: %llu votes; with all harder forms: %llu; needed %llu of %llu.") \
    X(DECIDED_NO_FORM, "     - Không kỷ luật: %llu phiếu.", "     - No discipline: %llu votes.") \
    X(DECIDED_NO_DISCIPLINE, \
      "     Không hình thức nào đủ số phiếu: không kỷ luật.", \
      "     No form has enough votes: no discipline.") \
    X(DECIDED_DISCIPLINE, \
      "     Quyết định kỷ luật: %s (%s, %llu/%llu phiếu, cần %llu).", \
      "     Decided: %s (%s, %llu of %llu votes, %llu needed).") \
    X(DECIDED_PROPOSAL, \
      "     Đề nghị cấp có thẩm quyền kỷ luật: %s (%s, %llu/%llu phiếu, cần %llu).", \
      "     Proposed to the body above: %s (%s, %llu of %llu votes, %llu needed).") \
    X(CUMULATED, "bằng cộng dồn", "by adding up") \
    X(ALONE, "bằng số phiếu riêng", "by its own votes") \
    X(REPRIMAND, "khiển trách", "reprimand") \
    X(WARNING, "cảnh cáo", "warning") \
    X(REMOVAL, "cách chức", "removal from the post") \
    X(EXPULSION, "khai trừ", "expulsion") \
    X(DECIDED_RATED, \
      "     - %s: hoàn thành xuất sắc %llu, hoàn thành tốt %llu, hoàn thành %llu, không hoàn thành %llu: %s.", \
      "     - %s: with distinction %llu, well %llu, fulfilled %llu, not fulfilled %llu: %s.") \
    X(DECIDED_CONFIDENCE, \
      "     - %s: tín nhiệm cao %llu, tín nhiệm %llu, tín nhiệm thấp %llu: %s.", \
      "     - %s: high %llu, normal %llu, low confidence %llu: %s.") \
    X(LEVEL_NONE, "chưa mức nào đủ số phiếu", "no level has enough votes") \
    X(LEVEL_KEPT, "không phải xem xét", "nothing follows") \
    X(LEVEL_REPLAN, "đưa ra khỏi quy hoạch, có thể xin từ chức", "out of planning, may resign") \
    X(LEVEL_REMOVE, "miễn nhiệm", "removal from the post") \
    X(LEVEL_EXCELLENT, "hoàn thành xuất sắc nhiệm vụ", "duties fulfilled with distinction") \
    X(LEVEL_GOOD, "hoàn thành tốt nhiệm vụ", "duties fulfilled well") \
    X(LEVEL_FULFILLED, "hoàn thành nhiệm vụ", "duties fulfilled") \
    X(LEVEL_NOT_FULFILLED, "không hoàn thành nhiệm vụ", "duties not fulfilled") \
    X(DECIDED_OVER_CAP, \
      "     Lưu ý: tỷ lệ hoàn thành xuất sắc vượt mức mà bộ quy tắc nêu (chỉ để nhắc).", \
      "     Note: more with distinction than the ruleset says (a reminder only).") \
    X(DECIDED_PASSED, \
      "     Được thông qua: tán thành %llu/%llu (%s), không tán thành %llu, ý kiến khác %llu.", \
      "     Passed: in favour %llu of %llu (%s), against %llu, other opinion %llu.") \
    X(DECIDED_NOT_PASSED, \
      "     Không được thông qua: tán thành %llu/%llu (%s), không tán thành %llu, ý kiến khác %llu.", \
      "     Not passed: in favour %llu of %llu (%s), against %llu, other opinion %llu.") \
    X(BALLOT_OPEN, "     Chưa kiểm phiếu xong.", "     Not counted yet.") \
    /* papers of secret ballots, and their tallies */ \
    X(SECRETLY, "bỏ phiếu kín", "secret ballot") \
    X(PAPER_ELECTION, "PHIẾU BẦU", "BALLOT PAPER") \
    X(PAPER_STRAW, "PHIẾU XIN Ý KIẾN", "PAPER FOR OPINIONS") \
    X(PAPER_CONFIDENCE, "PHIẾU TÍN NHIỆM", "VOTE OF CONFIDENCE") \
    X(PAPER_RATING, "PHIẾU ĐÁNH GIÁ, XẾP LOẠI", "RATING") \
    X(PAPER_VOTE, "PHIẾU BIỂU QUYẾT", "VOTING PAPER") \
    X(BOARD, "ban kiểm phiếu", "tally board") \
    X(BOARD_CAPS, "BAN KIỂM PHIẾU", "TALLY BOARD") \
    X(BOARD_HEAD, "Trưởng ban", "head") \
    X(BOARD_HEAD_CAPS, "TRƯỞNG BAN", "HEAD") \
    X(BOARD_MEMBER, "ủy viên", "member") \
    X(TEAM, "tổ kiểm phiếu", "tally team") \
    X(TEAM_CAPS, "TỔ KIỂM PHIẾU", "TALLY TEAM") \
    X(TEAM_HEAD, "Tổ trưởng", "head") \
    X(TEAM_HEAD_CAPS, "TỔ TRƯỞNG", "HEAD") \
    X(TEAM_MEMBER, "tổ viên", "member") \
    X(BASIS_RULE, "%s%s", "%s%s") \
    X(BASIS_LIST, \
      "danh sách bầu cử gồm %llu đồng chí đã được hội nghị thông qua", \
      "the list of %llu names that the meeting adopted") \
    X(BASIS_VOTE, \
      "kết quả biểu quyết thông qua phiếu và người kiểm phiếu (tán thành %llu/%llu)", \
      "the vote on the paper and on who counts (yes %llu of %llu)") \
    X(METHOD_DEVICES, \
      "Phiếu trên thiết bị được mã hóa và cộng bằng phần mềm; %llu/%llu người kiểm phiếu cùng máy chủ mở kết quả, không mở từng phiếu. Ai cũng tính lại được từ hồ sơ bỏ phiếu có mã kiểm tra %s.", \
      "Ballots on devices are encrypted and added up by software; %llu of %llu tellers opened the result together with the server, no single ballot. Anybody can compute it again from the record of the ballot with the head %s.") \
    X(METHOD_PAPER, \
      "Phiếu giấy được đếm bằng tay: %s nhập kết quả, %s xác nhận; phiếu đã niêm phong.", \
      "Papers are counted by hand: entered by %s, confirmed by %s; the papers are sealed.") \
    X(INVALID_BLANK, "%llu phiếu không đánh dấu", "%llu without a mark") \
    X(INVALID_PAPER, \
      "%llu phiếu giấy do người kiểm phiếu xác định", \
      "%llu on paper, as the tellers decided") \
    X(INVALID_BOTH, \
      "%llu phiếu không đánh dấu; %llu phiếu giấy do người kiểm phiếu xác định", \
      "%llu without a mark; %llu on paper, as the tellers decided") \
    X(NOT_ANNOUNCED, \
      "Kết quả không công bố tại hội nghị; người chủ trì được biết.", \
      "The result is not announced; whoever presides knows it.") \
    X(OFFICIAL_MEMBERS, "đảng viên chính thức", "official members") \
    X(COLUMN_NAME, "Họ và tên", "Name") \
    X(COLUMN_CHOICE, "Nội dung", "Choice") \
    X(CHOICE_YES, "Tán thành", "In favour") \
    X(CHOICE_NO, "Không tán thành", "Against") \
    X(CHOICE_OTHER, "Ý kiến khác", "Another opinion") \
    X(CHOICE_NONE, "không kỷ luật", "no discipline") \
    X(MARK_HIGH, "%s: tín nhiệm cao", "%s: high confidence") \
    X(MARK_NORMAL, "%s: tín nhiệm", "%s: confidence") \
    X(MARK_LOW, "%s: tín nhiệm thấp", "%s: low confidence") \
    X(MARK_EXCELLENT, "%s: hoàn thành xuất sắc nhiệm vụ", "%s: with distinction") \
    X(MARK_GOOD, "%s: hoàn thành tốt nhiệm vụ", "%s: well") \
    X(MARK_FULFILLED, "%s: hoàn thành nhiệm vụ", "%s: fulfilled") \
    X(MARK_NOT_FULFILLED, "%s: không hoàn thành nhiệm vụ", "%s: not fulfilled") \
    X(ROW_ANSWER, "%.*s: %.*s", "%.*s: %.*s") \
    /* notices and resolutions */ \
    X(NUMBER_MINUTES, "%02llu-BB/CB", "%02llu-BB/CB") \
    X(NO_NUMBER_MINUTES, "......-BB/CB", "......-BB/CB") \
    X(NUMBER_RESOLUTION, "%02llu-NQ/CB", "%02llu-NQ/CB") \
    X(NO_NUMBER_RESOLUTION, "......-NQ/CB", "......-NQ/CB") \
    X(NUMBER_NOTICE, "%02llu-TB/CB", "%02llu-TB/CB") \
    X(NO_NUMBER_NOTICE, "......-TB/CB", "......-TB/CB") \
    X(HELD_REGULAR, "sinh hoạt thường kỳ", "a regular meeting") \
    X(HELD_THEMATIC, "sinh hoạt chuyên đề", "a thematic meeting") \
    X(HELD_EXTRAORDINARY, "sinh hoạt bất thường", "an extraordinary meeting") \
    X(HELD_MEMBERS, "hội nghị đảng viên", "a members' meeting") \
    X(HELD_CONGRESS, "đại hội", "a congress") \
    X(HELD_COMMITTEE, "họp chi ủy", "a meeting of the committee") \
    X(HELD_PARTY_GROUP, "sinh hoạt tổ đảng", "a meeting of a party group") \
    X(ALL_MEMBERS, "Các đồng chí đảng viên trong chi bộ", "All members of the cell") \
    X(TO_MEMBERS, "Các đồng chí đảng viên trong chi bộ", "The members of the cell") \
    X(TO_COMMITTEE, "Các đồng chí chi ủy viên", "The members of the committee") \
    X(PRESIDING, "chủ trì", "chair") \
    X(PLANNED, "%llu phút", "%llu min") \
    X(RESOLUTION_SUBJECT, \
      "Lãnh đạo thực hiện nhiệm vụ tháng %02d năm %04d", \
      "On the tasks of %02d/%04d") \
    X(TASKS_REVIEW, \
      "Chi bộ đã hoàn thành %llu/%llu nhiệm vụ được giao kỳ trước.", \
      "%llu of %llu tasks of the meeting before are done.") \
    /* course */ \
    X(COURSE, "II. DIỄN BIẾN", "II. COURSE") \
    X(OPENED, "- %s: Khai mạc.", "- %s: Opened.") \
    X(ADJOURNED, "- %s: Tạm nghỉ.", "- %s: Adjourned.") \
    X(RESUMED, "- %s: Họp tiếp.", "- %s: Resumed.") \
    X(CLOSED, "- %s: Bế mạc.", "- %s: Closed.") \
    X(CHAIR_GIVEN, "- %s: %s được trao quyền điều hành cuộc họp.", "- %s: %s is given the chair.") \
    X(CHAIR_ELECTED, \
      "- %s: %s được cuộc họp bầu điều hành tiếp (biểu quyết %s).", \
      "- %s: %s is elected to the chair (vote %s).") \
    X(CO_CHAIR_MADE, "- %s: %s được cử làm đồng chủ trì.", "- %s: %s is made co-chair.") \
    X(CO_CHAIR_ENDS, "- %s: %s thôi làm đồng chủ trì.", "- %s: %s is no longer co-chair.") \
    X(MODERATOR_MADE, "- %s: %s được cử điều hành phát biểu.", "- %s: %s is made moderator.") \
    X(MODERATOR_ENDS, "- %s: %s thôi điều hành phát biểu.", "- %s: %s is no longer moderator.") \
    X(FLOOR_FREE, "- %s: Mọi người có quyền phát biểu đều được nói; %s.", "- %s: Everybody who may speak is heard; %s.") \
    X(FLOOR_CALLED, "- %s: Chỉ người được mời phát biểu; %s.", "- %s: Only those who are called are heard; %s.") \
    X(ORDER_HAND, "mời theo thứ tự giơ tay", "called in the order of raised hands") \
    X(ORDER_TIME, "mời trước người phát biểu ít nhất", "who has spoken least is called first") \
    X(POINT_OF_ORDER, "- %s: %s xin phát biểu về thủ tục.", "- %s: %s raises a point of order.") \
    X(SPEAKING_TIMES, "- Tổng thời gian phát biểu:", "- Speaking time in all:") \
    X(SPEAKING_TIME, "  + %s: %s, %llu lần.", "  + %s: %s, %llu times.") \
    X(CHAIR_TAKEN, "- %s: %s điều hành cuộc họp.", "- %s: %s takes the chair.") \
    X(MINUTES_TAKEN, "- %s: %s nhận nhiệm vụ thư ký thay %s.", "- %s: %s takes the minutes in place of %s.") \
    X(ROLL, \
      "- %s: Điểm danh, có mặt %llu/%llu chính thức, %llu/%llu dự bị; vắng có lý do %llu, không lý do %llu; trực tiếp %llu, tại điểm cầu %llu, trực tuyến %llu, qua bộ đàm, điện thoại %llu.", \
      "- %s: Roll call, present %llu of %llu official, %llu of %llu probationary; absent excused %llu, unexcused %llu; in person %llu, at sites %llu, online %llu, by radio or phone %llu.") \
    X(SUBROOMS_OPENED, \
      "- %s: Chia %llu phòng thảo luận.", \
      "- %s: %llu sub-rooms opened for discussion.") \
    X(SUBROOMS_CLOSED, "- %s: Các phòng thảo luận trở lại họp chung.", "- %s: All back in the plenary.") \
    X(RECORDING_ON, "- %s: Chủ trì cho phép ghi âm.", "- %s: The chair allows recording.") \
    X(RECORDING_OFF, "- %s: Chủ trì không cho ghi âm nữa.", "- %s: The chair no longer allows recording.") \
    X(RECORDED_FROM, \
      "- %s: Theo lệnh của chủ trì, máy chủ bắt đầu ghi âm cuộc họp.", \
      "- %s: By order of the chair the server begins to record the meeting.") \
    X(RECORDED_TO_CHAIR, \
      "- %s: Theo lệnh của chủ trì, máy chủ thôi ghi âm.", \
      "- %s: By order of the chair the server records no more.") \
    X(RECORDED_TO_ADJOURNED, \
      "- %s: Máy chủ thôi ghi âm vì cuộc họp tạm nghỉ.", \
      "- %s: The server records no more: the meeting is adjourned.") \
    X(RECORDED_TO_CLOSED, \
      "- %s: Máy chủ thôi ghi âm vì cuộc họp kết thúc.", \
      "- %s: The server records no more: the meeting ends.") \
    X(RECORDED_TO_BALLOT, \
      "- %s: Máy chủ thôi ghi âm trước khi bỏ phiếu kín.", \
      "- %s: The server records no more: a secret ballot begins.") \
    X(RECORDED_TO_FULL, \
      "- %s: Máy chủ thôi ghi âm vì bản ghi đã dài hết mức cho phép.", \
      "- %s: The server records no more: the recording is as long as it may be.") \
    X(RECORDED_TO_FAILED, \
      "- %s: Máy chủ thôi ghi âm vì không ghi được vào ổ đĩa.", \
      "- %s: The server records no more: its disk took nothing.") \
    X(RECORDED_TO_RESTARTED, \
      "- %s: Việc ghi âm bị ngắt vì máy chủ khởi động lại.", \
      "- %s: The recording was cut off: the server restarted.") \
    X(RESTARTED, \
      "- %s: Máy chủ khởi động lại, các kết nối bị gián đoạn.", \
      "- %s: The server restarted, connections were cut.") \
    X(RESTORED, \
      "- %s: Máy chủ mất các sự kiện từ số %llu; chủ trì và thư ký ký cho họp tiếp.", \
      "- %s: The server lost the events from %llu on; chair and minute-taker signed to go on.") \
    X(CLOCK_JUMPED, \
      "- %s: Đồng hồ máy chủ thay đổi %lld giây.", \
      "- %s: The server's clock jumped by %lld s.") \
    X(NOTHING, "(chưa có)", "(nothing yet)") \
    /* roll */ \
    X(LIST, "III. DANH SÁCH ĐIỂM DANH", "III. ROLL") \
    X(LIST_ROW, "%llu. %s (%s): %s.", "%llu. %s (%s): %s.") \
    X(LIST_OFFICE, "%s, %s", "%s, %s") \
    X(LIST_FROM_START, "%s, từ đầu", "%s, from the start") \
    X(LIST_FROM, "%s, từ %s", "%s, from %s") \
    X(LIST_UNTIL, "%s; rời họp lúc %s", "%s; left at %s") \
    X(LIST_UNTIL_EXCUSED, "%s, có lý do: %s", "%s, excused: %s") \
    X(LIST_LATE, "%s; đến muộn", "%s; came late") \
    X(LIST_EARLY, "%s; về sớm", "%s; left early") \
    X(LIST_LOST, "%s; mất kết nối %llu lần", "%s; connection lost %llu times") \
    X(LIST_ABSENT_EXCUSED, "vắng mặt, có lý do", "absent, excused") \
    X(LIST_ABSENT_UNEXCUSED, "vắng mặt, không lý do", "absent, unexcused") \
    X(LIST_ABSENT_UNNOTED, "vắng mặt, chưa ghi lý do", "absent, no reason noted") \
    /* end */ \
    X(END, "IV. KẾT THÚC", "IV. END") \
    X(CLOSED_AT, "Cuộc họp kết thúc lúc %s.", "The meeting closed at %s.") \
    X(NOT_CLOSED, "Cuộc họp chưa kết thúc.", "The meeting is not closed.") \
    X(SCORE, \
      "Tự chấm điểm cuộc họp (%s ghi): %llu/100 điểm, xếp loại: %s.", \
      "The meeting's own score (entered by %s): %llu points of 100, %s.") \
    X(SCORE_LENGTH, "- Thời lượng: %llu phút (quy định ít nhất %llu phút).", \
      "- Length: %llu minutes (the rules ask for %llu at least).") \
    X(SCORE_LENGTH_ONLY, "- Thời lượng: %llu phút.", "- Length: %llu minutes.") \
    X(SCORE_PRESENT, \
      "- Đảng viên dự: %llu/%llu (%s), vắng không lý do: %llu.", \
      "- Attendance: %llu of %llu members (%s), absent without reason: %llu.") \
    X(SCORE_SPEAKERS, \
      "- Đảng viên phát biểu: %llu/%llu (%s), theo quy tắc: %llu điểm.", \
      "- Members who spoke: %llu of %llu (%s), by the rules %llu points.") \
    X(SCORE_DOCUMENTS, \
      "- Tài liệu gửi trước khi khai mạc: %llu, tài liệu sau cùng trước %llu ngày.", \
      "- Documents before the opening: %llu, the last of them %llu whole days before.") \
    X(SCORE_NO_DOCUMENTS, \
      "- Tài liệu gửi trước khi khai mạc: không có.", \
      "- Documents before the opening: none.") \
    X(SCORE_TASKS, \
      "- Nhiệm vụ kỳ trước đã hoàn thành: %llu/%llu (%s).", \
      "- Tasks of the meeting before that are done: %llu of %llu (%s).") \
    X(SCORE_POSTED, \
      "- Đăng tải kết quả kỳ trước: hạn %s, báo hoàn thành %s (%s).", \
      "- Posting of the results of the meeting before: due %s, reported done %s (%s).") \
    X(SCORE_NOT_POSTED, \
      "- Đăng tải kết quả kỳ trước: hạn %s, chưa báo hoàn thành.", \
      "- Posting of the results of the meeting before: due %s, not reported done yet.") \
    X(SCORE_IN_TIME, "đúng hạn", "in time") \
    X(SCORE_TOO_LATE, "quá hạn", "too late") \
    X(SCORE_ROW, "  + %s: %llu điểm", "  + %s: %llu points") \
    X(SCORE_NOTE, "- Nhận xét: %s", "- Remark: %s") \
    X(SCORE_TIME, "Thời gian, thời lượng", "Length of the meeting") \
    X(SCORE_ATTENDANCE, "Tỷ lệ đảng viên dự", "Attendance") \
    X(SCORE_PREPARATION, "Công tác chuẩn bị", "Preparation") \
    X(SCORE_CONDUCT, "Tổ chức, điều hành sinh hoạt", "How it was held") \
    X(SCORE_PRINCIPLES, "Nguyên tắc tổ chức, sinh hoạt đảng", "Principles of the Party") \
    X(SCORE_RESULTS, "Kết quả thực hiện nghị quyết kỳ trước", "What became of the last resolution") \
    X(SCORE_CLOSING, "Kết thúc sinh hoạt", "How it was concluded") \
    X(GRADE_GOOD, "Tốt", "good") \
    X(GRADE_FAIR, "Khá", "fair") \
    X(GRADE_AVERAGE, "Trung bình", "average") \
    X(GRADE_POOR, "Kém", "poor") \
    X(NOTES, "Ghi chú:", "Notes:") \
    X(NOTE_SERVER, \
      "- Do máy chủ ghi: giờ, kết nối, thứ tự và thời lượng phát biểu.", \
      "- Recorded by the server: times, connections, order and length of speeches.") \
    X(NOTE_TICKED, "- Có mặt do %s ghi: %llu người.", "- Presence entered by %s: %llu people.") \
    X(NOTE_BY_CODE, \
      "- Có mặt theo mã điểm danh tại chỗ: %llu người.", \
      "- Presence by the code shown at the place: %llu people.") \
    X(NOTE_BY_PIN, \
      "- Có mặt theo mã PIN nhập tại chỗ: %llu người.", \
      "- Presence by PIN entered at the place: %llu people.") \
    X(NOTE_DENOMINATOR, \
      "- Số đồng chí được tính vào kết quả lấy theo danh sách khi mở biểu quyết, kể cả người vắng mặt nếu quy tắc tính; về sau không thay đổi (quy tắc %s).", \
      "- Votes are measured against those counted from the roll when they were opened, absent ones too where the rules count them; that did not change afterwards (ruleset %s).") \
    X(NOTE_UNVOUCHED, \
      "- Chưa được xác nhận chéo: %llu/%llu thiết bị đã dự họp; chữ ký số của các thiết bị này chứng minh thiết bị, chưa chứng minh người.", \
      "- Not vouched for: %llu of %llu devices that took part; their signatures prove the device, not yet the person.") \
    X(NOTE_FOUNDING, \
      "- Được xác nhận từng cặp trước khi chi bộ họp lần đầu: %llu thiết bị.", \
      "- Vouched for in pairs before the cell's first meeting: %llu devices.") \
    X(NOTE_OPTIONAL, \
      "- Cuộc họp này không yêu cầu thiết bị được xác nhận chéo khi biểu quyết, điều hành và ghi biên bản.", \
      "- This meeting did not ask for vouched devices to vote, to preside and to take the minutes.") \
    X(NOTE_CONFIRMED, \
      "- Đến sự kiện số %llu, nhật ký được %llu/%llu thiết bị ký xác nhận.", \
      "- Up to event %llu the log was confirmed by the signatures of %llu of %llu devices.") \
    X(NOTE_INCOMPLETE, \
      "  Xác nhận này chưa đầy đủ: thiếu chủ trì, thư ký hoặc quá nửa số thiết bị.", \
      "  This confirmation is not complete: the chair, the minute-taker or more than half of the devices are missing.") \
    X(NOTE_HEAD, \
      "- Mã nhật ký cuộc họp, đến sự kiện số %llu:", \
      "- Head of the meeting's log, at event %llu:") \
    X(NOTE_HEAD_HEX, "  %s", "  %s") \
    X(SIGN_MINUTES, "NGƯỜI GHI BIÊN BẢN", "MINUTE-TAKER") \
    X(SIGN_CHAIR, "CHỦ TRÌ HỘI NGHỊ", "CHAIR") \
    /* errata */ \
    X(CORRECTED, "     (Đính chính số %s: xem phụ lục.)", "     (Erratum %s: see the appendix.)") \
    X(ERRATA, "PHỤ LỤC: ĐÍNH CHÍNH", "APPENDIX: ERRATA") \
    X(ERRATA_NOTE, \
      "Biên bản đã thông qua giữ nguyên văn. Các nội dung sau được đính chính:", \
      "What was adopted stands as it was. This is corrected:") \
    X(ERRATUM, "Số %llu, ngày %s: %s.", "No. %llu of %s: %s.") \
    X(ERRATUM_STANDS, "   Biên bản ghi: %s", "   The minutes say: %s") \
    X(ERRATUM_SHOULD, "   Đính chính là: %s", "   It should say: %s") \
    X(ERRATUM_REASON, "   Lý do: %s", "   Reason: %s") \
    X(ERRATUM_NOTHING, "(không ghi)", "(nothing)") \
    X(ERRATUM_SIGNED, "   Ký: đồng chí %s, %s, lúc %s.", "   Signed: comrade %s, %s, at %s.") \
    X(AS_CHAIR, "người chủ trì", "who presided") \
    X(AS_TAKER, "người ghi biên bản", "who took the minutes") \
    X(FOR_CHAIR, \
      "thay người chủ trì không còn sinh hoạt tại chi bộ", \
      "in place of who presided and has left the cell") \
    X(FOR_TAKER, \
      "thay người ghi biên bản không còn sinh hoạt tại chi bộ", \
      "in place of who took the minutes and has left the cell") \
    X(PLACE_ALL, "toàn văn biên bản", "the minutes as a whole") \
    X(PLACE_ENTRY, "đoạn ghi %s", "entry %s") \
    X(PLACE_VOTE, "biểu quyết %s", "vote %s") \
    X(PLACE_LINE, "dòng theo sự kiện số %llu", "the line of event %llu") \
    X(PLACE_ITEM, "mục \"%s\", %s", "item \"%s\", %s")
/* clang-format on */

enum minutes_phrase {
#define MINUTES_PHRASE_ENUM(name, vi, en) PHRASE_##name,
    MINUTES_PHRASES(MINUTES_PHRASE_ENUM)
#undef MINUTES_PHRASE_ENUM
        PHRASE_COUNT
};

#endif
