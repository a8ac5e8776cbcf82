/* What is told at /metrics. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/metrics.h"

#include <stdio.h>
#include <string.h>

static const uint64_t bounds_us[] = { 500, 20000 };

static struct metrics sample(void)
{
    struct metrics metrics = { .store.commits = 12 };

    histogram_init(&metrics.hub.sound.queue_age, bounds_us, 2);
    histogram_init(&metrics.hub.loop_lag, bounds_us, 2);
    histogram_init(&metrics.hub.hearing.delay, bounds_us, 2);
    histogram_add(&metrics.hub.hearing.delay, 120000);
    metrics.hub.hearing.played = 480;
    metrics.hub.hearing.concealed = 21;
    metrics.hub.hearing.repaired = 5;
    metrics.hub.hearing.late = 3;
    metrics.hub.hearing.dropped = 2;
    histogram_add(&metrics.hub.loop_lag, 400);
    histogram_add(&metrics.hub.loop_lag, 30000);
    metrics.hub.sound.dropped[SOUND_STALE] = 7;
    metrics.hub.sound.dropped[SOUND_ONE_VOICE] = 3;
    metrics.hub.cut_off[CUT_SOUND] = 8;
    metrics.hub.cut_off[CUT_UPLOAD] = 9;
    metrics.hub.logins_refused[LOGIN_FAILED] = 10;
    metrics.hub.logins_refused[LOGIN_PAUSED] = 11;
    metrics.connections_held = 12;
    metrics.hub.sound.dropped[SOUND_SIZE] = 6;
    metrics.hub.sound.copies = 40;
    metrics.hub.sound.duplicates = 41;
    metrics.hub.sound.tight_messages = 42;
    metrics.hub.lines[LINE_COPIES] = 4;
    metrics.hub.lines[LINE_OTHER] = 5;
    metrics.hub.lanes = 20;
    metrics.hub.room_sessions[0] = 2;
    metrics.hub.room_sessions[ROOM_SIZE_COUNT - 1] = 300;
    metrics.hub.bundle_window_ms = 10;
    metrics.cpu_ns = 1500000000;
    metrics.resident_size = 40 * 1024 * 1024;
    return metrics;
}

static void every_figure_is_a_line_of_its_own(void **state)
{
    static const char *const lines[] = {
        "\nchibo_store_commits_total 12\n",
        "\nchibo_audio_dropped_total{reason=\"stale\"} 7\n",
        "\nchibo_audio_dropped_total{reason=\"queue_full\"} 0\n",
        "\nchibo_audio_dropped_total{reason=\"one_voice\"} 3\n",
        "\nchibo_audio_dropped_total{reason=\"size\"} 6\n",
        "\nchibo_cut_off_total{reason=\"requests\"} 0\n",
        "\nchibo_cut_off_total{reason=\"waiting\"} 0\n",
        "\nchibo_cut_off_total{reason=\"sound\"} 8\n",
        "\nchibo_cut_off_total{reason=\"upload\"} 9\n",
        "\nchibo_logins_refused_total{reason=\"failed\"} 10\n",
        "\nchibo_logins_refused_total{reason=\"revoked\"} 0\n",
        "\nchibo_logins_refused_total{reason=\"paused\"} 11\n",
        "\nchibo_connections_held_total 12\n",
        "\nchibo_lines{kind=\"copies\"} 4\n",
        "\nchibo_lines{kind=\"bundle\"} 0\n",
        "\nchibo_lines{kind=\"other\"} 5\n",
        "\nchibo_lanes 20\n",
        "\nchibo_audio_copies_total 40\n",
        "\nchibo_audio_duplicates_total 41\n",
        "\nchibo_audio_tight_messages_total 42\n",
        "\nchibo_room_sessions{size=\"1-2\"} 2\n",
        "\nchibo_room_sessions{size=\"251-\"} 300\n",
        "\nchibo_audio_bundle_window_seconds 0.010000\n",
        "\nchibo_heard_played_total 480\n",
        "\nchibo_heard_concealed_total 21\n",
        "\nchibo_heard_repaired_total 5\n",
        "\nchibo_heard_late_total 3\n",
        "\nchibo_heard_dropped_total 2\n",
        "\nchibo_heard_delay_seconds_bucket{le=\"0.02\"} 0\n",
        "\nchibo_heard_delay_seconds_bucket{le=\"+Inf\"} 1\n",
        "\nchibo_heard_delay_seconds_sum 0.120000\n",
        "\nchibo_loop_lag_seconds_bucket{le=\"0.0005\"} 1\n",
        "\nchibo_loop_lag_seconds_bucket{le=\"0.02\"} 1\n",
        "\nchibo_loop_lag_seconds_bucket{le=\"+Inf\"} 2\n",
        "\nchibo_loop_lag_seconds_sum 0.030400\n",
        "\nchibo_loop_lag_seconds_count 2\n",
        "\nprocess_cpu_seconds_total 1.500000\n",
        "\nprocess_resident_memory_bytes 41943040\n"
    };
    const struct metrics metrics = sample();
    char out[16384] = "";
    size_t i, size = metrics_print(&metrics, out, sizeof out);

    (void)state;
    assert_int_equal(size, strlen(out));
    for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(out, lines[i]))
            fail_msg("no line %s", lines[i]);
}

/* A monitor refuses a page on which a figure stands twice, or untold. */
static void every_figure_is_told_once_with_its_type_and_a_value(void **state)
{
    const struct metrics metrics = sample();
    char out[16384] = "", wanted[160];
    const char *at = out;
    size_t count = 0;

    (void)state;
    assert_true(metrics_print(&metrics, out, sizeof out) > 0);
    while ((at = strstr(at, "# HELP ")) != NULL) {
        const char *name = at + strlen("# HELP ");
        const int size = (int)strcspn(name, " ");
        const char *type = strchr(at, '\n') + 1;

        at = name + size;
        (void)snprintf(wanted, sizeof wanted, "# HELP %.*s ", size, name);
        assert_null(strstr(at, wanted));
        (void)snprintf(wanted, sizeof wanted, "# TYPE %.*s ", size, name);
        assert_memory_equal(type, wanted, strlen(wanted));
        (void)snprintf(wanted, sizeof wanted, "\n%.*s", size, name);
        assert_memory_equal(strchr(type, '\n'), wanted, strlen(wanted));
        count++;
    }
    assert_true(count > 30);
}

static void what_does_not_fit_is_not_told_at_all(void **state)
{
    const struct metrics metrics = sample();
    char out[16384];
    size_t size = metrics_print(&metrics, out, sizeof out);

    (void)state;
    assert_int_equal(metrics_print(&metrics, out, size + 1), size);
    assert_int_equal(metrics_print(&metrics, out, size), 0);
    assert_int_equal(metrics_print(&metrics, out, 10), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_a_line_of_its_own),
        cmocka_unit_test(every_figure_is_told_once_with_its_type_and_a_value),
        cmocka_unit_test(what_does_not_fit_is_not_told_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
