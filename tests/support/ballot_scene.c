#include "tests/support/ballot_scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct text_view answers[] = {
    { "Đảng viên Mẫu 01", sizeof "Đảng viên Mẫu 01" - 1 },
    { "Đảng viên Mẫu 02", sizeof "Đảng viên Mẫu 02" - 1 },
    { "Đảng viên Mẫu 03", sizeof "Đảng viên Mẫu 03" - 1 },
    { "Đảng viên Mẫu 04", sizeof "Đảng viên Mẫu 04" - 1 },
    { "Đảng viên Mẫu 05", sizeof "Đảng viên Mẫu 05" - 1 },
    { "Đảng viên Mẫu 06", sizeof "Đảng viên Mẫu 06" - 1 },
    { "Đảng viên Mẫu 07", sizeof "Đảng viên Mẫu 07" - 1 },
    { "Đảng viên Mẫu 08", sizeof "Đảng viên Mẫu 08" - 1 },
    { "Đảng viên Mẫu 09", sizeof "Đảng viên Mẫu 09" - 1 },
    { "Đảng viên Mẫu 10", sizeof "Đảng viên Mẫu 10" - 1 },
};

/* Through its record, so that it has a fingerprint. */
static void read_election(struct ballot_scene *scene,
                          const struct ballot_election *terms)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t size = 0;

    byte_writer_init(&writer, 65536);
    assert_int_equal(ballot_election_write(scene->group, terms, &writer),
                     RESULT_OK);
    assert_int_equal(byte_writer_take(&writer, &bytes, &size), RESULT_OK);
    byte_writer_release(&writer);
    scene->record = (char *)bytes;
    assert_int_equal(
        ballot_election_read(scene->group,
                             (struct text_view){ scene->record, size }, false,
                             &scene->election),
        BALLOT_FAULT_NONE);
    assert_int_equal(
        ballot_booth_new(scene->group, &scene->election, &scene->booth),
        RESULT_OK);
}

static void build(struct ballot_scene *scene,
                  const struct ballot_question *questions, size_t count)
{
    struct ballot_election terms = { .description = TEXT_LITERAL("Mẫu thử"),
                                     .name = TEXT_LITERAL("Chi bộ Mẫu"),
                                     .questions = questions,
                                     .question_count = count,
                                     .uuid = TEXT_LITERAL("P95SQruW9N4q8N") };

    memset(scene, 0, sizeof *scene);
    scene->dice.seed = 11;
    scene->random = ballot_dice_random(&scene->dice);
    assert_int_equal(ballot_group_new(&scene->group), RESULT_OK);
    assert_int_equal(ballot_scalar_random(&scene->random, &scene->key_secret),
                     RESULT_OK);
    assert_int_equal(ballot_group_generate(scene->group, &scene->key_secret,
                                           &terms.public_key),
                     RESULT_OK);
    assert_int_equal(ballot_scalar_random(&scene->random, &scene->secret),
                     RESULT_OK);
    assert_int_equal(
        ballot_group_generate(scene->group, &scene->secret, &scene->credential),
        RESULT_OK);
    read_election(scene, &terms);
}

static struct ballot_question question(size_t answer_count, bool has_blank,
                                       uint32_t min, uint32_t max)
{
    struct ballot_question out = { .question = TEXT_LITERAL("Bầu chi ủy"),
                                   .answers = answers,
                                   .answer_count = answer_count,
                                   .has_blank = has_blank,
                                   .min = min,
                                   .max = max,
                                   .form = BALLOT_FORM_CHOOSE };

    return out;
}

void ballot_scene_init(struct ballot_scene *scene)
{
    const struct ballot_question questions[BALLOT_SCENE_QUESTIONS] = {
        question(3, false, 1, 1),
        question(3, true, 1, 2),
        question(2, true, 0, 2),
    };

    build(scene, questions, BALLOT_SCENE_QUESTIONS);
}

void ballot_scene_init_question(struct ballot_scene *scene, size_t answer_count,
                                bool has_blank, uint32_t min, uint32_t max)
{
    const struct ballot_question one =
        question(answer_count, has_blank, min, max);

    assert_true(answer_count <= sizeof answers / sizeof answers[0]);
    build(scene, &one, 1);
}

void ballot_scene_release(struct ballot_scene *scene)
{
    ballot_booth_free(scene->booth);
    ballot_election_release(&scene->election);
    free(scene->record);
    ballot_group_free(scene->group);
    memset(scene, 0, sizeof *scene);
}

enum result ballot_scene_try(struct ballot_scene *scene, const char *marks,
                             char **out, size_t *size)
{
    uint8_t digits[64];
    struct ballot_choice choices[BALLOT_SCENE_QUESTIONS] = { { digits, 0 } };
    size_t used = 0;
    size_t count = 1;

    for (const char *c = marks; *c != '\0'; c++) {
        assert_true(used < sizeof digits && count <= BALLOT_SCENE_QUESTIONS);
        if (*c == ' ') {
            choices[count++] = (struct ballot_choice){ &digits[used], 0 };
        } else {
            digits[used++] = (uint8_t)(*c - '0');
            choices[count - 1].count++;
        }
    }
    return ballot_vote_make(scene->booth, &scene->secret, choices, count,
                            &scene->random, out, size);
}

struct text_view ballot_scene_vote(struct ballot_scene *scene,
                                   const char *marks)
{
    char *out = NULL;
    size_t size = 0;

    assert_int_equal(ballot_scene_try(scene, marks, &out, &size), RESULT_OK);
    return (struct text_view){ out, size };
}

struct text_view ballot_scene_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    long end;
    size_t size;

    if (!file)
        fail_msg("%s: cannot be opened", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    assert_true(end > 0);
    rewind(file);
    size = (size_t)end;
    bytes = malloc(size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, size, file), size);
    (void)fclose(file); /* only read */
    if (bytes[size - 1] == '\n')
        size--;
    return (struct text_view){ bytes, size };
}
