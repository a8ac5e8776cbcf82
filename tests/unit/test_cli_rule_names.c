/* Every rule of every ruleset that is shipped, in every refusal that can carry
 * a rule: it is said by its name and source, in both languages, and never by
 * its place in the file. */
#include "client/cli/cli_refusal.h"

#include "protocol/rules/rule_name.h"
#include "protocol/rules/ruleset.h"
#include "tests/support/built_catalogue.h"

#include <ctype.h>
#include <glob.h>
#include <libgen.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const languages[] = { "vi", "en" };

static char *file_text(const char *path, size_t *size)
{
    FILE *file = fopen(path, "r");
    char *text = malloc(1 << 20);

    assert_non_null(file);
    assert_non_null(text);
    *size = fread(text, 1, 1 << 20, file);
    assert_true(*size > 0 && *size < 1 << 20);
    (void)fclose(file);
    return text;
}

/* Does the sentence have the place as a word of its own, and no {argument}?
 * English has such words: there it stands behind "rule". */
static bool says_place(const char *sentence, const char *place,
                       const char *language)
{
    const char *at = sentence;
    char text[64];

    (void)snprintf(text, sizeof text, "%s%s",
                   strcmp(language, "vi") == 0 ? "" : "rule ", place);
    while ((at = strstr(at, text)) != NULL) {
        const char next = at[strlen(text)];
        const char before = at > sentence ? at[-1] : ' ';

        if (!isalnum((unsigned char)next) && !isalnum((unsigned char)before) &&
            before != '{' && (signed char)next >= 0 && (signed char)before >= 0)
            return true;
        at++;
    }
    return false;
}

/* The rule is the only argument; others stay as {name}. */
static void say(enum refusal_code code, const char *place,
                const struct ruleset_notes *notes, char *out, size_t size)
{
    const struct meeting_view view = { .rule_notes = notes };
    struct refusal refusal = { .code = code };

    refusal_add_text(&refusal, "rule", text_view_of(place));
    cli_refusal_sentence(&refusal, &view, out, size);
}

static void check(enum refusal_code code, enum rule_id rule,
                  const struct ruleset_notes *notes)
{
    const char *place = rule_id_place(rule).data;
    size_t l;

    for (l = 0; l < 2; l++) {
        const bool is_vietnamese = strcmp(languages[l], "vi") == 0;
        const char *name = rule_name(rule, is_vietnamese);
        char sentence[CLI_SENTENCE_SIZE];

        built_catalogue_speak(languages[l]);
        say(code, place, notes, sentence, sizeof sentence);
        if (!strstr(sentence, name) ||
            !strstr(sentence, notes->of[rule].source) ||
            !strstr(sentence, is_vietnamese ? "nguồn: " : "source: ") ||
            !strstr(sentence, is_vietnamese ? "quy tắc" : "rule") ||
            says_place(sentence, place, languages[l]))
            fail_msg("%s of %s, %s: %s", place, refusal_code_text(code),
                     languages[l], sentence);
    }
}

static void a_rule_is_said_by_its_name_and_source_in_every_refusal(void **state)
{
    glob_t files;
    size_t f, checked = 0;

    (void)state;
    assert_int_equal(glob("config/rules/*.conf", 0, NULL, &files), 0);
    assert_true(files.gl_pathc >= 3);
    for (f = 0; f < files.gl_pathc; f++) {
        struct ruleset rules;
        struct ruleset_notes notes;
        struct ruleset_faults faults;
        size_t size;
        char *text = file_text(files.gl_pathv[f], &size);
        int rule, code;

        assert_int_equal(ruleset_read(text, size, &rules, &notes, &faults),
                         RESULT_OK);
        for (rule = 1; rule < rule_id_count_; rule++)
            for (code = REFUSAL_NONE + 1;
                 code < REFUSAL_COUNT && notes.of[rule].source; code++) {
                check((enum refusal_code)code, (enum rule_id)rule, &notes);
                checked++;
            }
        ruleset_notes_release(&notes);
        free(text);
    }
    globfree(&files);
    assert_true(checked > 10000);
}

static void a_place_in_a_sentence_is_found(void **state)
{
    (void)state;
    assert_true(says_place("không được (quy tắc remote)", "remote", "vi"));
    assert_true(says_place("not so (rule quorum.meeting; source: x)",
                           "quorum.meeting", "en"));
    assert_false(says_place("not so (rule “remote votes”)", "remote", "en"));
}

static void without_the_ruleset_the_name_alone_is_said(void **state)
{
    char sentence[CLI_SENTENCE_SIZE];

    (void)state;
    built_catalogue_speak("vi");
    say(REFUSAL_SUBJECT_VOTE, "discipline", NULL, sentence, sizeof sentence);
    assert_string_equal(
        sentence,
        "đảng viên được xem xét không tham gia bỏ phiếu (quy tắc “kỷ luật”)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_rule_is_said_by_its_name_and_source_in_every_refusal),
        cmocka_unit_test(a_place_in_a_sentence_is_found),
        cmocka_unit_test(without_the_ruleset_the_name_alone_is_said),
    };

    return cmocka_run_group_tests(tests, built_catalogue_find, NULL);
}
