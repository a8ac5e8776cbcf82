#include "protocol/meeting/spoken_words.h"

#include "protocol/meeting/vocabulary.h"
#include "protocol/rules/meeting_norms.h"

#include <string.h>

/* Marks a text for the catalogue. */
#define N_(text) text

static const struct {
    const char *word;
    const char *text;
} spoken[] = {
    /* categories */
    { "official", N_("full member") },
    { "probationary", N_("probationary member") },
    { "exempt", N_("exempt member") },
    { "temp_away", N_("member living elsewhere for a time") },
    { "temp_here", N_("member living here for a time") },
    { "suspended", N_("suspended member") },
    { "upper_delegate", N_("delegate of the upper committee") },
    { "guest", N_("guest") },
    { "technician", N_("technician") },
    /* offices */
    { "none", N_("no office") },
    { "cell_leader", N_("leader of the cell") },
    { "deputy_leader", N_("deputy leader of the cell") },
    { "committee_member", N_("member of the cell committee") },
    { "group_leader", N_("leader of a party group") },
    /* grounds for not coming */
    { "mission_abroad", N_("at a mission abroad") },
    { "several_provinces", N_("in several provinces") },
    { "works_far", N_("working far away") },
    { "student_summer", N_("student on summer holidays") },
    { "on_duty", N_("on duty") },
    { "at_sea", N_("at sea or on an island") },
    { "circumstances", N_("special circumstances") },
    /* kinds of unit */
    { "party_org", N_("party organisation") },
    { "cell", N_("cell") },
    { "party_group", N_("party group") },
    /* kinds of meeting */
    { "regular", N_("regular meeting") },
    { "thematic", N_("thematic meeting") },
    { "extraordinary", N_("extraordinary meeting") },
    { "members_meeting", N_("members' meeting") },
    { "congress", N_("congress") },
    { "committee", N_("meeting of the cell committee") },
    /* how a device hears */
    { "well", N_("hears well") },
    { "gaps", N_("hears gaps") },
    { "badly", N_("hears badly") },
    /* how far a call is */
    { "scheduled", N_("scheduled") },
    { "begun", N_("under way") },
    { "ended", N_("ended") },
    { "cancelled", N_("cancelled") },
    /* criteria of a score sheet, and grades */
    { "time", N_("length of the meeting") },
    { "attendance", N_("attendance") },
    { "preparation", N_("preparation") },
    { "conduct", N_("how it was held") },
    { "principles", N_("principles of the Party") },
    { "results", N_("what became of the last resolution") },
    { "closing", N_("how it was concluded") },
    { "good", N_("graded good") },
    { "fair", N_("graded fair") },
    { "average", N_("graded average") },
    { "poor", N_("graded poor") },
    /* why the keys of a ballot could not be made */
    { "bad_certificate", N_("a certificate is false") },
    { "bad_deal", N_("what was dealt is false") },
    { "bad_share", N_("a share is false") },
    { "false_complaint", N_("a complaint is false") },
    { "bad_key", N_("a key is false") },
    { "bad_record", N_("the record of the keys is false") },
    { "same_key", N_("two have the same key; who copied it cannot be told") },
    /* whether results were posted */
    { "in_time", N_("in time") },
    { "too_late", N_("too late") },
    { "unknown", N_("not reported done yet") },
};

const char *spoken_word(const char *word)
{
    size_t i;

    for (i = 0; i < sizeof spoken / sizeof spoken[0]; i++)
        if (strcmp(spoken[i].word, word) == 0)
            return spoken[i].text;
    return NULL;
}

const char *spoken_value(const struct enum_words *words, int value)
{
    const char *word = enum_word(words, value);
    const char *text = spoken_word(word);

    /* The unit has the same word. */
    if (words == &meeting_kind_words && value == KIND_PARTY_GROUP)
        return N_("meeting of a party group");
    return text ? text : word;
}
