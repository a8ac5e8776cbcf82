/* The reports on what was destroyed. */
#include "protocol/record/destruction_report.h"
#include "protocol/program/result_words.h"
#include "server/control/chiboctl.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite_destroy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char *text, uint64_t *out)
{
    uint64_t number = 0;
    size_t i;

    for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 9; i++)
        number = 10 * number + (uint64_t)(text[i] - '0');
    *out = number;
    return i > 0 && text[i] == '\0' && number > 0;
}

static int print_report(const struct chiboctl *ctl, struct store_sqlite *sqlite,
                        uint64_t number)
{
    static const int widths[] = { 6, 16, 8, 24, 0 };
    struct destruction_report report = { .number = 0 };
    char *text = NULL;
    size_t size = 0;
    enum result result = store_sqlite_read_report(sqlite, number, &text, &size);

    if (result == RESULT_OK)
        result =
            destruction_report_read((struct text_view){ text, size }, &report);
    if (result == RESULT_OK)
        result = destruction_report_verify(&report);
    if (result == RESULT_OK)
        chiboctl_row(
            ctl,
            json_pack(
                "{s:I, s:o, s:I, s:s%, s:s%}", "report", (json_int_t)number,
                "at", chiboctl_time(ctl, (int64_t)report.at_ms, CHIBOCTL_ZONE),
                "items", (json_int_t)report.item_count, "administrator",
                report.administrator.data, report.administrator.size,
                "authority", report.authority.data, report.authority.size),
            widths);
    destruction_report_release(&report);
    free(text);
    return result == RESULT_OK
               ? CHIBOCTL_OK
               : chiboctl_fail(CHIBOCTL_REFUSED, _("report %llu: %s"),
                               (unsigned long long)number,
                               result_words(result));
}

static int write_report(const struct chiboctl *ctl, struct store_sqlite *sqlite,
                        uint64_t number)
{
    const char *path = chiboctl_option(ctl, "out");
    char *text = NULL;
    size_t size = 0;
    const enum result result =
        store_sqlite_read_report(sqlite, number, &text, &size);
    int code = CHIBOCTL_OK;

    if (result == RESULT_NOT_FOUND)
        code = chiboctl_fail(CHIBOCTL_FAILED, _("there is no such report"));
    else if (result != RESULT_OK)
        code = chiboctl_fail(CHIBOCTL_FAILED, "%s", result_words(result));
    else if (!path)
        (void)printf("%.*s\n", (int)size, text);
    else if (private_file_write(path, text, size) != RESULT_OK)
        code =
            chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    free(text);
    return code;
}

static int list_reports(const struct chiboctl *ctl, struct store_sqlite *sqlite)
{
    uint64_t last = 0, i;
    int code = CHIBOCTL_OK;

    if (store_sqlite_last_report(sqlite, &last) != RESULT_OK)
        return CHIBOCTL_FAILED;
    for (i = 1; i <= last; i++) {
        const int one = print_report(ctl, sqlite, i);

        code = one > code ? one : code;
    }
    if (last == 0 && !ctl->is_json)
        (void)puts(_("Nothing was destroyed here."));
    return code;
}

static int run_destroyed(struct chiboctl *ctl)
{
    struct store_sqlite *sqlite = NULL;
    const char *path;
    uint64_t number = 0;
    int code = CHIBOCTL_FAILED;
    enum result result;

    if (ctl->argument_count && !read_number(ctl->arguments[0], &number))
        return chiboctl_fail(CHIBOCTL_FAILED, _("there is no such report"));
    if (!chiboctl_load_config(ctl))
        return code;
    path = ctl->config.database_path;
    result = store_sqlite_open(&sqlite, path, STORE_SQLITE_READ);
    if (result != RESULT_OK)
        code = chiboctl_fail_database(path, path, result);
    else
        code = number ? write_report(ctl, sqlite, number)
                      : list_reports(ctl, sqlite);
    store_sqlite_close(sqlite);
    return code;
}

/* --- The command --------------------------------------------------------- */

static const struct chiboctl_option destroyed_options[] = {
    { "out", "FILE", N_("where to; without: on the screen") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_destroyed_commands[] = {
    { "record", "destroyed", "[REPORT]",
      N_("reports on what was destroyed, or one of them as a file that "
         "chibo-verify checks"),
      destroyed_options, 0, 1, run_destroyed },
    { 0 }
};
