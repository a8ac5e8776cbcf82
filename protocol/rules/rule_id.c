#include "protocol/rules/rule_id.h"

#define WORD(name, word) [name] = word,
static const char *const rule_id_list[] = { RULE_ID_LIST(WORD) };
const struct enum_words rule_id_words = { rule_id_list, rule_id_count_ };

enum rule_id rule_id_read(struct text_view place)
{
    return (enum rule_id)enum_value(&rule_id_words, place);
}

struct text_view rule_id_place(enum rule_id rule)
{
    const char *word = enum_word(&rule_id_words, (int)rule);

    return word ? text_view_of(word) : TEXT_LITERAL("");
}

enum rule_id rule_id_of_threshold(enum matter matter)
{
    static const enum rule_id ids[matter_count_] = {
        [MATTER_RESOLUTION] = RULE_ID_THRESHOLD_RESOLUTION,
        [MATTER_AGENDA] = RULE_ID_THRESHOLD_AGENDA,
        [MATTER_MINUTES] = RULE_ID_THRESHOLD_MINUTES,
        [MATTER_PROCEDURE] = RULE_ID_THRESHOLD_PROCEDURE,
        [MATTER_ADMISSION] = RULE_ID_THRESHOLD_ADMISSION,
        [MATTER_RECOGNITION] = RULE_ID_THRESHOLD_RECOGNITION,
        [MATTER_RATING] = RULE_ID_THRESHOLD_RATING,
        [MATTER_STRAW] = RULE_ID_THRESHOLD_STRAW,
        [MATTER_ELECTION] = RULE_ID_THRESHOLD_ELECTION,
    };

    return matter < matter_count_ ? ids[matter] : rule_id_none_;
}

enum rule_id rule_id_of_discipline(enum discipline form)
{
    static const enum rule_id ids[discipline_count_] = {
        [DISCIPLINE_REPRIMAND] = RULE_ID_THRESHOLD_REPRIMAND,
        [DISCIPLINE_WARNING] = RULE_ID_THRESHOLD_WARNING,
        [DISCIPLINE_REMOVAL] = RULE_ID_THRESHOLD_REMOVAL,
        [DISCIPLINE_EXPULSION] = RULE_ID_THRESHOLD_EXPULSION,
    };

    return form < discipline_count_ ? ids[form] : rule_id_none_;
}

enum rule_id rule_id_of_form(enum matter matter)
{
    static const enum rule_id ids[matter_count_] = {
        [MATTER_RESOLUTION] = RULE_ID_FORM_RESOLUTION,
        [MATTER_AGENDA] = RULE_ID_FORM_AGENDA,
        [MATTER_MINUTES] = RULE_ID_FORM_MINUTES,
        [MATTER_PROCEDURE] = RULE_ID_FORM_PROCEDURE,
        [MATTER_ADMISSION] = RULE_ID_FORM_ADMISSION,
        [MATTER_RECOGNITION] = RULE_ID_FORM_RECOGNITION,
        [MATTER_DISCIPLINE] = RULE_ID_FORM_DISCIPLINE,
        [MATTER_CONFIDENCE] = RULE_ID_FORM_CONFIDENCE,
        [MATTER_RATING] = RULE_ID_FORM_RATING,
        [MATTER_STRAW] = RULE_ID_FORM_STRAW,
        [MATTER_ELECTION] = RULE_ID_FORM_ELECTION,
    };

    return matter < matter_count_ ? ids[matter] : rule_id_none_;
}

enum rule_id rule_id_of_category(enum category category)
{
    static const enum rule_id ids[category_count_] = {
        [CATEGORY_OFFICIAL] = RULE_ID_CATEGORY_OFFICIAL,
        [CATEGORY_PROBATIONARY] = RULE_ID_CATEGORY_PROBATIONARY,
        [CATEGORY_EXEMPT] = RULE_ID_CATEGORY_EXEMPT,
        [CATEGORY_TEMP_AWAY] = RULE_ID_CATEGORY_TEMP_AWAY,
        [CATEGORY_TEMP_HERE] = RULE_ID_CATEGORY_TEMP_HERE,
        [CATEGORY_SUSPENDED] = RULE_ID_CATEGORY_SUSPENDED,
        [CATEGORY_UPPER_DELEGATE] = RULE_ID_CATEGORY_UPPER_DELEGATE,
        [CATEGORY_GUEST] = RULE_ID_CATEGORY_GUEST,
        [CATEGORY_TECHNICIAN] = RULE_ID_CATEGORY_TECHNICIAN,
    };

    return category < category_count_ ? ids[category] : rule_id_none_;
}

enum rule_id rule_id_of_measure(enum measure measure)
{
    switch (measure) {
    case MEASURE_MEETING:
        return RULE_ID_DENOMINATOR_MEETING;
    case MEASURE_CONGRESS:
        return RULE_ID_DENOMINATOR_CONGRESS;
    case MEASURE_COMMITTEE:
        return RULE_ID_DENOMINATOR_COMMITTEE;
    case MEASURE_PRESENT:
    case MEASURE_VALID:
    case measure_none_:
    case measure_count_:
        break;
    }
    return rule_id_none_;
}
