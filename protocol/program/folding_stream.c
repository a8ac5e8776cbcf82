#include "protocol/program/folding_stream.h"

#include "protocol/program/fold.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BUFFER_SIZE = 8192 };

struct folding {
    int fd;
    char *line; /* the line that is not yet ended */
    size_t size;
    char *shown; /* what of it is on the terminal already, folded */
    char buffer[BUFFER_SIZE];
};

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);

        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd ready = { .fd = fd, .events = POLLOUT };

            (void)poll(&ready, 1, -1);
        } else if (written == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* Columns for this line; 0: it stays as it is. An object of JSON is for
 * programs, wherever it is shown. */
static size_t width_for(const struct folding *folding, const char *piece)
{
    const char *line = folding->line ? folding->line : piece;
    struct winsize size;

    if (line[0] == '{' || ioctl(folding->fd, TIOCGWINSZ, &size) != 0 ||
        size.ws_col < FOLD_WIDTH_MIN)
        return 0;
    return size.ws_col;
}

/* As fold_list(); NULL when memory is out. The caller frees it. */
static char *folded(const char *text, size_t width)
{
    char *out = NULL;
    size_t size;
    FILE *stream = open_memstream(&out, &size);

    if (!stream)
        return NULL;
    fold_list(text, width > 0 ? width : SIZE_MAX, stream);
    if (fclose(stream) != 0) {
        free(out);
        return NULL;
    }
    return out;
}

static void forget_line(struct folding *folding)
{
    free(folding->line);
    free(folding->shown);
    folding->line = folding->shown = NULL;
    folding->size = 0;
}

static bool has_control(const char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n')
            return true;
    return false;
}

/* Puts a piece behind the line; false when memory is out. */
static bool lengthen(struct folding *folding, const char *bytes, size_t size)
{
    char *line = realloc(folding->line, folding->size + size + 1);

    if (!line)
        return false;
    memcpy(line + folding->size, bytes, size);
    folding->line = line;
    folding->size += size;
    line[folding->size] = '\0';
    return true;
}

/*
 * A piece of a line, or the rest of it with its line feed. What was shown of
 * the line before stands on the terminal: the rest of the folded line follows,
 * or the piece as it is where the whole would have been folded in another way.
 */
static bool put_piece(struct folding *folding, const char *piece, size_t size)
{
    const size_t width = width_for(folding, piece);
    const size_t before = folding->shown ? strlen(folding->shown) : 0;
    char *text;
    bool is_written;

    if (has_control(piece, size) || !lengthen(folding, piece, size)) {
        forget_line(folding);
        return write_all(folding->fd, piece, size);
    }
    text = folded(folding->line, width);
    if (text && strlen(text) >= before &&
        (before == 0 || memcmp(text, folding->shown, before) == 0))
        is_written =
            write_all(folding->fd, text + before, strlen(text) - before);
    else
        is_written = write_all(folding->fd, piece, size);
    free(folding->shown);
    folding->shown = text;
    if (piece[size - 1] == '\n')
        forget_line(folding);
    return is_written;
}

static ssize_t on_write(void *cookie, const char *bytes, size_t size)
{
    struct folding *folding = cookie;
    size_t at = 0;

    while (at < size) {
        const char *end = memchr(bytes + at, '\n', size - at);
        const size_t piece = end ? (size_t)(end - (bytes + at)) + 1 : size - at;

        if (!put_piece(folding, bytes + at, piece))
            return 0; /* the stream's error */
        at += piece;
    }
    return (ssize_t)size;
}

static int on_close(void *cookie)
{
    forget_line(cookie);
    free(cookie);
    return 0;
}

FILE *folding_stream_new(int fd, int mode)
{
    struct folding *folding =
        isatty(fd) == 1 ? calloc(1, sizeof *folding) : NULL;
    FILE *stream;

    if (!folding)
        return NULL;
    folding->fd = fd;
    stream = fopencookie(
        folding, "w",
        (cookie_io_functions_t){ .write = on_write, .close = on_close });
    if (!stream) {
        free(folding);
        return NULL;
    }
    if (setvbuf(stream, mode == _IONBF ? NULL : folding->buffer, mode,
                mode == _IONBF ? 0 : BUFFER_SIZE) != 0) {
        (void)fclose(stream);
        return NULL;
    }
    return stream;
}

void folding_stream_begin(void)
{
    FILE *out = folding_stream_new(STDOUT_FILENO, _IOLBF);
    FILE *problems = folding_stream_new(STDERR_FILENO, _IONBF);

    if (out)
        stdout = out;
    if (problems)
        stderr = problems;
}
