#include "server/platform/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

enum { LINE_SIZE = 1024 };

static atomic_int current_level = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    atomic_store(&current_level, level);
}

static const char *level_word(enum log_level level)
{
    switch (level) {
    case LOG_LEVEL_ERROR:
        return "error";
    case LOG_LEVEL_WARNING:
        return "warning";
    case LOG_LEVEL_INFO:
        return "info";
    case LOG_LEVEL_DEBUG:
        return "debug";
    }
    return "?";
}

static size_t write_prefix(char *line, enum log_level level)
{
    struct timespec now = { 0 };
    struct tm utc = { 0 };
    char time_text[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%S", &utc);
    int size = snprintf(line, LINE_SIZE, "%s.%03ldZ %s: ", time_text,
                        now.tv_nsec / 1000000, level_word(level));
    return size > 0 ? (size_t)size : 0;
}

__attribute__((format(printf, 2, 0))) static void
write_line(enum log_level level, const char *format, va_list arguments)
{
    char line[LINE_SIZE];

    if ((int)level > atomic_load(&current_level))
        return;

    size_t size = write_prefix(line, level);
    int added = vsnprintf(line + size, sizeof line - size, format, arguments);
    if (added < 0)
        return;
    size += (size_t)added;
    if (size > sizeof line - 1)
        size = sizeof line - 1;
    /* A line stays a line, whatever was printed into it. */
    for (size_t i = 0; i < size; i++)
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    line[size++] = '\n';
    /* A log that cannot be written has nobody to be told. */
    ssize_t written = write(STDERR_FILENO, line, size);
    (void)written;
}

#define DEFINE_LOG(name, level)                                                \
    void name(const char *format, ...)                                         \
    {                                                                          \
        va_list arguments;                                                     \
                                                                               \
        va_start(arguments, format);                                           \
        write_line(level, format, arguments);                                  \
        va_end(arguments);                                                     \
    }

DEFINE_LOG(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG(log_warning, LOG_LEVEL_WARNING)
DEFINE_LOG(log_info, LOG_LEVEL_INFO)
DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)

/* Letters, marks, numbers, punctuation, symbols and the plain space: neither
 * controls, nor formats such as bidirectional overrides, nor other blanks. */
static bool is_printable(utf8proc_int32_t code_point)
{
    utf8proc_category_t category = utf8proc_category(code_point);

    return code_point == ' ' || (category >= UTF8PROC_CATEGORY_LU &&
                                 category <= UTF8PROC_CATEGORY_SO);
}

/* Writes one character of `in` (at least one byte) and says in `used` how many
 * bytes it took. `piece` holds 4 characters and a NUL. */
static size_t quote_piece(const uint8_t *in, size_t size, char piece[5],
                          size_t *used)
{
    utf8proc_int32_t code_point;
    utf8proc_ssize_t length =
        utf8proc_iterate(in, (utf8proc_ssize_t)size, &code_point);

    *used = 1;
    if (length <= 0 || !is_printable(code_point)) {
        snprintf(piece, 5, "\\x%02x", (unsigned)in[0]);
        return 4;
    }
    if (code_point == '\\' || code_point == '"') {
        piece[0] = '\\';
        piece[1] = (char)code_point;
        return 2;
    }
    *used = (size_t)length;
    memcpy(piece, in, (size_t)length);
    return (size_t)length;
}

struct log_quote log_quote(const void *bytes, size_t size)
{
    static const char cut[] = "...";
    const size_t room = sizeof((struct log_quote){ { 0 } }).text - 1;
    struct log_quote quote = { { 0 } };
    const uint8_t *in = bytes;
    size_t end = 0;      /* of what was written */
    size_t cut_here = 0; /* the last place where the mark of a cut fits */

    while (size) {
        char piece[5];
        size_t used;
        size_t length = quote_piece(in, size, piece, &used);

        if (end + length > room) {
            memcpy(quote.text + cut_here, cut, sizeof cut);
            memset(quote.text + cut_here + sizeof cut, 0,
                   sizeof quote.text - cut_here - sizeof cut);
            return quote;
        }
        memcpy(quote.text + end, piece, length);
        end += length;
        if (end + sizeof cut - 1 <= room)
            cut_here = end;
        in += used;
        size -= used;
    }
    return quote;
}

bool log_limiter_admits(struct log_limiter *limiter, int64_t monotonic_ms,
                        unsigned *suppressed)
{
    int64_t second = monotonic_ms / 1000;

    if (second != limiter->second) {
        limiter->second = second;
        limiter->count = 0;
    }
    if (limiter->count >= limiter->per_second) {
        limiter->suppressed++;
        return false;
    }
    limiter->count++;
    if (suppressed)
        *suppressed = limiter->suppressed;
    limiter->suppressed = 0;
    return true;
}
