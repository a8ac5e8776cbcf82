/* What a program writes to a terminal is folded at its width, and what it
 * writes elsewhere is not. */
#include "protocol/program/folding_stream.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

struct screen {
    int master, slave;
    FILE *stream;
};

static void set_width(struct screen *screen, unsigned short columns)
{
    const struct winsize size = { .ws_row = 24, .ws_col = columns };

    assert_int_equal(ioctl(screen->slave, TIOCSWINSZ, &size), 0);
}

static void open_screen(struct screen *screen, unsigned short columns, int mode)
{
    struct termios raw;

    assert_int_equal(openpty(&screen->master, &screen->slave, NULL, NULL, NULL),
                     0);
    assert_int_equal(tcgetattr(screen->slave, &raw), 0);
    cfmakeraw(&raw); /* a line feed stays one */
    assert_int_equal(tcsetattr(screen->slave, TCSANOW, &raw), 0);
    set_width(screen, columns);
    screen->stream = folding_stream_new(screen->slave, mode);
    assert_non_null(screen->stream);
}

/* What came, up to a sign that is written here. */
static void expect(struct screen *screen, const char *text)
{
    char got[512] = { 0 };
    size_t size = 0;

    assert_int_equal(write(screen->slave, "$", 1), 1);
    while (size == 0 || got[size - 1] != '$') {
        const ssize_t count =
            read(screen->master, got + size, sizeof got - 1 - size);

        assert_true(count > 0);
        size += (size_t)count;
    }
    got[size - 1] = '\0';
    assert_string_equal(got, text);
}

static void close_screen(struct screen *screen)
{
    assert_int_equal(fclose(screen->stream), 0);
    close(screen->master);
    close(screen->slave);
}

static void a_line_is_folded_between_words_at_the_width(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IOLBF);
    (void)fprintf(screen.stream, "%s\n%s\n",
                  "chiboctl: không có ai tên là Đảng viên Mẫu 07",
                  "  m7     Đảng viên Mẫu 07 (được miễn): chưa có mặt");
    expect(&screen, "chiboctl: không có ai tên là\n"
                    "  Đảng viên Mẫu 07\n"
                    "  m7     Đảng viên Mẫu 07\n"
                    "         (được miễn): chưa có\n"
                    "         mặt\n");
    close_screen(&screen);
}

static void a_composed_and_a_decomposed_line_are_folded_alike(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IOLBF);
    /* "điểm cầu điểm cầu điểm cầu điểm cầu", the ể in three code points */
    (void)fputs("đie\xcc\x82\xcc\x89m cầu đie\xcc\x82\xcc\x89m cầu "
                "đie\xcc\x82\xcc\x89m cầu đie\xcc\x82\xcc\x89m cầu\n",
                screen.stream);
    expect(&screen, "đie\xcc\x82\xcc\x89m cầu đie\xcc\x82\xcc\x89m cầu "
                    "đie\xcc\x82\xcc\x89m cầu\n  đie\xcc\x82\xcc\x89m cầu\n");
    (void)fputs("điểm cầu điểm cầu điểm cầu điểm cầu\n", screen.stream);
    expect(&screen, "điểm cầu điểm cầu điểm cầu\n  điểm cầu\n");
    (void)fputs("会议 会议 会议 会议 会议 会议 会议\n", screen.stream);
    expect(&screen, "会议 会议 会议 会议 会议 会议\n  会议\n");
    close_screen(&screen);
}

static void pieces_make_the_line_that_they_are(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IONBF);
    (void)fputs("chiboctl: ", screen.stream);
    expect(&screen, "chiboctl: ");
    (void)fprintf(screen.stream, "không có ai tên là %s", "Đảng viên Mẫu 07");
    expect(&screen, "không có ai tên là\n  Đảng viên Mẫu 07");
    (void)fputc('\n', screen.stream);
    expect(&screen, "\n");
    close_screen(&screen);
}

static void a_question_is_shown_before_its_line_ends(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IOLBF);
    (void)fputs("Mật khẩu: ", screen.stream);
    assert_int_equal(fflush(screen.stream), 0);
    expect(&screen, "Mật khẩu: ");
    close_screen(&screen);
}

static void what_moves_the_cursor_is_left_alone(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IONBF);
    (void)fputs("\r[######........................]  40 %  người nghe\033[K",
                screen.stream);
    expect(&screen,
           "\r[######........................]  40 %  người nghe\033[K");
    (void)fputs("\r\033[K", screen.stream);
    expect(&screen, "\r\033[K");
    (void)fputs("chibo-bench: máy chủ đã ngừng trả lời\n", screen.stream);
    expect(&screen, "chibo-bench: máy chủ đã ngừng\n  trả lời\n");
    close_screen(&screen);
}

static void what_is_for_programs_is_left_alone(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IONBF);
    (void)fputs("{\"name\":\"Đảng viên Mẫu 07\",", screen.stream);
    (void)fputs("\"category\":\"đảng viên chính thức\"}\n", screen.stream);
    expect(&screen, "{\"name\":\"Đảng viên Mẫu 07\","
                    "\"category\":\"đảng viên chính thức\"}\n");
    close_screen(&screen);
}

static void the_width_is_that_of_now(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 60, _IOLBF);
    (void)fputs("điểm cầu điểm cầu điểm cầu điểm cầu\n", screen.stream);
    expect(&screen, "điểm cầu điểm cầu điểm cầu điểm cầu\n");
    set_width(&screen, 30);
    (void)fputs("điểm cầu điểm cầu điểm cầu điểm cầu\n", screen.stream);
    expect(&screen, "điểm cầu điểm cầu điểm cầu\n  điểm cầu\n");
    set_width(&screen, 12); /* nothing can be read there anyway */
    (void)fputs("điểm cầu điểm cầu điểm cầu điểm cầu\n", screen.stream);
    expect(&screen, "điểm cầu điểm cầu điểm cầu điểm cầu\n");
    close_screen(&screen);
}

static void a_pipe_is_no_terminal(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_null(folding_stream_new(ends[1], _IOLBF));
    close(ends[0]);
    close(ends[1]);
}

static void a_terminal_that_is_gone_is_an_error_of_the_stream(void **state)
{
    struct screen screen;

    (void)state;
    open_screen(&screen, 30, _IOLBF);
    close(screen.slave);
    (void)fputs("điểm cầu\n", screen.stream);
    assert_true(ferror(screen.stream) != 0);
    (void)fclose(screen.stream);
    close(screen.master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_folded_between_words_at_the_width),
        cmocka_unit_test(a_composed_and_a_decomposed_line_are_folded_alike),
        cmocka_unit_test(pieces_make_the_line_that_they_are),
        cmocka_unit_test(a_question_is_shown_before_its_line_ends),
        cmocka_unit_test(what_moves_the_cursor_is_left_alone),
        cmocka_unit_test(what_is_for_programs_is_left_alone),
        cmocka_unit_test(the_width_is_that_of_now),
        cmocka_unit_test(a_pipe_is_no_terminal),
        cmocka_unit_test(a_terminal_that_is_gone_is_an_error_of_the_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
