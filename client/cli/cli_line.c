#include "client/cli/cli_line.h"

#include "client/cli/cli_text.h"

enum { SECONDS_PER_MINUTE = 60 };

json_t *cli_line_json(const struct view_line *line)
{
    const struct line_wish *wish = &line_setting(line->step)->wish;

    return json_pack(
        "{s:s, s:s, s:i, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:i, s:i}",
        "state", client_line_state_word(client_line_state(line)), "choice",
        line_choice_word(line->choice), "times", (int)wish->copy_count + 1,
        "connections", (int)line->lanes + 1, "rate", (int)line->rate,
        "floor_ms", (int)line->floor_ms, "round_trip_ms",
        (json_int_t)line->round_trip_ms, "came", (json_int_t)line->came, "late",
        (json_int_t)line->late, "lost", (json_int_t)line->lost, "dropped",
        (json_int_t)line->dropped, "copies_given_up",
        (int)line->copies_given_up, "copies_wait_s", (int)line->copies_wait_s);
}

static bool are_copies_given_up(const struct view_line *line)
{
    enum line_state state = client_line_state(line);

    return line->choice == LINE_BY_ITSELF && line->copies_wait_s > 0 &&
           (state == LINE_STATE_GOOD || state == LINE_STATE_SLOW);
}

void cli_line_words(const struct view_line *line, char out[CLI_LINE_SIZE])
{
    const struct line_setting *setting = line_setting(line->step);
    const unsigned tenths = (setting->floor_ms + 50) / 100;

    if (are_copies_given_up(line)) {
        (void)snprintf(out, CLI_LINE_SIZE,
                       _("Sending all sound several times did not help here: "
                         "it is sent once again. In about %u minutes that is "
                         "tried once more; nothing need be done."),
                       (line->copies_wait_s + SECONDS_PER_MINUTE - 1) /
                           SECONDS_PER_MINUTE);
        return;
    }
    switch (client_line_state(line)) {
    case LINE_STATE_GOOD:
        (void)snprintf(out, CLI_LINE_SIZE, "%s",
                       _("The line is good: sound is sent as usual."));
        return;
    case LINE_STATE_SLOW:
        (void)snprintf(out, CLI_LINE_SIZE, "%s",
                       line->step == LINE_PAIRED
                           ? _("The line is slow: sound is sent in larger "
                               "pieces.")
                           : _("The line is slow: sound is sent in larger "
                               "pieces, and voices a little poorer."));
        return;
    case LINE_STATE_ROUGH:
        (void)snprintf(
            out, CLI_LINE_SIZE,
            setting->wish.copy_count == 1
                ? _("The line is bad: sound is sent twice over up to %u "
                    "connections and heard about %u.%u seconds later.")
                : _("The line is bad: sound is sent three times over up to %u "
                    "connections and heard about %u.%u seconds later."),
            setting->wish.lanes + 1, tenths / 10, tenths % 10);
        return;
    case LINE_STATE_NARROW:
        (void)snprintf(out, CLI_LINE_SIZE,
                       _("The line carries very little: one voice at a time, "
                         "poorer, heard about %u.%u seconds later."),
                       tenths / 10, tenths % 10);
        return;
    case LINE_STATE_SILENT:
        (void)snprintf(out, CLI_LINE_SIZE, "%s",
                       _("Nothing comes over the line: another connection is "
                         "being tried. What is said meanwhile is not heard."));
        return;
    }
}

static const char *chosen_words(enum line_choice choice)
{
    switch (choice) {
    case LINE_BY_ITSELF:
        return _(
            "chosen by itself; /connection good, rough or narrow keeps one");
    case LINE_KEEP_PLAIN:
        return _("you chose good; /connection auto lets it choose by itself");
    case LINE_KEEP_ROUGH:
        return _("you chose rough; /connection auto lets it choose by itself");
    case LINE_KEEP_NARROW:
        return _("you chose narrow; /connection auto lets it choose by itself");
    }
    return "";
}

void cli_line_put(const struct view_line *line, FILE *out)
{
    const uint64_t all = line->came + line->lost;
    char words[CLI_LINE_SIZE];

    cli_line_words(line, words);
    (void)fprintf(out, "%s\n  (%s)\n", words, chosen_words(line->choice));
    if (line->round_trip_ms > 0)
        (void)fprintf(out, _("  There and back: %u ms\n"),
                      (unsigned)line->round_trip_ms);
    if (all > 0)
        (void)fprintf(
            out, _("  Of all sound %u in 100 came late, %u in 100 never\n"),
            (unsigned)(line->late * 100 / all),
            (unsigned)(line->lost * 100 / all));
}

/* --- sound --------------------------------------------------------------- */

json_t *cli_statistics_json(const struct voice_statistics *statistics)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        { "sent", statistics->sent },
        { "received", statistics->received },
        { "played", statistics->played },
        { "concealed", statistics->concealed },
        { "repaired", statistics->repaired },
        { "late", statistics->late },
        { "awaited", statistics->awaited },
        { "stale", statistics->stale },
        { "duplicate", statistics->duplicate },
        { "stretched_ms", statistics->stretched_ms },
        { "shrunk_ms", statistics->shrunk_ms },
        { "delay_ms", (uint64_t)statistics->delay_ms },
        { "target_ms", (uint64_t)statistics->target_ms },
        { "dropped",
          statistics->capture_overruns + statistics->receive_overruns },
    };
    json_t *object = json_object();

    for (size_t i = 0; object && i < sizeof rows / sizeof rows[0]; i++)
        (void)json_object_set_new(object, rows[i].name,
                                  json_integer((json_int_t)rows[i].value));
    return object;
}

struct share {
    unsigned whole, tenth; /* of a hundred; 0 only where there is none */
};

static struct share share_of(uint64_t part, uint64_t whole)
{
    const unsigned tenths =
        whole > 0 ? (unsigned)((part * 1000 + whole - 1) / whole) : 0;

    return (struct share){ tenths / 10, tenths % 10 };
}

void cli_statistics_put(const struct voice_statistics *statistics, FILE *out)
{
    const uint64_t all = statistics->played + statistics->concealed;
    const struct share missing =
        share_of(statistics->concealed - statistics->repaired, all);
    const struct share mended = share_of(statistics->repaired, all);
    const struct share late =
        share_of(statistics->late + statistics->stale, statistics->received);
    const struct share dropped =
        share_of(statistics->receive_overruns, statistics->received);

    if (statistics->received == 0) {
        (void)fprintf(out, "%s\n", _("Nobody has been heard yet."));
        return;
    }
    (void)fprintf(out,
                  _("Sound waits %u ms here before you hear it; the line asks "
                    "for %u ms.\n"),
                  (unsigned)statistics->delay_ms,
                  (unsigned)statistics->target_ms);
    (void)fprintf(out, _("  missing, and made up: %u.%u %%\n"), missing.whole,
                  missing.tenth);
    (void)fprintf(out, _("  missing, and mended: %u.%u %%\n"), mended.whole,
                  mended.tenth);
    (void)fprintf(out, _("  too late to be heard: %u.%u %%\n"), late.whole,
                  late.tenth);
    (void)fprintf(
        out, _("  left out, because this computer was too slow: %u.%u %%\n"),
        dropped.whole, dropped.tenth);
}
