/* The groups of rules that a ruleset may have, in the files that are shipped
 * and in what comes of them when something is changed. */
#include "protocol/rules/ruleset.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- Files --------------------------------------------------------------- */

static const char *shipped(const char *name)
{
    static char text[RULESET_SIZE_MAX + 1];
    char path[128];
    FILE *file;
    size_t size;

    (void)snprintf(path, sizeof path, "config/rules/%s", name);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(text, 1, RULESET_SIZE_MAX, file);
    (void)fclose(file);
    text[size] = '\0';
    return text;
}

/* The file with the first `from` after `after` replaced by `to`. */
static char *changed(const char *text, const char *after, const char *from,
                     const char *to)
{
    const char *begin = strstr(text, after);
    const char *at = begin ? strstr(begin, from) : NULL;
    const size_t size = strlen(text) + strlen(to) + 1;
    char *out = malloc(size);

    assert_non_null(at);
    assert_non_null(out);
    (void)snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to,
                   at + strlen(from));
    return out;
}

static enum result read_text(const char *text, struct ruleset *out,
                             struct ruleset_faults *faults)
{
    return ruleset_read(text, strlen(text), out, NULL, faults);
}

/* --- What is read -------------------------------------------------------- */

static void the_shipped_rules_for_cells_have_every_rule(void **state)
{
    const char *text = shipped("party-2026.conf");
    struct ruleset_faults faults;
    struct ruleset rules;
    int i;

    (void)state;
    assert_int_equal(read_text(text, &rules, &faults), RESULT_OK);
    assert_string_equal(rules.name, "party-2026-07");
    assert_string_equal(rules.valid_from, "2026-07-26");
    /* But that on recordings: no document lets cells be recorded. */
    for (i = 1; i < rule_id_count_; i++)
        if (ruleset_has_rule(&rules, (enum rule_id)i) !=
            (i != RULE_ID_RECORDING))
            fail_msg("%s", rule_id_words.words[i]);
    for (i = 1; i < ruleset_group_count_; i++)
        assert_int_equal(ruleset_has(&rules, (enum ruleset_group)i),
                         i != RULESET_RECORDING);
    for (i = 1; i < matter_count_; i++)
        assert_true(ruleset_has_matter(&rules, (enum matter)i));
    for (i = 1; i < matter_count_; i++)
        assert_int_equal(rules.forms.of[i].is_published, i != MATTER_STRAW);
    assert_int_equal(rules.discipline.subject_votes, SUBJECT_VOTES_ASK);
    assert_int_equal(rules.deadlines.recognition_working_days, 30);
    assert_int_equal(rules.deadlines.holidays.dates[0], 20260101);
    assert_true(ruleset_is_unverified(&rules, RULE_ID_DEADLINE_HOLIDAYS));
    assert_int_equal(rules.deadlines.documents_days, 1);
    assert_int_equal(rules.deadlines.posting_days, 2);
    assert_int_equal(rules.deadlines.absence_months, 3);
    assert_int_equal(rules.score.points_max[CRITERION_CONDUCT], 40);
    assert_int_equal(rules.agenda.add, AGENDA_BY_VOTE);
    assert_int_equal(rules.agenda.order, AGENDA_BY_CHAIR);
    assert_true(rules.agenda.carries_over);
    assert_true(rule_set_has(rules.agenda.types, DOCUMENT_PDF));
    assert_int_equal(rules.agenda.document_kib_max, 20480);
    assert_int_equal(rules.agenda.warning_ms, 60000);
}

static void the_interim_rules_have_the_base_and_no_group(void **state)
{
    struct ruleset_faults faults;
    struct ruleset rules;

    (void)state;
    assert_int_equal(read_text(shipped("interim.conf"), &rules, &faults),
                     RESULT_OK);
    assert_int_equal(rules.groups, 0);
    assert_true(ruleset_has_matter(&rules, MATTER_RESOLUTION));
    assert_false(ruleset_has_matter(&rules, MATTER_DISCIPLINE));
    assert_false(ruleset_has_matter(&rules, MATTER_CONFIDENCE));
    assert_false(ruleset_has(&rules, RULESET_QUORUM));
    assert_true(ruleset_has_rule(&rules, RULE_ID_GRACE));
    assert_true(ruleset_is_unverified(&rules, RULE_ID_GRACE));
    assert_true(ruleset_is_unverified(&rules, RULE_ID_ORDINARY_MOTION));
}

static char *with_recording(const char *name, const char *by)
{
    const char *text = shipped(name);
    char *out = NULL;

    assert_true(asprintf(&out,
                         "%srecording = { by = \"%s\"; source = \"x\";"
                         " certainty = \"low\"; unverified = true; };\n",
                         text, by) > 0);
    return out;
}

static void the_rule_on_recordings_stands_beside_any_other(void **state)
{
    static const char *const files[] = { "interim.conf", "association.conf",
                                         "party-2026.conf" };
    struct ruleset_faults faults;
    struct ruleset rules, plain;
    char *text;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(read_text(shipped(files[i]), &plain, &faults),
                         RESULT_OK);
        assert_int_equal(plain.recording, recording_by_none_);
        text = with_recording(files[i], "chair");
        assert_int_equal(read_text(text, &rules, &faults), RESULT_OK);
        free(text);
        assert_int_equal(rules.recording, RECORDING_BY_ITS_CHAIR);
        assert_true(ruleset_has(&rules, RULESET_RECORDING));
        assert_true(ruleset_is_unverified(&rules, RULE_ID_RECORDING));
        /* Nothing else has become another. */
        assert_memory_equal(&rules.forms, &plain.forms, sizeof rules.forms);
        assert_memory_equal(&rules.rights, &plain.rights, sizeof rules.rights);
        text = with_recording(files[i], "nobody");
        assert_int_equal(read_text(text, &rules, &faults), RESULT_OK);
        free(text);
        assert_int_equal(rules.recording, RECORDING_BY_NOBODY);
        text = with_recording(files[i], "anybody");
        assert_int_equal(read_text(text, &rules, &faults), RESULT_MALFORMED);
        free(text);
        assert_int_equal(faults.faults[0].kind, RULESET_FAULT_WORD);
    }
}

/* Meetings name rulesets by this hash. */
static void the_interim_rules_are_the_same_for_ever(void **state)
{
    static const uint8_t begin[] = { 0xe2, 0x2d, 0xcb, 0x35,
                                     0xb0, 0x9d, 0x02, 0x6a };
    struct ruleset_faults faults;
    struct ruleset rules;

    (void)state;
    assert_int_equal(read_text(shipped("interim.conf"), &rules, &faults),
                     RESULT_OK);
    assert_memory_equal(rules.hash.bytes, begin, sizeof begin);
}

static void an_association_decides_by_those_present(void **state)
{
    struct ruleset_faults faults;
    struct ruleset rules;

    (void)state;
    assert_int_equal(read_text(shipped("association.conf"), &rules, &faults),
                     RESULT_OK);
    assert_int_equal(rules.thresholds[MATTER_RESOLUTION].of, MEASURE_PRESENT);
    assert_true(
        threshold_is_met(&rules.thresholds[MATTER_RESOLUTION].test, 6, 11));
    assert_false(ruleset_has(&rules, RULESET_DISCIPLINE));
    assert_false(ruleset_has_matter(&rules, MATTER_CONFIDENCE));
    assert_true(ruleset_has_matter(&rules, MATTER_ELECTION));
}

static void every_rule_tells_its_source_and_line(void **state)
{
    const char *text = shipped("party-2026.conf");
    struct ruleset_faults faults;
    struct ruleset_notes notes;
    struct ruleset rules;
    int i;

    (void)state;
    assert_int_equal(ruleset_read(text, strlen(text), &rules, &notes, &faults),
                     RESULT_OK);
    for (i = 1; i < rule_id_count_; i++) {
        if (i == RULE_ID_RECORDING) /* it is not there */
            continue;
        assert_true(notes.of[i].line > 0);
        assert_int_equal(notes.of[i].certainty != certainty_none_,
                         i > RULE_ID_BALLOT);
        assert_non_null(strstr(text, notes.of[i].source));
    }
    assert_int_equal(notes.of[RULE_ID_ELECTION_OUTSIDE].certainty,
                     CERTAINTY_HIGH);
    assert_int_equal(notes.of[RULE_ID_REMOTE].certainty, CERTAINTY_LOW);
    assert_string_equal(notes.of[RULE_ID_ELECTION_OUTSIDE].source,
                        "190-QĐ/TW (10/10/2024), Điều 14.3");
    ruleset_notes_release(&notes);
    assert_null(notes.of[RULE_ID_GRACE].source);
}

/* --- What another number does -------------------------------------------- */

static void
one_number_that_differs_gives_another_explained_decision(void **state)
{
    const char *text = shipped("party-2026.conf");
    char *other =
        changed(text, "thresholds = {\n", "numerator = 2;", "numerator = 3;");
    char *four = changed(other, "numerator = 3;", "denominator = 3;",
                         "denominator = 4;");
    struct ruleset_faults faults;
    struct ruleset two_thirds, three_quarters;
    struct outcome a, b;

    (void)state;
    assert_int_equal(read_text(text, &two_thirds, &faults), RESULT_OK);
    assert_int_equal(read_text(four, &three_quarters, &faults), RESULT_OK);
    assert_false(hash_equal(&two_thirds.hash, &three_quarters.hash));
    assert_int_equal(
        outcome_of(&two_thirds.thresholds[MATTER_ADMISSION], 14, 20, &a),
        RESULT_OK);
    assert_int_equal(
        outcome_of(&three_quarters.thresholds[MATTER_ADMISSION], 14, 20, &b),
        RESULT_OK);
    assert_true(a.is_met && a.need == 14 && a.test.denominator == 3);
    assert_true(!b.is_met && b.need == 15 && b.test.denominator == 4);
    free(other);
    free(four);
}

/* --- What is wrong ------------------------------------------------------- */

struct fault_row {
    const char *after, *from, *to;
    enum ruleset_fault_kind kind;
    const char *place, *detail; /* detail NULL: not looked at */
};

static const struct fault_row faults_of_rules[] = {
    { "categories", "attends = true", "attends = 1", RULESET_FAULT_TYPE,
      "categories.official.attends", "true" },
    { "categories", "official", "officials", RULESET_FAULT_UNKNOWN,
      "categories.officials", NULL },
    { "categories", "[ \"all\" ]", "[ \"agenda\", \"agenda\" ]",
      RULESET_FAULT_TWICE, "categories.official.votes", "agenda" },
    { "categories", "[ \"all\" ]", "[ 7 ]", RULESET_FAULT_WORD,
      "categories.official.votes", NULL },
    { "denominators = {", "certainty = \"medium\"", "certainty = \"some\"",
      RULESET_FAULT_WORD, "denominators.meeting.certainty",
      "high, medium, low" },
    { "thresholds = {", "of = \"meeting\"", "of = \"hall\"", RULESET_FAULT_WORD,
      "thresholds.resolution.of",
      "meeting, congress, committee, present, valid" },
    { "thresholds = {", "strict = true", "strict = 1", RULESET_FAULT_TYPE,
      "thresholds.resolution.strict", "true" },
    { "thresholds = {", "numerator = 1", "numerator = 2",
      RULESET_FAULT_FRACTION, "thresholds.resolution", NULL },
    { "thresholds = {", "numerator = 1; denominator = 2",
      "numerator = 1; denominator = 3", RULESET_FAULT_DIFFERS,
      "thresholds.resolution", "ordinary_motion" },
    { "denominators", "always = [ \"official\" ]",
      "always = [ \"official\", \"suspended\" ]", RULESET_FAULT_DIFFERS,
      "denominators.meeting", "denominator.counts_suspended" },
    { "denominators", "if_present = [ \"exempt\" ]",
      "if_present = [ \"exempt\", \"official\" ]", RULESET_FAULT_TWICE,
      "denominators.meeting", NULL },
    { "denominators", "if_present = [ \"exempt\" ]", "if_present = [ ]",
      RULESET_FAULT_UNCOUNTED, "categories.exempt", "denominators.meeting" },
    { "congress = {", "if_present = [ \"exempt\" ]", "if_present = [ ]",
      RULESET_FAULT_UNCOUNTED, "categories.exempt", "denominators.congress" },
    { "forms = {", "usual = \"open\"", "usual = \"secret\"",
      RULESET_FAULT_DIFFERS, "forms.resolution.usual", NULL },
    { "remote = {", "resolution = \"allowed\";", "", RULESET_FAULT_MISSING,
      "remote.resolution", NULL },
    { "remote = {", "\"allowed\"", "\"perhaps\"", RULESET_FAULT_WORD,
      "remote.resolution", "allowed, with_authority, never" },
    { "quorum = {", "blocking = false", "blocking = \"no\"", RULESET_FAULT_TYPE,
      "quorum.meeting.blocking", "true" },
    { "validity = {", "names_min = 1", "names_min = 2", RULESET_FAULT_RANGE,
      "validity.list_surplus.names_min", NULL },
    { "validity = {", "bad_row = \"row\"", "bad_row = \"sheet\"",
      RULESET_FAULT_WORD, "validity.list_no_surplus.bad_row", "row, ballot" },
    { "list_no_surplus = {", "bad_row = \"row\"", "bad_row = \"ballot\"",
      RULESET_FAULT_WORD, "validity.list_no_surplus.bad_row", "row" },
    { "levels = {", "bad_row = \"row\"", "bad_row = \"ballot\"",
      RULESET_FAULT_WORD, "validity.levels.bad_row", "row" },
    { "discipline = {\n    decides", "\"reprimand\"", "\"scolding\"",
      RULESET_FAULT_WORD, "discipline.decides", NULL },
    { "replan", "numerator = 1", "numerator = 3", RULESET_FAULT_FRACTION,
      "confidence.replan", NULL },
    { "surplus = {\n        numerator", "small_to = 5", "small_to = 2",
      RULESET_FAULT_ORDER, "election.surplus.small_to", NULL },
    { "score_sheet", "time = 5", "time = 4", RULESET_FAULT_SUM,
      "score_sheet.points", NULL },
    { "score_sheet", "grades = [ 90, 70", "grades = [ 90, 90",
      RULESET_FAULT_ORDER, "score_sheet.grades", NULL },
    { "score_sheet", "too_short = [ 15, 4, 30", "too_short = [ 15, 4, 15",
      RULESET_FAULT_PAIRS, "score_sheet.too_short", NULL },
    { "score_sheet", "65, 2, 0, 1 ]", "65, 2, 0 ]", RULESET_FAULT_ORDER,
      "score_sheet.attendance", NULL },
    { "score_sheet", "attendance = [ 90", "attendance = [ \"90\"",
      RULESET_FAULT_SYNTAX, "", NULL },
    { "valid_from", "2026-07-26", "2026-13-26", RULESET_FAULT_DATE,
      "valid_from", NULL },
    { "holidays = {", "2026-02-16", "2026-02-30", RULESET_FAULT_DATE,
      "deadlines.holidays.dates", NULL },
    { "holidays = {", "2026-04-27", "2026-02-20", RULESET_FAULT_ORDER,
      "deadlines.holidays.dates", NULL },
    { "holidays = {", "2026-04-27", "2026-02-16", RULESET_FAULT_ORDER,
      "deadlines.holidays.dates", NULL },
    { "online_eligibility", "\"at_sea\"", "\"on_holiday\"", RULESET_FAULT_WORD,
      "online_eligibility.grounds", NULL },
    { "declaration = {", "\"site\"", "\"hall\"", RULESET_FAULT_WORD,
      "declaration.seats", "online, site, in_person, voice_relay, all" },
    { "punctuality = {", "late_minutes = 15", "late_minutes = 1441",
      RULESET_FAULT_RANGE, "punctuality.late_minutes", NULL },
};

/* Does the last name of the place stand in that line, or the one before, where
 * a list begins that goes on? */
static bool is_near(const char *text, int line, const char *place)
{
    const char *dot = strrchr(place, '.');
    const char *begin = text, *end;
    char window[512];
    int i;

    for (i = 1; i < line - 1; i++)
        begin = strchr(begin, '\n') + 1;
    end = strchr(strchr(begin, '\n') + 1, '\n');
    (void)snprintf(window, sizeof window, "%.*s", (int)(end - begin), begin);
    return strstr(window, dot ? dot + 1 : place) != NULL;
}

static void check_fault(const struct fault_row *row)
{
    char *wrong =
        changed(shipped("party-2026.conf"), row->after, row->from, row->to);
    struct ruleset_faults faults;
    struct ruleset rules = { .name = "untouched" };
    const struct ruleset_fault *fault = &faults.faults[0];

    if (read_text(wrong, &rules, &faults) != RESULT_MALFORMED)
        fail_msg("%s is taken", row->to);
    assert_string_equal(rules.name, "untouched");
    if (fault->kind != row->kind || strcmp(fault->place, row->place) != 0)
        fail_msg("%s: kind %d of %s", row->to, (int)fault->kind, fault->place);
    if (row->detail)
        assert_string_equal(fault->detail, row->detail);
    assert_true(fault->line > 0);
    /* What is missing, or not within the group, is told by the group's line. */
    if (fault->kind != RULESET_FAULT_MISSING &&
        fault->kind != RULESET_FAULT_ORDER &&
        fault->kind != RULESET_FAULT_PAIRS &&
        fault->kind != RULESET_FAULT_DIFFERS &&
        !is_near(wrong, fault->line, fault->place))
        fail_msg("%s: line %d", row->to, fault->line);
    free(wrong);
}

static void every_fault_of_a_rule_is_told_with_its_place(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof faults_of_rules / sizeof faults_of_rules[0]; i++)
        check_fault(&faults_of_rules[i]);
}

/* Takes a group "name = {" to "};" at the left margin out of the file. */
static char *without_group(const char *text, const char *name)
{
    char head[64];
    const char *begin, *end;
    char *out = malloc(strlen(text) + 1);

    (void)snprintf(head, sizeof head, "\n%s = {\n", name);
    begin = strstr(text, head);
    assert_non_null(begin);
    assert_non_null(out);
    end = strstr(begin, "\n};\n") + 4;
    (void)snprintf(out, strlen(text) + 1, "%.*s\n%s", (int)(begin - text), text,
                   end);
    return out;
}

static void the_groups_on_votes_come_together(void **state)
{
    static const char *const groups[] = { "categories", "denominators",
                                          "thresholds", "forms",
                                          "remote",     "quorum",
                                          "validity" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        char *text = without_group(shipped("party-2026.conf"), groups[i]);
        struct ruleset_faults faults;
        struct ruleset rules;

        assert_int_equal(read_text(text, &rules, &faults), RESULT_MALFORMED);
        free(text);
    }
}

static void each_matter_needs_all_its_rules(void **state)
{
    static const struct {
        const char *group, *place, *detail;
    } rows[] = {
        { "discipline", "forms.discipline", "discipline" },
        { "confidence", "forms.confidence", "confidence" },
        { "rating", "forms.rating", "rating" },
        { "election", "forms.election", "election.surplus" },
    };
    size_t i, j;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = without_group(shipped("party-2026.conf"), rows[i].group);
        struct ruleset_faults faults;
        struct ruleset rules;
        bool is_told = false;

        assert_int_equal(read_text(text, &rules, &faults), RESULT_MALFORMED);
        for (j = 0; j < faults.count; j++)
            is_told |= faults.faults[j].kind == RULESET_FAULT_NEEDS &&
                       strcmp(faults.faults[j].place, rows[i].place) == 0 &&
                       strcmp(faults.faults[j].detail, rows[i].detail) == 0;
        assert_true(is_told);
        free(text);
    }
}

static void norms_may_be_left_out(void **state)
{
    static const char *const groups[] = { "online_eligibility", "declaration",
                                          "punctuality",        "length",
                                          "party_groups",       "deadlines",
                                          "score_sheet",        "agenda" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        char *text = without_group(shipped("party-2026.conf"), groups[i]);
        struct ruleset_faults faults;
        struct ruleset rules;

        assert_int_equal(read_text(text, &rules, &faults), RESULT_OK);
        free(text);
    }
}

/* A line that only sets something is there because it is needed. */
static void no_line_of_a_rule_can_be_left_out(void **state)
{
    const char *text = shipped("party-2026.conf");
    const char *line = text, *end;
    char *without = malloc(strlen(text) + 1);
    size_t tried = 0;

    (void)state;
    assert_non_null(without);
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        struct ruleset_faults faults;
        struct ruleset rules;

        if (line[0] == '#' || !memchr(line, '=', (size_t)(end - line)) ||
            end[-1] != ';' || memchr(line, '#', (size_t)(end - line)))
            continue;
        (void)snprintf(without, strlen(text) + 1, "%.*s%s", (int)(line - text),
                       text, end + 1);
        if (read_text(without, &rules, &faults) != RESULT_MALFORMED)
            fail_msg("not needed: %.*s", (int)(end - line), line);
        tried++;
    }
    assert_true(tried > 200);
    free(without);
}

static void all_faults_are_told_up_to_twenty(void **state)
{
    struct ruleset_faults faults;
    struct ruleset rules;
    char text[4096] = "name = \"a\";\nvalid_from = \"2026-01-01\";\n";
    int i;

    (void)state;
    for (i = 0; i < 50; i++) {
        const size_t used = strlen(text);

        (void)snprintf(&text[used], sizeof text - used, "x%d = 1;\n", i);
    }
    assert_int_equal(read_text(text, &rules, &faults), RESULT_MALFORMED);
    assert_int_equal(faults.count, RULESET_FAULTS_MAX);
    /* The last place is that of the newest: it is of no line. */
    assert_int_equal(faults.faults[0].line, 0);
    assert_string_equal(faults.faults[1].place, "x0");
    assert_int_equal(faults.faults[1].line, 3);
}

static void faults_are_told_in_the_order_of_their_lines(void **state)
{
    static const int lines[] = { 0, 2, 3, 3, 4 };
    struct ruleset_faults faults;
    struct ruleset rules;
    size_t i;

    (void)state;
    assert_int_equal(read_text("name = \"a\";\n"
                               "valid_from = 3;\n"
                               "x = 1; ordinary_motion = 2;\n"
                               "y = 1;\n",
                               &rules, &faults),
                     RESULT_MALFORMED);
    assert_true(faults.count >= 5);
    for (i = 1; i < faults.count; i++)
        assert_true(faults.faults[i - 1].line <= faults.faults[i].line);
    for (i = 0; i < 4; i++)
        assert_int_equal(faults.faults[faults.count - 4 + i].line,
                         lines[i + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_rules_for_cells_have_every_rule),
        cmocka_unit_test(the_interim_rules_have_the_base_and_no_group),
        cmocka_unit_test(the_rule_on_recordings_stands_beside_any_other),
        cmocka_unit_test(the_interim_rules_are_the_same_for_ever),
        cmocka_unit_test(an_association_decides_by_those_present),
        cmocka_unit_test(every_rule_tells_its_source_and_line),
        cmocka_unit_test(
            one_number_that_differs_gives_another_explained_decision),
        cmocka_unit_test(every_fault_of_a_rule_is_told_with_its_place),
        cmocka_unit_test(the_groups_on_votes_come_together),
        cmocka_unit_test(each_matter_needs_all_its_rules),
        cmocka_unit_test(norms_may_be_left_out),
        cmocka_unit_test(no_line_of_a_rule_can_be_left_out),
        cmocka_unit_test(all_faults_are_told_up_to_twenty),
        cmocka_unit_test(faults_are_told_in_the_order_of_their_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
