#include "server/control/register_book.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/hash_chain.h"
#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The world of the register's tests, as a server would send it. */
struct fixture {
    struct register_world world;
    struct register_book *book;
    struct hash head;
    char *first; /* the genesis */
    size_t first_size;
    char *opening; /* of the genesis */
    size_t opening_size;
};

static const struct room_key room_key = { { 5 } };

static void send_event(struct fixture *f, size_t index)
{
    struct event_encoding encoding;
    struct hash leaf;

    assert_int_equal(register_event_encode(&f->world.events[index],
                                           TEXT_LITERAL("dbmau"), &room_key,
                                           &encoding),
                     RESULT_OK);
    leaf = hash_chain_leaf(encoding.bytes, encoding.size);
    f->head = hash_chain_link(index ? &f->head : NULL, index, &leaf);
    assert_int_equal(
        register_book_add_event(f->book, encoding.bytes, encoding.size),
        RESULT_OK);
    for (size_t i = 0; i < encoding.opening_count; i++) {
        char *bytes = NULL;
        size_t size = 0;

        assert_int_equal(opening_write(&encoding.openings[i], &bytes, &size),
                         RESULT_OK);
        assert_int_equal(register_book_add_opening(f->book, bytes, size),
                         RESULT_OK);
        if (index == 0) {
            f->opening = bytes;
            f->opening_size = size;
        } else {
            free(bytes);
        }
    }
    if (index == 0) {
        f->first = strndup(encoding.bytes, encoding.size);
        f->first_size = encoding.size;
    }
    event_encoding_release(&encoding);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const struct identifier organisation = id_of("dbmau");
    const struct command twin =
        add_member("u3", "Đảng viên Mẫu 03", CATEGORY_OFFICIAL, OFFICE_NONE);

    assert_non_null(f);
    register_world_settle(&f->world);
    assert_int_equal(register_world_do(&f->world, administrator(), &twin),
                     REFUSAL_NONE);
    assert_int_equal(register_book_new(&f->book, &organisation), RESULT_OK);
    for (size_t i = 0; i < f->world.event_count; i++)
        send_event(f, i);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    register_book_free(f->book);
    register_world_release(&f->world);
    free(f->first);
    free(f->opening);
    free(f);
    return 0;
}

static void a_reader_holds_what_the_server_holds(void **state)
{
    struct fixture *f = *state;
    const struct hash head = register_book_head(f->book);

    assert_true(
        register_states_equal(register_book_state(f->book), f->world.state));
    assert_true(hash_equal(&head, &f->head));
    assert_string_equal(register_book_name(f->book, 0), "Đảng bộ Mẫu");
    assert_string_equal(register_book_text(f->book, 0, "title"), "");
    assert_string_equal(register_book_name(f->book, 999), "");
}

static void names_ids_and_spellings_find_the_same(void **state)
{
    static const struct {
        const char *text;
        enum result result;
        const char *id;
    } cases[] = {
        { "m3", RESULT_OK, "m3" },
        { "Đảng viên Mẫu 01", RESULT_OK, "m1" },
        { "  đảng  viên MẪU 01 ", RESULT_OK, "m1" },
        { "\xc4\x90\x61\xcc\x89ng vi\x65\xcc\x82n M\x61\xcc\x82\xcc\x83u 01",
          RESULT_OK, "m1" },
        { "Đảng viên Mẫu 03", RESULT_EXISTS, "" },
        { "Đảng viên Mẫu 99", RESULT_NOT_FOUND, "" },
        { "m99", RESULT_NOT_FOUND, "" },
        { "", RESULT_NOT_FOUND, "" },
        { "\xff", RESULT_NOT_FOUND, "" },
        { "Điểm cầu A", RESULT_OK, "s1" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct identifier id = { "" };

        assert_int_equal(register_book_find_holder(f->book, cases[i].text, &id),
                         cases[i].result);
        assert_string_equal(id.text, cases[i].id);
    }
}

static void a_search_can_be_held_to_a_cell(void **state)
{
    struct fixture *f = *state;
    const struct identifier u2 = id_of("u2");
    const struct identifier u3 = id_of("u3");
    struct identifier id;

    assert_int_equal(
        register_book_find_member(f->book, &u2, "Đảng viên Mẫu 03", &id),
        RESULT_OK);
    assert_string_equal(id.text, "m3");
    assert_int_equal(
        register_book_find_member(f->book, NULL, "Đảng viên Mẫu 03", &id),
        RESULT_EXISTS);
    assert_int_equal(
        register_book_find_group(f->book, &u2, "tổ đảng số 1", &id), RESULT_OK);
    assert_string_equal(id.text, "u4");
    assert_int_equal(
        register_book_find_group(f->book, &u3, "tổ đảng số 1", &id),
        RESULT_NOT_FOUND);
    assert_int_equal(register_book_find_group(f->book, &u3, "u4", &id),
                     RESULT_NOT_FOUND);
    assert_int_equal(register_book_find_unit(f->book, "chi bộ mẫu 2", &id),
                     RESULT_OK);
    assert_string_equal(id.text, "u3");
    assert_int_equal(register_book_find_site(f->book, "s1", &id), RESULT_OK);
    assert_int_equal(register_book_find_site(f->book, "m1", &id),
                     RESULT_NOT_FOUND);
}

static void a_removed_member_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct command removal = { .op = OP_REMOVE_MEMBER };
    struct identifier id;

    removal.body.remove_member.member = id_of("m1");
    assert_int_equal(register_world_do(&f->world, administrator(), &removal),
                     REFUSAL_NONE);
    send_event(f, f->world.event_count - 1);
    assert_int_equal(register_book_find_holder(f->book, "m1", &id),
                     RESULT_NOT_FOUND);
    assert_int_equal(
        register_book_find_holder(f->book, "Đảng viên Mẫu 01", &id),
        RESULT_NOT_FOUND);
}

static void what_does_not_fit_the_log_is_not_taken(void **state)
{
    struct fixture *f = *state;
    const struct identifier organisation = id_of("dbmau");
    const struct identifier other = id_of("dbkhac");
    struct register_book *book = NULL;
    char *value;

    assert_int_equal(register_book_add_event(f->book, f->first, f->first_size),
                     RESULT_CORRUPT);
    assert_int_equal(register_book_new(&book, &other), RESULT_OK);
    assert_int_equal(register_book_add_event(book, f->first, f->first_size),
                     RESULT_CORRUPT);
    book = register_book_free(book);
    assert_int_equal(register_book_new(&book, &organisation), RESULT_OK);
    /* An opening before its event, and one with a changed name. */
    assert_int_equal(
        register_book_add_opening(book, f->opening, f->opening_size),
        RESULT_CORRUPT);
    assert_int_equal(register_book_add_event(book, f->first, f->first_size),
                     RESULT_OK);
    value = memmem(f->opening, f->opening_size, "Mẫu", strlen("Mẫu"));
    assert_non_null(value);
    *value = 'X';
    assert_int_equal(
        register_book_add_opening(book, f->opening, f->opening_size),
        RESULT_CORRUPT);
    *value = 'M';
    assert_int_equal(
        register_book_add_opening(book, f->opening, f->opening_size),
        RESULT_OK);
    assert_null(register_book_free(book));
    assert_null(register_book_free(NULL));
}

#define WITH_BOOK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOOK(a_reader_holds_what_the_server_holds),
        WITH_BOOK(names_ids_and_spellings_find_the_same),
        WITH_BOOK(a_search_can_be_held_to_a_cell),
        WITH_BOOK(a_removed_member_is_not_found),
        WITH_BOOK(what_does_not_fit_the_log_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
