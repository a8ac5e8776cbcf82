/* The small dialogues about errata: what is asked, what is sent, and to whom
 * nothing is asked. */
#include "client/cli/cli_errata.h"

#include "client/core/text_table.h"
#include "protocol/meeting/erratum_text.h"
#include "protocol/record/commitment.h"
#include "tests/support/signed_register.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now_ms = INT64_C(1795970000000);

/* m1 presided, m2 took the minutes of c1.1, which has ended; the device is
 * m2's. */
struct scene {
    struct signed_register registry;
    struct meeting_state *meeting;
    struct text_table *texts;
    struct meeting_view view;
    struct cli_erratum_dialogue dialogue;
    char said[16384];
};

static void end_meeting(struct scene *scene)
{
    struct register_event began = { .kind = REGISTER_MEETING_BEGAN_KIND };
    struct register_event ended = { .kind = REGISTER_MEETING_ENDED_KIND };

    began.body.meeting_began.meeting = (struct identifier){ AUTHOR_MEETING };
    ended.body.meeting_ended.meeting = (struct identifier){ AUTHOR_MEETING };
    signed_register_apply(&scene->registry, &began);
    signed_register_apply(&scene->registry, &ended);
}

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    signed_register_init(&scene->registry);
    assert_int_equal(meeting_state_new(&scene->meeting), RESULT_OK);
    assert_int_equal(text_table_new(&scene->texts), RESULT_OK);
    scene->meeting->meeting = (struct identifier){ AUTHOR_MEETING };
    scene->meeting->phase = MEETING_CLOSED;
    scene->meeting->presiding = (struct identifier){ "m1" };
    scene->meeting->minute_taker = (struct identifier){ "m2" };
    scene->meeting->minutes.adopted_version = 1;
    memset(scene->meeting->minutes.c.bytes, 0x11, HASH_SIZE);
    scene->meeting->next_seq = 50;
    (void)snprintf(scene->meeting->zone, sizeof scene->meeting->zone,
                   "Asia/Ho_Chi_Minh");
    scene->view = (struct meeting_view){
        .organisation = { AUTHOR_ORGANISATION },
        .me = { "m2" },
        .log = { AUTHOR_MEETING },
        .state = scene->meeting,
        .org = scene->registry.state,
        .register_texts = scene->texts,
    };
    *state = scene;
    return 0;
}

static int setup_ended(void **state)
{
    (void)setup(state);
    end_meeting(*state);
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    text_table_free(scene->texts);
    meeting_state_free(scene->meeting);
    signed_register_release(&scene->registry);
    free(scene);
    return 0;
}

/* What is said while `open` to `shut` run. */
static FILE *hear(struct scene *scene)
{
    FILE *out = fmemopen(scene->said, sizeof scene->said, "w");

    assert_non_null(out);
    return out;
}

static void begin(struct scene *scene, const char *place)
{
    FILE *out = hear(scene);

    cli_erratum_begin(&scene->dialogue, &scene->view, place, out);
    (void)fclose(out);
}

static void sign(struct scene *scene, const char *number)
{
    FILE *out = hear(scene);

    cli_erratum_sign(&scene->dialogue, &scene->view, number, out);
    (void)fclose(out);
}

static json_t *type(struct scene *scene, const char *line)
{
    FILE *out = hear(scene);
    json_t *command =
        cli_erratum_take(&scene->dialogue, &scene->view, line, now_ms, out);

    (void)fclose(out);
    return command;
}

static void types(struct scene *scene, const char *line)
{
    assert_null(type(scene, line));
}

static void says(const struct scene *scene, const char *words)
{
    if (!strstr(scene->said, words))
        fail_msg("not said: %s\nbut: %s", words, scene->said);
}

static const char *word_of(const json_t *command, const char *name)
{
    return json_string_value(json_object_get(command, name));
}

/* The first erratum, as m1 proposes it, with its text. */
static void propose(struct scene *scene, bool is_opened)
{
    const char *json = "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":0,"
                       "\"reason\":\"Ghi nhầm\",\"should\":\"12 triệu\","
                       "\"stands\":\"21 triệu\",\"v\":1}";
    struct register_event event =
        signed_erratum(&scene->registry, "m1", SIGNER_CHAIR);
    struct opening opening = { .field = "erratum",
                               .value = text_view_of(json) };
    struct hash *c = &event.body.erratum_proposed.erratum.commitment;

    *c = commitment_of(TEXT_LITERAL(AUTHOR_ORGANISATION),
                       TEXT_LITERAL("erratum"), &opening.salt, opening.value);
    signed_register_apply(&scene->registry, &event);
    opening.seq = event.seq;
    assert_int_equal(text_table_expect(scene->texts, event.seq, "erratum",
                                       AUDIENCE_MEMBERS, LIMIT_ERRATUM_LENGTH,
                                       c),
                     RESULT_OK);
    if (is_opened)
        assert_int_equal(text_table_open(scene->texts,
                                         TEXT_LITERAL(AUTHOR_ORGANISATION),
                                         &opening),
                         RESULT_OK);
}

/* --- writing one ---------------------------------------------------------- */

static void the_minute_taker_writes_one_step_by_step(void **state)
{
    struct scene *scene = *state;
    struct erratum_text text;
    json_t *command;

    begin(scene, "");
    says(scene, "What is wrong?");
    types(scene, "e99");
    says(scene, "What is wrong?");
    types(scene, "41");
    says(scene, "Which words are wrong?");
    types(scene, "có mặt 25");
    says(scene, "What should stand there?");
    types(scene, "có mặt 25");
    says(scene, "That is what stands there.");
    types(scene, "có mặt 24");
    says(scene, "Why?");
    types(scene, "Đếm nhầm");
    says(scene, "as minute-taker with the key of this device?");
    types(scene, "có lẽ");
    says(scene, "Type yes or no.");
    command = type(scene, "yes");
    assert_non_null(command);
    assert_string_equal(word_of(command, "op"), "propose_erratum");
    assert_string_equal(word_of(command, "log"), AUTHOR_ORGANISATION);
    assert_string_equal(word_of(command, "meeting"), AUTHOR_MEETING);
    assert_string_equal(word_of(command, "role"), "minute-taker");
    assert_int_equal(json_integer_value(json_object_get(command, "number")), 1);
    assert_int_equal(
        erratum_text_read(text_view_of(word_of(command, "erratum")), &text),
        RESULT_OK);
    assert_int_equal(text.line, 41);
    assert_true(text_view_is(text.stands, "có mặt 25"));
    assert_true(text_view_is(text.should, "có mặt 24"));
    assert_true(text_view_is(text.reason, "Đếm nhầm"));
    erratum_text_release(&text);
    json_decref(command);
    assert_int_equal(scene->dialogue.question, CLI_ERRATUM_ASKS_NOTHING);
}

static void what_is_typed_in_another_form_is_the_same_text(void **state)
{
    struct scene *scene = *state;
    struct erratum_text text;
    json_t *command;

    begin(scene, "-");
    types(scene, "-");
    types(scene, "Tie\xcc\x82\xcc\x81p"); /* in NFD */
    types(scene, "Thiếu");
    command = type(scene, "yes");
    assert_non_null(command);
    assert_int_equal(
        erratum_text_read(text_view_of(word_of(command, "erratum")), &text),
        RESULT_OK);
    assert_int_equal(text.stands.size, 0);
    assert_true(text_view_is(text.should, "Tiếp"));
    erratum_text_release(&text);
    json_decref(command);
}

static void who_says_no_has_done_nothing(void **state)
{
    struct scene *scene = *state;

    begin(scene, "-");
    types(scene, "a");
    types(scene, "b");
    types(scene, "c");
    types(scene, "no");
    says(scene, "Nothing was done.");
    assert_int_equal(scene->dialogue.question, CLI_ERRATUM_ASKS_NOTHING);
}

static void nothing_is_asked_of_others_or_too_early(void **state)
{
    struct scene *scene = *state;

    begin(scene, "-");
    says(scene, "The meeting has not ended");
    end_meeting(scene);
    scene->view.me = (struct identifier){ "m3" };
    begin(scene, "-");
    says(scene, "Errata are signed by who presided");
    scene->view.me = (struct identifier){ "m2" };
    scene->meeting->minutes.adopted_version = 0;
    begin(scene, "-");
    says(scene, "The minutes were not adopted");
    scene->view.org = NULL;
    begin(scene, "-");
    says(scene, "The list of devices is not here yet");
    assert_int_equal(scene->dialogue.question, CLI_ERRATUM_ASKS_NOTHING);
}

/* --- signing one ---------------------------------------------------------- */

static void the_other_sees_what_is_signed_before_it_is(void **state)
{
    struct scene *scene = *state;
    json_t *command;
    char c[HEX_SIZE(HASH_SIZE)];

    propose(scene, true);
    sign(scene, "1");
    says(scene, "Erratum 1, entry e3:");
    says(scene, "the minutes say: 21 triệu");
    says(scene, "it should say: 12 triệu");
    command = type(scene, "yes");
    assert_non_null(command);
    assert_string_equal(word_of(command, "op"), "sign_erratum");
    hex_encode(scene->registry.state->errata.rows[0].c.bytes, HASH_SIZE, c);
    assert_string_equal(word_of(command, "c"), c);
    assert_string_equal(word_of(command, "role"), "minute-taker");
    json_decref(command);
}

static void nobody_signs_what_is_not_shown_or_not_there(void **state)
{
    struct scene *scene = *state;

    sign(scene, "1");
    says(scene, "Which erratum?");
    propose(scene, false);
    sign(scene, "1");
    says(scene, "it cannot be signed");
    scene->view.me = (struct identifier){ "m1" }; /* has signed it */
    sign(scene, "1");
    says(scene, "Errata are signed by who presided");
    assert_int_equal(scene->dialogue.question, CLI_ERRATUM_ASKS_NOTHING);
}

/* --- reading -------------------------------------------------------------- */

static void they_are_listed_with_who_signed_and_mark_lines(void **state)
{
    static const struct identifier e3 = { "e3" };
    struct scene *scene = *state;
    struct register_event second;
    char numbers[CLI_ERRATA_OF_SIZE];
    FILE *out = hear(scene);

    cli_errata_show(&scene->view, out);
    (void)fclose(out);
    says(scene, "These minutes have no errata.");
    propose(scene, true);
    cli_errata_of(&scene->view, &e3, 0, numbers);
    assert_string_equal(numbers, "");
    out = hear(scene);
    cli_errata_show(&scene->view, out);
    (void)fclose(out);
    says(scene, "No. 1 (2026-11-29), entry e3: NOT IN FORCE");
    says(scene, ", as chair");
    second = signed_second(&scene->registry, "m2", SIGNER_MINUTE_TAKER);
    second.body.erratum_signed.c = scene->registry.state->errata.rows[0].c;
    signed_register_apply(&scene->registry, &second);
    cli_errata_of(&scene->view, &e3, 0, numbers);
    assert_string_equal(numbers, "1");
    out = hear(scene);
    cli_errata_show(&scene->view, out);
    (void)fclose(out);
    says(scene, "entry e3: in force");
}

static void who_signs_although_the_officer_is_there_is_told(void **state)
{
    struct scene *scene = *state;
    struct register_event event =
        signed_erratum(&scene->registry, "m3", SIGNER_CHAIR);
    FILE *out;

    signed_register_apply(&scene->registry, &event);
    out = hear(scene);
    cli_errata_show(&scene->view, out);
    (void)fclose(out);
    says(scene, "in place of one who has left the cell");
    says(scene, "ATTENTION: who had this office is still of the cell");
    /* Whoever presided has left. */
    scene->meeting->presiding = (struct identifier){ "m99" };
    out = hear(scene);
    cli_errata_show(&scene->view, out);
    (void)fclose(out);
    says(scene, "in place of one who has left the cell");
    assert_null(strstr(scene->said, "ATTENTION"));
}

#define ENDED(test) cmocka_unit_test_setup_teardown(test, setup_ended, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENDED(the_minute_taker_writes_one_step_by_step),
        ENDED(what_is_typed_in_another_form_is_the_same_text),
        ENDED(who_says_no_has_done_nothing),
        cmocka_unit_test_setup_teardown(nothing_is_asked_of_others_or_too_early,
                                        setup, teardown),
        ENDED(the_other_sees_what_is_signed_before_it_is),
        ENDED(nobody_signs_what_is_not_shown_or_not_there),
        ENDED(they_are_listed_with_who_signed_and_mark_lines),
        ENDED(who_signs_although_the_officer_is_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
