#include "protocol/verify/verify_ballot_file.h"

#include "protocol/program/result_words.h"
#include "protocol/verify/verify_ballot_json.h"
#include "protocol/verify/verify_report.h"
#include "protocol/verify/verify_report_ballot.h"
#include "protocol/verify/verify_text.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* --- Options ------------------------------------------------------------- */

bool verify_ballot_file_is_not_meant(const struct verify_options *options)
{
    if (!options->is_belenios && !options->list && !options->tracker)
        return true;
    verify_complain(_("--belenios, --list and --tracker are for the archive of "
                      "an election"));
    return false;
}

static bool has_foreign_options(const struct verify_options *options)
{
    return options->openings || options->registry ||
           options->registry_openings || options->rules ||
           options->anchor_count > 0 || options->archive_count > 0;
}

/* What was given to compare with; false: it is wrong, which was said. */
static bool read_given(const struct verify_options *options,
                       struct verify_ballot_given *heads,
                       struct verify_ballot_given *list,
                       struct verify_ballot_input *input)
{
    size_t i;

    if (has_foreign_options(options)) {
        verify_complain(_("the archive of an election is compared with --head, "
                          "--list and --tracker only"));
        return false;
    }
    for (i = 0; i < options->head_count; i++)
        if (verify_ballot_given_parse(options->heads[i], &heads[i]) !=
            RESULT_OK) {
            verify_complain(_("--head %s: write 64 digits, or the number of an "
                              "event, a colon and 64 digits"),
                            options->heads[i]);
            return false;
        }
    if (options->list &&
        (verify_ballot_given_parse(options->list, list) != RESULT_OK ||
         list->has_seq)) {
        verify_complain(_("--list %s: write 64 digits"), options->list);
        return false;
    }
    if (options->tracker && !verify_ballot_is_tracker(options->tracker)) {
        verify_complain(_("--tracker %s: a tracker has 43 letters, digits, + "
                          "and /"),
                        options->tracker);
        return false;
    }
    input->heads = heads;
    input->head_count = options->head_count;
    input->list = options->list ? &list->hash : NULL;
    input->tracker = options->tracker;
    return true;
}

/* --- Progress ------------------------------------------------------------ */

struct progress {
    struct timespec shown;
    bool is_shown;
};

static void on_progress(void *user, size_t done, size_t all)
{
    struct progress *progress = user;
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
        now.tv_sec == progress->shown.tv_sec)
        return;
    progress->shown = now;
    progress->is_shown = true;
    (void)fprintf(stderr, _("\rverifying: %zu %%"), 100 * done / all);
}

/* Wipes the line, if there is one. */
static void end_progress(const struct progress *progress)
{
    if (progress->is_shown)
        (void)fputs("\r\033[K", stderr);
}

/* --- The whole ----------------------------------------------------------- */

enum verify_exit verify_ballot_file(const struct verify_options *options,
                                    struct text_view file)
{
    struct verify_ballot_given heads[VERIFY_GIVEN_MAX], list;
    struct progress progress = { .is_shown = false };
    struct verify_ballot_input input = { .file = file,
                                         .is_lenient = options->is_belenios,
                                         .user = &progress };
    struct verify_ballot ballot;
    enum verify_exit end;
    enum result result;

    if (!read_given(options, heads, &list, &input))
        return VERIFY_EXIT_UNUSABLE;
    if (isatty(STDERR_FILENO) &&
        clock_gettime(CLOCK_MONOTONIC, &progress.shown) == 0)
        input.on_progress = on_progress;
    result = verify_ballot_run(&input, &ballot);
    end_progress(&progress);
    if (result != RESULT_OK) {
        verify_complain("%s: %s", options->log, result_words(result));
        return VERIFY_EXIT_UNUSABLE;
    }
    end = verify_exit_of(ballot.verdict);
    if (!options->is_json)
        verify_report_ballot(&input, &ballot, stdout);
    else if (!verify_print_json(verify_ballot_json(&input, &ballot)))
        end = VERIFY_EXIT_UNUSABLE;
    verify_ballot_release(&ballot);
    return end;
}
