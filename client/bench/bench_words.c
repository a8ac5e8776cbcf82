#include "client/bench/bench_words.h"

#include "client/bench/bench_speech.h"
#include "protocol/program/result_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAR_WIDTH = 30, DRAWN_EVERY_US = 100000 };

static struct {
    const char *what;
    uint64_t drawn_us;
    bool is_drawn;
} bar;

void bench_say(const char *format, ...)
{
    va_list arguments;

    bench_progress_end();
    fputs("chibo-bench: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

const char *bench_reason(enum result result)
{
    if (result == RESULT_CLOSED)
        return _("you stopped it");
    if (result == RESULT_BUSY)
        return _("it took too long");
    if (result == RESULT_REFUSED)
        return _("the server refused it");
    if (result == RESULT_IO)
        return _("the server cannot be reached, or not any more");
    return result_words(result);
}

static void draw(size_t done, size_t total)
{
    const size_t full = done * BAR_WIDTH / total;

    fputs("\r[", stderr);
    for (size_t i = 0; i < BAR_WIDTH; i++)
        fputc(i < full ? '#' : '.', stderr);
    fprintf(stderr, "] %3zu %%  %s\033[K", done * 100 / total, bar.what);
    (void)fflush(stderr); /* a terminal that is gone is no reason to stop */
    bar.is_drawn = true;
}

void bench_progress(const char *what, size_t done, size_t total)
{
    const uint64_t now_us = bench_now_us();
    const bool is_new = bar.what != what;

    if (total == 0)
        return;
    bar.what = what;
    if (done > total)
        done = total;
    if (!isatty(STDERR_FILENO)) {
        if (is_new)
            fprintf(stderr, "chibo-bench: %s\n", what);
        return;
    }
    if (!is_new && done < total && now_us - bar.drawn_us < DRAWN_EVERY_US)
        return;
    bar.drawn_us = now_us;
    draw(done, total);
}

void bench_progress_end(void)
{
    if (bar.is_drawn)
        fputs("\r\033[K", stderr);
    bar.is_drawn = false;
    bar.what = NULL;
}
