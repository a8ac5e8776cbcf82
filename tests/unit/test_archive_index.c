#include "server/archive/archive_index.h"

#include "server/archive/archive_query.h"
#include "tests/support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct fixture {
    struct scratch_folder folder;
    struct scratch_path path;
    struct archive_index *index;
    size_t count; /* of what was handed over last */
    char snippet[200], name[60];
};

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fixture->path = scratch_folder_file(&fixture->folder, "index.db");
    assert_int_equal(archive_index_open(&fixture->index, fixture->path.text),
                     RESULT_OK);
    *state = fixture;
    return 0;
}

static int end(void **state)
{
    struct fixture *fixture = *state;

    archive_index_close(fixture->index);
    scratch_folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

static void reopen(struct fixture *fixture)
{
    archive_index_close(fixture->index);
    fixture->index = NULL;
    assert_int_equal(archive_index_open(&fixture->index, fixture->path.text),
                     RESULT_OK);
}

/* A meeting of this name with the texts, which NULL ends. */
static void put(struct fixture *fixture, const char *name, const char *stamp,
                const char *const *texts)
{
    struct archive_source source = { .origin = ARCHIVE_IMPORTED,
                                     .name = name,
                                     .stamp = stamp,
                                     .level = "full" };
    struct archive_meeting meeting = { .title = "Sinh hoạt thường kỳ",
                                       .venue = "Hội trường Mẫu",
                                       .unit = "Chi bộ Mẫu",
                                       .kind = KIND_REGULAR,
                                       .is_signed = true,
                                       .minutes_number = 5 };

    assert_int_equal(
        archive_index_begin(fixture->index, ARCHIVE_IMPORTED, name), RESULT_OK);
    for (; *texts; texts++) {
        const struct archive_text text = { .place = ARCHIVE_ENTRY,
                                           .seq = 7,
                                           .text = text_view_of(*texts) };

        assert_int_equal(archive_index_text(fixture->index, &text), RESULT_OK);
    }
    assert_int_equal(archive_index_end(fixture->index, &source, &meeting),
                     RESULT_OK);
}

static enum result on_hit(const struct archive_hit *hit, void *user)
{
    struct fixture *fixture = user;

    fixture->count++;
    (void)snprintf(fixture->snippet, sizeof fixture->snippet, "%s",
                   hit->snippet);
    (void)snprintf(fixture->name, sizeof fixture->name, "%s",
                   hit->row.source.name);
    assert_string_equal(hit->place, "entry");
    assert_int_equal(hit->seq, 7);
    return RESULT_OK;
}

/* How many texts have this phrase; the last one is in the fixture. */
static uint64_t find(struct fixture *fixture, const char *phrase)
{
    char *query = NULL;
    size_t bad;
    uint64_t total = 99;

    fixture->count = 0;
    assert_int_equal(archive_query_make(&phrase, 1, &query, &bad), RESULT_OK);
    assert_int_equal(archive_index_search(fixture->index, query, 10, on_hit,
                                          fixture, &total),
                     RESULT_OK);
    free(query);
    assert_int_equal(fixture->count, total < 10 ? total : 10);
    return total;
}

static enum result on_row(const struct archive_row *row, void *user)
{
    struct fixture *fixture = user;

    fixture->count++;
    assert_string_equal(row->meeting.unit, "Chi bộ Mẫu");
    assert_true(row->meeting.is_signed);
    assert_int_equal(row->meeting.minutes_number, 5);
    return RESULT_OK;
}

static size_t row_count(struct fixture *fixture)
{
    fixture->count = 0;
    assert_int_equal(archive_index_list(fixture->index, on_row, fixture),
                     RESULT_OK);
    return fixture->count;
}

static const char *const two[] = { "Biên bản đã được thông qua.",
                                   "Kết nạp Đảng viên Mẫu 01", NULL };

static void words_without_marks_find_those_with_marks(void **state)
{
    static const char *const same[] = {
        "dang vien",
        "ĐẢNG VIÊN",
        "đảng viên",
        "\xc4\x91"
        "a\xcc\x89"
        "ng vie\xcc\x82n", /* composed by hand */
        "\xc4\x90"
        "ang vien",
    };
    size_t i;

    put(*state, "a", "1", two);
    for (i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_int_equal(find(*state, same[i]), 1);
        assert_string_equal(((struct fixture *)*state)->snippet,
                            "Kết nạp [Đảng viên] Mẫu 01");
    }
    assert_int_equal(find(*state, "bien ban da duoc thong qua"), 1);
}

static void every_vietnamese_letter_is_found_by_its_plain_one(void **state)
{
    static const struct {
        const char *plain;
        const char *letters;
    } rows[] = {
        { "a",
          "à á ả ã ạ ă ằ ắ ẳ ẵ ặ â ầ ấ ẩ ẫ ậ À Á Ả Ã Ạ Ă Ằ Ắ Ẳ Ẵ Ặ Â Ầ Ấ Ẩ "
          "Ẫ Ậ" },
        { "d", "đ Đ" },
        { "e", "è é ẻ ẽ ẹ ê ề ế ể ễ ệ È É Ẻ Ẽ Ẹ Ê Ề Ế Ể Ễ Ệ" },
        { "i", "ì í ỉ ĩ ị Ì Í Ỉ Ĩ Ị" },
        { "o",
          "ò ó ỏ õ ọ ô ồ ố ổ ỗ ộ ơ ờ ớ ở ỡ ợ Ò Ó Ỏ Õ Ọ Ô Ồ Ố Ổ Ỗ Ộ Ơ Ờ Ớ Ở "
          "Ỡ Ợ" },
        { "u", "ù ú ủ ũ ụ ư ừ ứ ử ữ ự Ù Ú Ủ Ũ Ụ Ư Ừ Ứ Ử Ữ Ự" },
        { "y", "ỳ ý ỷ ỹ ỵ Ỳ Ý Ỷ Ỹ Ỵ" },
    };
    char letter[8];
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *at = rows[i].letters;

        while (*at) {
            const char *texts[] = { letter, NULL };
            const size_t size = strcspn(at, " ");

            memcpy(letter, at, size);
            letter[size] = '\0';
            put(*state, "a", "1", texts);
            assert_int_equal(find(*state, rows[i].plain), 1);
            at += size + (at[size] == ' ');
        }
    }
}

static void a_phrase_is_not_its_words_in_another_order(void **state)
{
    put(*state, "a", "1", two);
    assert_int_equal(find(*state, "thông qua"), 1);
    assert_int_equal(find(*state, "qua thông"), 0);
    assert_int_equal(find(*state, "bien"), 1);
    assert_int_equal(find(*state, "bie"), 0);
}

static void a_source_that_comes_again_takes_the_place_of_the_old(void **state)
{
    static const char *const other[] = { "Nghị quyết về nông thôn mới", NULL };

    put(*state, "a", "1", two);
    put(*state, "b", "1", two);
    put(*state, "a", "2", other);
    assert_int_equal(row_count(*state), 2);
    assert_int_equal(find(*state, "thong qua"), 1);
    assert_string_equal(((struct fixture *)*state)->name, "b");
    assert_int_equal(find(*state, "nong thon"), 1);
    assert_string_equal(((struct fixture *)*state)->name, "a");
    assert_true(archive_index_has(((struct fixture *)*state)->index,
                                  ARCHIVE_IMPORTED, "a", "2"));
    assert_false(archive_index_has(((struct fixture *)*state)->index,
                                   ARCHIVE_IMPORTED, "a", "1"));
    assert_false(archive_index_has(((struct fixture *)*state)->index,
                                   ARCHIVE_OF_SERVER, "a", "2"));
}

static void what_was_abandoned_leaves_the_old_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    const struct archive_text text = { .place = ARCHIVE_ENTRY,
                                       .seq = 7,
                                       .text = TEXT_LITERAL("nông thôn") };

    put(fixture, "a", "1", two);
    assert_int_equal(archive_index_begin(fixture->index, ARCHIVE_IMPORTED, "a"),
                     RESULT_OK);
    assert_int_equal(archive_index_text(fixture->index, &text), RESULT_OK);
    archive_index_abandon(fixture->index);
    assert_int_equal(find(fixture, "nong thon"), 0);
    assert_int_equal(find(fixture, "thong qua"), 1);
    assert_int_equal(row_count(fixture), 1);
}

static void a_source_that_is_dropped_is_not_found_any_more(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "a", "1", two);
    assert_int_equal(archive_index_drop(fixture->index, ARCHIVE_IMPORTED, "a"),
                     RESULT_OK);
    assert_int_equal(row_count(fixture), 0);
    assert_int_equal(find(fixture, "thong qua"), 0);
}

static void an_index_stays_and_only_its_owner_reads_it(void **state)
{
    struct fixture *fixture = *state;
    struct stat about;

    put(fixture, "a", "1", two);
    reopen(fixture);
    assert_int_equal(find(fixture, "thong qua"), 1);
    assert_int_equal(stat(fixture->path.text, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void a_file_that_is_none_is_begun_anew(void **state)
{
    struct fixture *fixture = *state;
    FILE *file;

    put(fixture, "a", "1", two);
    archive_index_close(fixture->index);
    fixture->index = NULL;
    file = fopen(fixture->path.text, "w");
    assert_non_null(file);
    assert_true(fputs("this is no database, and long enough to be one", file) >
                0);
    assert_int_equal(fclose(file), 0);
    reopen(fixture);
    assert_int_equal(row_count(fixture), 0);
    put(fixture, "a", "1", two);
    assert_int_equal(find(fixture, "thong qua"), 1);
}

int main(void)
{
#define INDEX_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        INDEX_TEST(words_without_marks_find_those_with_marks),
        INDEX_TEST(every_vietnamese_letter_is_found_by_its_plain_one),
        INDEX_TEST(a_phrase_is_not_its_words_in_another_order),
        INDEX_TEST(a_source_that_comes_again_takes_the_place_of_the_old),
        INDEX_TEST(what_was_abandoned_leaves_the_old_as_it_was),
        INDEX_TEST(a_source_that_is_dropped_is_not_found_any_more),
        INDEX_TEST(an_index_stays_and_only_its_owner_reads_it),
        INDEX_TEST(a_file_that_is_none_is_begun_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
