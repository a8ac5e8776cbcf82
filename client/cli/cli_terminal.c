#include "client/cli/cli_terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { WIDTH_UNKNOWN = 80, HEIGHT_UNKNOWN = 24 };

/* To the corner; away with the screen; away with what can be scrolled to. */
#define WIPE "\033[H\033[2J\033[3J"
#define OTHER_PAGE "\033[?1049h"
#define FIRST_PAGE "\033[?1049l"

static struct {
    bool has_page;
    bool is_hidden;
    struct termios shown; /* as it was before typing was hidden */
} terminal;

bool cli_terminal_is_there(void)
{
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

size_t cli_terminal_width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_UNKNOWN;
    return size.ws_col;
}

size_t cli_terminal_height(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        return HEIGHT_UNKNOWN;
    return size.ws_row;
}

void cli_terminal_set_title(const char *title)
{
    if (cli_terminal_is_there())
        (void)printf("\033]0;%s\007", title);
}

void cli_terminal_write(const char *bytes, size_t size)
{
    (void)fflush(stdout);
    while (size > 0) {
        const ssize_t written = write(STDOUT_FILENO, bytes, size);

        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

            (void)poll(&fd, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return; /* a reader that has gone shows at the next flush */
        }
    }
}

static void put(const char *sequence)
{
    cli_terminal_write(sequence, strlen(sequence));
}

void cli_terminal_open_page(void)
{
    if (terminal.has_page || !cli_terminal_is_there())
        return;
    terminal.has_page = true;
    put(OTHER_PAGE WIPE);
}

void cli_terminal_clear_page(void)
{
    if (terminal.has_page)
        put(WIPE);
}

void cli_terminal_close_page(void)
{
    if (!terminal.has_page)
        return;
    terminal.has_page = false;
    put(WIPE FIRST_PAGE);
}

void cli_terminal_show_typing(bool is_shown)
{
    struct termios hidden;

    if (is_shown && terminal.is_hidden) {
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.shown);
        terminal.is_hidden = false;
    } else if (!is_shown && !terminal.is_hidden &&
               tcgetattr(STDIN_FILENO, &terminal.shown) == 0) {
        hidden = terminal.shown;
        hidden.c_lflag &= (tcflag_t)~ECHO;
        hidden.c_lflag |= ECHONL;
        terminal.is_hidden = tcsetattr(STDIN_FILENO, TCSADRAIN, &hidden) == 0;
    }
}
