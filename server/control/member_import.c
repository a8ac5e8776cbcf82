#include "server/control/member_import.h"

#include "protocol/base/date.h"
#include "protocol/base/limits.h"
#include "server/control/csv_reader.h"

#include <stdlib.h>
#include <string.h>

/* --- What words mean ----------------------------------------------------- */

/* Written in the form that text_fold() gives: NFC and lower case. */
struct word {
    const char *text;
    int value;
};

enum column {
    COLUMN_OTHER,
    COLUMN_NAME,
    COLUMN_CATEGORY,
    COLUMN_OFFICE,
    COLUMN_GROUP,
    COLUMN_GROUND,
    COLUMN_PROBATION_END,  /* passed over where it is of somebody else */
    COLUMN_STATUS,         /* a category, or that the member is active */
    COLUMN_OFFICIAL_SINCE, /* of somebody active: empty for a probationary one
                            */
    COLUMN_COUNT
};

static const struct word columns[] = {
    { "name", COLUMN_NAME },
    { "full name", COLUMN_NAME },
    { "họ và tên", COLUMN_NAME },
    { "họ tên", COLUMN_NAME },
    { "họ, tên", COLUMN_NAME },
    { "tên", COLUMN_NAME },
    { "họ và tên đảng viên", COLUMN_NAME },
    { "họ tên đảng viên", COLUMN_NAME },
    { "họ và tên khai sinh", COLUMN_NAME },
    { "category", COLUMN_CATEGORY },
    { "loại", COLUMN_CATEGORY },
    { "loại đảng viên", COLUMN_CATEGORY },
    { "diện", COLUMN_CATEGORY },
    { "diện đảng viên", COLUMN_CATEGORY },
    { "phân loại", COLUMN_CATEGORY },
    { "office", COLUMN_OFFICE },
    { "position", COLUMN_OFFICE },
    { "chức vụ", COLUMN_OFFICE },
    { "chức vụ đảng", COLUMN_OFFICE },
    { "chức danh", COLUMN_OFFICE },
    { "chức vụ trong đảng", COLUMN_OFFICE },
    { "chức vụ đảng hiện nay", COLUMN_OFFICE },
    { "party_group", COLUMN_GROUP },
    { "party group", COLUMN_GROUP },
    { "group", COLUMN_GROUP },
    { "tổ đảng", COLUMN_GROUP },
    { "tổ", COLUMN_GROUP },
    { "tổ đảng sinh hoạt", COLUMN_GROUP },
    { "ground", COLUMN_GROUND },
    { "lý do họp trực tuyến", COLUMN_GROUND },
    { "lý do không thể họp trực tiếp", COLUMN_GROUND },
    { "không thể họp trực tiếp", COLUMN_GROUND },
    { "probation_end", COLUMN_PROBATION_END },
    { "probation end", COLUMN_PROBATION_END },
    { "hết dự bị", COLUMN_PROBATION_END },
    { "ngày hết dự bị", COLUMN_PROBATION_END },
    { "ngày hết hạn dự bị", COLUMN_PROBATION_END },
    { "ngày hết thời gian dự bị", COLUMN_PROBATION_END },
    { "ngày kết thúc dự bị", COLUMN_PROBATION_END },
    { "ngày hết thời hạn dự bị", COLUMN_PROBATION_END },
    { "status", COLUMN_STATUS },
    { "trạng thái", COLUMN_STATUS },
    { "tình trạng", COLUMN_STATUS },
    { "tình trạng sinh hoạt", COLUMN_STATUS },
    { "official since", COLUMN_OFFICIAL_SINCE },
    { "ngày chính thức", COLUMN_OFFICIAL_SINCE },
    { "ngày vào đảng chính thức", COLUMN_OFFICIAL_SINCE },
    { "ngày chính thức vào đảng", COLUMN_OFFICIAL_SINCE },
    { "ngày công nhận chính thức", COLUMN_OFFICIAL_SINCE },
    { "ngày công nhận đảng viên chính thức", COLUMN_OFFICIAL_SINCE },
};

/* What lists of members say of somebody of whom there is nothing to say. */
static const struct word active[] = {
    { "", 1 },          { "active", 1 },         { "đang sinh hoạt", 1 },
    { "sinh hoạt", 1 }, { "đang hoạt động", 1 },
};

static const struct word categories[] = {
    { "chính thức", CATEGORY_OFFICIAL },
    { "đảng viên chính thức", CATEGORY_OFFICIAL },
    { "dự bị", CATEGORY_PROBATIONARY },
    { "đảng viên dự bị", CATEGORY_PROBATIONARY },
    { "miễn", CATEGORY_EXEMPT },
    { "miễn sinh hoạt", CATEGORY_EXEMPT },
    { "miễn công tác", CATEGORY_EXEMPT },
    { "được miễn", CATEGORY_EXEMPT },
    { "miễn công tác và sinh hoạt đảng", CATEGORY_EXEMPT },
    { "được miễn công tác và sinh hoạt đảng", CATEGORY_EXEMPT },
    { "temporarily away", CATEGORY_TEMP_AWAY },
    { "sinh hoạt tạm thời nơi khác", CATEGORY_TEMP_AWAY },
    { "temporarily here", CATEGORY_TEMP_HERE },
    { "sinh hoạt tạm thời", CATEGORY_TEMP_HERE },
    { "sinh hoạt tạm thời tại đây", CATEGORY_TEMP_HERE },
    { "đình chỉ", CATEGORY_SUSPENDED },
    { "đình chỉ sinh hoạt", CATEGORY_SUSPENDED },
    { "đình chỉ sinh hoạt đảng", CATEGORY_SUSPENDED },
    { "bị đình chỉ sinh hoạt", CATEGORY_SUSPENDED },
    { "upper delegate", CATEGORY_UPPER_DELEGATE },
    { "cấp ủy viên cấp trên", CATEGORY_UPPER_DELEGATE },
    { "cấp uỷ viên cấp trên", CATEGORY_UPPER_DELEGATE },
    { "đại biểu cấp trên", CATEGORY_UPPER_DELEGATE },
    { "khách mời", CATEGORY_GUEST },
    { "quần chúng", CATEGORY_GUEST },
    { "kỹ thuật", CATEGORY_TECHNICIAN },
    { "kỹ thuật viên", CATEGORY_TECHNICIAN },
    { "nhân viên kỹ thuật", CATEGORY_TECHNICIAN },
};

static const struct word offices[] = {
    { "", OFFICE_NONE },
    { "-", OFFICE_NONE },
    { "không", OFFICE_NONE },
    { "đảng viên", OFFICE_NONE },
    { "leader", OFFICE_CELL_LEADER },
    { "cell leader", OFFICE_CELL_LEADER },
    { "bí thư", OFFICE_CELL_LEADER },
    { "bí thư chi bộ", OFFICE_CELL_LEADER },
    { "deputy", OFFICE_DEPUTY_LEADER },
    { "deputy leader", OFFICE_DEPUTY_LEADER },
    { "phó bí thư", OFFICE_DEPUTY_LEADER },
    { "phó bí thư chi bộ", OFFICE_DEPUTY_LEADER },
    { "committee member", OFFICE_COMMITTEE_MEMBER },
    { "chi ủy viên", OFFICE_COMMITTEE_MEMBER },
    { "chi uỷ viên", OFFICE_COMMITTEE_MEMBER },
    { "chi ủy viên chi bộ", OFFICE_COMMITTEE_MEMBER },
    { "ủy viên chi ủy", OFFICE_COMMITTEE_MEMBER },
    { "uỷ viên chi uỷ", OFFICE_COMMITTEE_MEMBER },
    { "group leader", OFFICE_GROUP_LEADER },
    { "tổ trưởng", OFFICE_GROUP_LEADER },
    { "tổ trưởng tổ đảng", OFFICE_GROUP_LEADER },
};

/* A value that stands for none is none of the wire's. */
enum { GROUND_NOT_GIVEN = ground_count_ };
static const struct word grounds[] = {
    { "", GROUND_NOT_GIVEN },
    { "-", GROUND_NOT_GIVEN },
    { "none", GROUND_NOT_GIVEN },
    { "không", GROUND_NOT_GIVEN },
    { "ở nước ngoài", GROUND_MISSION_ABROAD },
    { "cơ quan đại diện ở nước ngoài", GROUND_MISSION_ABROAD },
    { "cơ quan ở nhiều tỉnh", GROUND_SEVERAL_PROVINCES },
    { "ở nhiều tỉnh", GROUND_SEVERAL_PROVINCES },
    { "làm việc xa", GROUND_WORKS_FAR },
    { "làm ăn xa", GROUND_WORKS_FAR },
    { "đi làm xa", GROUND_WORKS_FAR },
    { "sinh viên nghỉ hè", GROUND_STUDENT_SUMMER },
    { "nghỉ hè", GROUND_STUDENT_SUMMER },
    { "làm nhiệm vụ", GROUND_ON_DUTY },
    { "trực làm nhiệm vụ", GROUND_ON_DUTY },
    { "không rời được vị trí", GROUND_ON_DUTY },
    { "đi biển", GROUND_AT_SEA },
    { "trên biển", GROUND_AT_SEA },
    { "ngoài khơi, hải đảo", GROUND_AT_SEA },
    { "hoàn cảnh đặc biệt", GROUND_CIRCUMSTANCES },
    { "thiên tai, dịch bệnh", GROUND_CIRCUMSTANCES },
};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* The value of a word, by the table or as it stands on the wire; 0 if none. */
static int value_of(struct text_view text, const struct word *words,
                    size_t count, const struct enum_words *wire)
{
    char *folded = NULL;
    int value = 0;

    if (text_fold(text, &folded) != RESULT_OK)
        return 0;
    for (size_t i = 0; i < count && value == 0; i++)
        if (strcmp(words[i].text, folded) == 0)
            value = words[i].value;
    if (value == 0 && wire)
        value = enum_value(wire, text_view_of(folded));
    free(folded);
    return value;
}

enum category import_category(struct text_view text)
{
    return (enum category)value_of(text, categories, COUNT_OF(categories),
                                   &category_words);
}

enum office import_office(struct text_view text)
{
    return (enum office)value_of(text, offices, COUNT_OF(offices),
                                 &office_words);
}

bool import_ground(struct text_view text, enum ground *out)
{
    const int value = value_of(text, grounds, COUNT_OF(grounds), &ground_words);

    if (value == 0)
        return false;
    *out = value == GROUND_NOT_GIVEN ? ground_none_ : (enum ground)value;
    return true;
}

/* The number that starts the text, of so many digits at most; what is behind it
 * is left. False if there is none. */
static bool take_digits(struct text_view *text, size_t max, unsigned *out)
{
    size_t count = 0;

    *out = 0;
    while (count < text->size && count < max && text->data[count] >= '0' &&
           text->data[count] <= '9')
        *out = *out * 10 + (unsigned)(text->data[count++] - '0');
    text->data += count;
    text->size -= count;
    return count > 0;
}

static bool take_sign(struct text_view *text, char sign)
{
    if (text->size == 0 || *text->data != sign)
        return false;
    text->data++;
    text->size--;
    return true;
}

/* "15/11/2026" as 20261115; 0 if it is no such date. */
static uint64_t written_date(struct text_view text)
{
    const char sign =
        text.size > 2 && strchr("/.-", text.data[1])   ? text.data[1]
        : text.size > 2 && strchr("/.-", text.data[2]) ? text.data[2]
                                                       : '\0';
    unsigned day, month, year;
    uint64_t number;

    if (!sign || !take_digits(&text, 2, &day) || !take_sign(&text, sign) ||
        !take_digits(&text, 2, &month) || !take_sign(&text, sign) ||
        !take_digits(&text, 4, &year) || text.size > 0)
        return 0;
    number = (uint64_t)year * 10000 + month * 100U + day;
    return date_number_is_valid(number) ? number : 0;
}

bool import_date(struct text_view text, uint64_t *out)
{
    uint64_t number = date_number(text);

    if (number == 0)
        number = written_date(text);
    *out = number;
    return number != 0 || text.size == 0 || text_view_is(text, "-");
}

const char *import_problem_text(enum import_problem problem)
{
    static const char *const texts[] = {
        [IMPORT_FINE] = "",
#define IMPORT_PROBLEM_TEXT(NAME, words) [IMPORT_##NAME] = words,
        IMPORT_PROBLEM_LIST(IMPORT_PROBLEM_TEXT)
#undef IMPORT_PROBLEM_TEXT
    };

    return problem < IMPORT_PROBLEM_COUNT ? texts[problem] : "";
}

/* --- The result ---------------------------------------------------------- */

static enum result add_fault(struct member_import *import, size_t line,
                             enum import_problem problem,
                             struct text_view detail)
{
    struct import_fault *grown = realloc(
        import->faults, (import->fault_count + 1) * sizeof *import->faults);
    char *copy;
    size_t place = import->fault_count;

    if (!grown)
        return RESULT_NO_MEMORY;
    import->faults = grown;
    copy = strndup(detail.size ? detail.data : "", detail.size);
    if (!copy)
        return RESULT_NO_MEMORY;
    while (place > 0 && grown[place - 1].line > line)
        place--;
    memmove(&grown[place + 1], &grown[place],
            (import->fault_count - place) * sizeof *grown);
    grown[place] = (struct import_fault){ line, problem, copy };
    import->fault_count++;
    return RESULT_OK;
}

enum result member_import_fault(struct member_import *import, size_t index,
                                enum import_problem problem, const char *detail)
{
    const enum result result = add_fault(import, import->members[index].line,
                                         problem, text_view_of(detail));

    if (result != RESULT_OK)
        return result;
    free(import->members[index].name);
    free(import->members[index].group);
    memmove(&import->members[index], &import->members[index + 1],
            (import->member_count - index - 1) * sizeof *import->members);
    import->member_count--;
    return RESULT_OK;
}

void member_import_release(struct member_import *import)
{
    for (size_t i = 0; i < import->member_count; i++) {
        free(import->members[i].name);
        free(import->members[i].group);
    }
    for (size_t i = 0; i < import->fault_count; i++)
        free(import->faults[i].detail);
    free(import->members);
    free(import->faults);
    *import = (struct member_import){ 0 };
}

/* --- Reading ------------------------------------------------------------- */

/* Lists begin with their title, and some with whose they are. */
enum { TITLE_ROWS_MAX = 20 };

struct import_reading {
    struct member_import *import;
    bool has_header;
    size_t title_count, first_line; /* rows before it, and the first of them */
    bool is_hopeless; /* the header is wrong: the rows mean nothing */
    size_t places[COLUMN_COUNT]; /* of each column, plus one; 0: not there */
};

static bool names_columns(const struct csv_row *row)
{
    for (size_t i = 0; i < row->field_count; i++)
        if (value_of(row->fields[i], columns, COUNT_OF(columns), NULL) !=
            COLUMN_OTHER)
            return true;
    return false;
}

static enum result read_header(struct import_reading *reading,
                               const struct csv_row *row)
{
    enum import_problem problem = IMPORT_FINE;

    if (reading->title_count == 0)
        reading->first_line = row->line;
    if (!names_columns(row) && reading->title_count++ < TITLE_ROWS_MAX)
        return RESULT_OK;
    reading->has_header = true;
    for (size_t i = 0; i < row->field_count; i++) {
        const int column =
            value_of(row->fields[i], columns, COUNT_OF(columns), NULL);

        if (column == COLUMN_OTHER)
            continue;
        if (reading->places[column]) {
            reading->is_hopeless = true;
            return add_fault(reading->import, row->line, IMPORT_DOUBLE_COLUMN,
                             row->fields[i]);
        }
        reading->places[column] = i + 1;
    }
    if (!reading->places[COLUMN_NAME])
        problem = IMPORT_NO_NAME_COLUMN;
    else if (!reading->places[COLUMN_CATEGORY] &&
             !reading->places[COLUMN_OFFICIAL_SINCE])
        problem = IMPORT_NO_CATEGORY_COLUMN;
    if (problem == IMPORT_FINE)
        return RESULT_OK;
    reading->is_hopeless = true;
    return add_fault(reading->import, row->line, problem, TEXT_LITERAL(""));
}

static struct text_view trimmed(struct text_view text)
{
    while (text.size && strchr(" \t", text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size && strchr(" \t", text.data[text.size - 1]))
        text.size--;
    return text;
}

static struct text_view field_of(const struct import_reading *reading,
                                 const struct csv_row *row, enum column column)
{
    const size_t place = reading->places[column];

    return place && place <= row->field_count ? trimmed(row->fields[place - 1])
                                              : TEXT_LITERAL("");
}

/* An NFC copy, fit to be stored. */
static enum import_problem read_text(struct text_view text, char **out)
{
    enum result result;

    if (text_to_nfc(text, out) != RESULT_OK)
        return IMPORT_BAD_NAME;
    result = text_check(text_view_of(*out), LIMIT_NAME_LENGTH, false);
    if (result == RESULT_OK && text_has_unseen(text_view_of(*out)))
        result = RESULT_MALFORMED;
    if (result == RESULT_OK)
        return IMPORT_FINE;
    free(*out);
    *out = NULL;
    return result == RESULT_TOO_LARGE ? IMPORT_LONG_NAME : IMPORT_BAD_NAME;
}

static enum import_problem read_name(struct text_view text,
                                     struct import_member *member)
{
    if (text.size == 0)
        return IMPORT_NO_NAME;
    return read_text(text, &member->name);
}

/* By the column itself; else by the status, and of somebody active by the day
 * since when the member is an official one. */
static enum import_problem read_category(const struct import_reading *reading,
                                         const struct csv_row *row,
                                         struct import_member *member,
                                         struct text_view *detail)
{
    *detail = field_of(reading, row, COLUMN_CATEGORY);
    if (detail->size == 0 && !reading->places[COLUMN_OFFICIAL_SINCE])
        return IMPORT_NO_CATEGORY;
    if (detail->size == 0)
        *detail = field_of(reading, row, COLUMN_STATUS);
    member->category = import_category(*detail);
    if (!member->category && reading->places[COLUMN_OFFICIAL_SINCE] &&
        value_of(*detail, active, COUNT_OF(active), NULL))
        member->category =
            field_of(reading, row, COLUMN_OFFICIAL_SINCE).size > 0
                ? CATEGORY_OFFICIAL
                : CATEGORY_PROBATIONARY;
    return member->category ? IMPORT_FINE : IMPORT_UNKNOWN_CATEGORY;
}

static enum import_problem read_office(struct text_view text,
                                       struct import_member *member)
{
    member->office =
        (enum office)value_of(text, offices, COUNT_OF(offices), &office_words);
    return member->office ? IMPORT_FINE : IMPORT_UNKNOWN_OFFICE;
}

static enum import_problem read_group(struct text_view text,
                                      struct import_member *member)
{
    return read_text(text, &member->group) == IMPORT_FINE
               ? IMPORT_FINE
               : IMPORT_UNKNOWN_GROUP;
}

static enum import_problem read_member(const struct import_reading *reading,
                                       const struct csv_row *row,
                                       struct import_member *member,
                                       struct text_view *detail)
{
    enum import_problem problem;

    *detail = field_of(reading, row, COLUMN_NAME);
    problem = read_name(*detail, member);
    if (problem == IMPORT_FINE) {
        problem = read_category(reading, row, member, detail);
    }
    if (problem == IMPORT_FINE) {
        *detail = field_of(reading, row, COLUMN_OFFICE);
        problem = read_office(*detail, member);
    }
    if (problem == IMPORT_FINE) {
        *detail = field_of(reading, row, COLUMN_GROUP);
        problem = read_group(*detail, member);
    }
    if (problem == IMPORT_FINE) {
        *detail = field_of(reading, row, COLUMN_GROUND);
        problem = import_ground(*detail, &member->ground)
                      ? IMPORT_FINE
                      : IMPORT_UNKNOWN_GROUND;
    }
    if (problem == IMPORT_FINE && member->category == CATEGORY_PROBATIONARY) {
        *detail = field_of(reading, row, COLUMN_PROBATION_END);
        problem = import_date(*detail, &member->probation_end)
                      ? IMPORT_FINE
                      : IMPORT_UNKNOWN_DATE;
    }
    return problem;
}

/* A row below a list, as of totals or signatures: nothing in a column that is
 * known. */
static bool says_nothing(const struct import_reading *reading,
                         const struct csv_row *row)
{
    for (size_t i = COLUMN_OTHER + 1; i < COLUMN_COUNT; i++)
        if (field_of(reading, row, (enum column)i).size > 0)
            return false;
    return true;
}

static enum result on_row(const struct csv_row *row, void *user)
{
    struct import_reading *reading = user;
    struct member_import *import = reading->import;
    struct import_member member = { .line = row->line };
    struct import_member *grown;
    struct text_view detail;
    enum import_problem problem;
    enum result result = RESULT_NO_MEMORY;

    if (!reading->has_header)
        return read_header(reading, row);
    if (reading->is_hopeless || says_nothing(reading, row))
        return RESULT_OK;
    problem = read_member(reading, row, &member, &detail);
    if (problem != IMPORT_FINE) {
        result = add_fault(import, row->line, problem, detail);
        goto fail;
    }
    grown = realloc(import->members,
                    (import->member_count + 1) * sizeof *import->members);
    if (!grown)
        goto fail;
    import->members = grown;
    grown[import->member_count++] = member;
    return RESULT_OK;

fail:
    free(member.name);
    free(member.group);
    return result;
}

enum result member_import_read(struct text_view text, struct member_import *out)
{
    struct import_reading reading = { .import = out };
    size_t bad_line = 1;
    enum result result;
    enum result added = RESULT_OK;

    *out = (struct member_import){ 0 };
    result = csv_read(text, on_row, &reading, &bad_line);
    if (result == RESULT_MALFORMED)
        added = add_fault(out, bad_line, IMPORT_NOT_CSV, TEXT_LITERAL(""));
    else if (result == RESULT_TOO_LARGE)
        added =
            add_fault(out, bad_line, IMPORT_TOO_MANY_COLUMNS, TEXT_LITERAL(""));
    else if (result == RESULT_OK && !reading.has_header &&
             reading.title_count > 0) {
        reading.is_hopeless = true;
        added = add_fault(out, reading.first_line, IMPORT_NO_NAME_COLUMN,
                          TEXT_LITERAL(""));
    } else if (result == RESULT_OK && !reading.is_hopeless &&
               out->member_count + out->fault_count == 0)
        added = add_fault(out, 1, IMPORT_NO_ROWS, TEXT_LITERAL(""));
    if (added != RESULT_OK)
        return added;
    if (result == RESULT_OK && !reading.is_hopeless)
        return RESULT_OK;
    return result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
}
