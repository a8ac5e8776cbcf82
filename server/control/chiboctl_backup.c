/*
 * Backing up, beside a running server or without one, and restoring.
 *
 * A backup is read from the database itself, beside the server's writer and
 * without its help: whoever may do that may open the admin socket too, and the
 * server has to reach no place but its own. Both ways the copy is made under
 * another name, checked, and only then given the name that counts.
 */
#include "server/control/chiboctl.h"

#include "protocol/program/result_words.h"
#include "server/control/identity_file.h"
#include "server/control/zone_time.h"
#include "server/platform/clock.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MEBIBYTE = 1024 * 1024, NICENESS = 10, KEPT_MAX = 100 };

/* --- Progress ------------------------------------------------------------ */

struct progress {
    bool is_shown; /* on a terminal only */
    int percent;   /* shown last */
};

/* The signal by which the user breaks off, or 0. */
static volatile sig_atomic_t break_signal;

static void on_break(int number) { break_signal = number; }

/* From now on a break is noticed between two steps, so that what was begun can
 * be removed. */
static void catch_breaks(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        (void)signal(numbers[i], on_break); /* fails for no such number */
}

/* Ends as it would have without the catching. */
static void end_if_broken_off(void)
{
    if (break_signal == 0)
        return;
    (void)signal(break_signal, SIG_DFL);
    (void)raise(break_signal);
}

static bool show_progress(uint64_t done, uint64_t total, void *user)
{
    struct progress *progress = user;
    const int percent = total ? (int)(done * 100 / total) : 100;

    if (progress->is_shown && percent != progress->percent) {
        progress->percent = percent;
        (void)fprintf(stderr, _("\r%3d %% of %llu MB"), percent,
                      (unsigned long long)((total + MEBIBYTE - 1) / MEBIBYTE));
        (void)fflush(stderr);
    }
    return break_signal == 0;
}

static struct progress begin_progress(const struct chiboctl *ctl)
{
    return (struct progress){ .is_shown =
                                  !ctl->is_json && isatty(STDERR_FILENO),
                              .percent = -1 };
}

/* The check that follows takes a while, too. */
static void end_progress(const struct progress *progress, bool is_copied)
{
    const int system_error = errno; /* of the copy: it is told next */

    if (progress->is_shown && progress->percent >= 0)
        (void)fputc('\n', stderr);
    if (progress->is_shown && is_copied)
        (void)fprintf(stderr, "%s\n", _("copied; checking the copy…"));
    errno = system_error;
}

/* --- Copying ------------------------------------------------------------- */

static int say_not_copied(const char *from, const char *to, enum result result)
{
    const int system_error = errno;

    if (result == RESULT_CLOSED)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("broken off: nothing was done"));
    if (result == RESULT_NOT_FOUND)
        return chiboctl_fail(CHIBOCTL_FAILED, _("%s: there is no database"),
                             from);
    if (result == RESULT_EXISTS)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s is there already: nothing was done"), to);
    if (result == RESULT_CORRUPT)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s is damaged: nothing was done"), from);
    if (result == RESULT_UNSUPPORTED)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s: this is no database of chibo, or one of "
                               "a newer version"),
                             from);
    if (result == RESULT_IO &&
        (system_error == ENOSPC || system_error == EDQUOT ||
         system_error == EFBIG))
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("there is not enough space for %s: nothing "
                               "was done"),
                             to);
    return chiboctl_fail(CHIBOCTL_FAILED, _("%s cannot be copied to %s: %s"),
                         from, to,
                         result == RESULT_IO ? system_words(system_error)
                                             : result_words(result));
}

/* A check reads everything, and must not take the processor from a server that
 * runs beside it. */
static void step_back(void)
{
    (void)setpriority(PRIO_PROCESS, 0, NICENESS); /* a courtesy only */
}

/* --- backup
 * ---------------------------------------------------------------------------------
 */

static void tell_backup(const struct chiboctl *ctl, const char *file,
                        const struct chiboctl_findings *findings)
{
    if (ctl->is_json) {
        chiboctl_row(ctl,
                     json_pack("{s:s, s:I, s:I, s:I}", "backup", file, "logs",
                               (json_int_t)findings->log_count, "events",
                               (json_int_t)findings->event_count, "openings",
                               (json_int_t)findings->opening_count),
                     NULL);
        return;
    }
    (void)printf(
        _("Backed up to %s and checked; logs: %zu, events: %zu.\n"
          "It is secret: keep it where nobody else can read it, and not on "
          "this machine alone.\n"
          "The server's identity key is not in it. Keep a copy of %s as well, "
          "in another place.\n"),
        file, findings->log_count, findings->event_count,
        ctl->config.identity_key_path);
}

/* The copy, which nobody may have begun before. */
static enum result copy_to(const struct chiboctl *ctl, const char *unfinished)
{
    struct progress progress = begin_progress(ctl);
    enum result result = RESULT_EXISTS;

    /* Without the file, what may lie beside it is left over. */
    if (access(unfinished, F_OK) != 0)
        result = store_sqlite_remove(unfinished);
    if (result == RESULT_OK)
        result = store_sqlite_copy(ctl->config.database_path, unfinished,
                                   show_progress, &progress);
    end_progress(&progress, result == RESULT_OK);
    return result;
}

static int check_and_publish(const char *path, const char *unfinished,
                             const char *file,
                             struct chiboctl_findings *findings)
{
    const int code = chiboctl_check(unfinished, path, findings);
    enum result result = RESULT_CLOSED;

    if (code != CHIBOCTL_OK)
        return code;
    if (break_signal == 0)
        result = private_file_publish(unfinished, file);
    return result == RESULT_OK ? CHIBOCTL_OK
                               : say_not_copied(path, file, result);
}

/* Copies to `unfinished`, checks it, and names it `file`. */
static int back_up(struct chiboctl *ctl, const char *unfinished,
                   const char *file, struct chiboctl_findings *findings)
{
    const char *path = ctl->config.database_path;
    const enum result result = copy_to(ctl, unfinished);
    int code;

    if (result == RESULT_EXISTS)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s is there: another backup is being made, or "
                               "one was broken off. If none is, delete it"),
                             unfinished);
    if (result != RESULT_OK)
        return say_not_copied(path, file, result);
    code = check_and_publish(path, unfinished, file, findings);
    if (code != CHIBOCTL_OK && store_sqlite_remove(unfinished) != RESULT_OK)
        chiboctl_fail(code, "%s: %s", unfinished, system_words(errno));
    return code;
}

static int run_backup(struct chiboctl *ctl)
{
    const char *file = ctl->arguments[0];
    struct chiboctl_findings findings = { 0 };
    char *unfinished = NULL;
    int code;

    if (!chiboctl_load_config(ctl))
        return CHIBOCTL_FAILED;
    if (access(file, F_OK) == 0)
        return say_not_copied(ctl->config.database_path, file, RESULT_EXISTS);
    if (asprintf(&unfinished, "%s.unfinished", file) < 0)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    step_back();
    catch_breaks();
    code = back_up(ctl, unfinished, file, &findings);
    if (code == CHIBOCTL_OK)
        tell_backup(ctl, file, &findings);
    else
        end_if_broken_off();
    chiboctl_findings_release(&findings);
    free(unfinished);
    return code;
}

/* --- restore: what is told afterwards
 * -------------------------------------------------------
 */

enum identity_state { IDENTITY_RIGHT = 1, IDENTITY_MISSING, IDENTITY_OTHER };

static enum identity_state compare_identity(const struct chiboctl *ctl,
                                            const struct key *server)
{
    struct signing_key identity;
    bool is_right;

    if (identity_file_read(ctl->config.identity_key_path, &identity) !=
        RESULT_OK)
        return IDENTITY_MISSING;
    is_right = key_equal(&identity.public_key, server);
    signing_key_wipe(&identity);
    return is_right ? IDENTITY_RIGHT : IDENTITY_OTHER;
}

static void tell_identity(const struct chiboctl *ctl,
                          enum identity_state identity)
{
    const char *path = ctl->config.identity_key_path;

    if (identity == IDENTITY_MISSING)
        (void)printf(
            _("\nATTENTION: the server's identity key is not in a backup, and "
              "there is none (or none that can be read) at %s. Put your own "
              "copy of it there before you start chibod: by this key the "
              "members' programs know the server.\n"),
            path);
    if (identity == IDENTITY_OTHER)
        (void)printf(
            _("\nATTENTION: the identity key at %s is not the one that this "
              "backup names. If you have the right one, put it there before "
              "you start chibod: by this key the members' programs know the "
              "server.\n"),
            path);
}

static void tell_held(const struct chiboctl_log *log)
{
    char local[ZONE_TIME_SIZE];

    if (!log->title) {
        (void)printf(_("  the register of the organisation %s, %zu events\n"),
                     log->id.text, log->event_count);
        return;
    }
    zone_time_format(log->starts_at_ms, log->zone, local);
    (void)printf(_("  the meeting %s, \"%s\", called for %s, %zu events\n"),
                 log->id.text, log->title, local, log->event_count);
}

static void tell_what_is_next(void)
{
    (void)fputs(
        _("\nWhat to do now:\n"
          "1. Start the server: systemctl start chibod\n"
          "2. Ask the members to start their programs and to stay connected. "
          "Programs that saw more than this backup holds give it back by "
          "themselves; you need not do anything for it.\n"
          "3. Look at \"chiboctl status\": it names what is still held.\n"
          "4. What is still held when all are back cannot be made good. The "
          "register goes on after \"chiboctl accept-loss\"; a meeting goes on "
          "when its chair and its minute-taker both accept the loss.\n"),
        stdout);
}

static json_t *held_ids(const struct chiboctl_findings *findings)
{
    json_t *ids = json_array();

    for (size_t i = 0; i < findings->log_count; i++)
        if (!findings->logs[i].is_closed)
            json_array_append_new(ids, json_string(findings->logs[i].id.text));
    return ids;
}

static void tell_restored(const struct chiboctl *ctl, const char *file,
                          const char *kept,
                          const struct chiboctl_findings *findings)
{
    static const char *const words[] = { "", "right", "missing", "other" };
    const enum identity_state identity =
        compare_identity(ctl, &findings->server);

    if (ctl->is_json) {
        chiboctl_row(ctl,
                     json_pack("{s:s, s:s, s:s, s:o}", "restored", file, "kept",
                               kept ? kept : "", "identity", words[identity],
                               "held", held_ids(findings)),
                     NULL);
        return;
    }
    (void)printf(_("Restored from %s.\n"), file);
    if (kept)
        (void)printf(_("The database that was there is kept as %s.\n"), kept);
    (void)fputs(_("\nHeld: it can be read, but nothing is decided in it, "
                  "because something that members saw may be missing:\n"),
                stdout);
    for (size_t i = 0; i < findings->log_count; i++)
        if (!findings->logs[i].is_closed)
            tell_held(&findings->logs[i]);
    tell_identity(ctl, identity);
    tell_what_is_next();
}

/* --- restore
 * --------------------------------------------------------------------------------
 */

/* The names that a restore uses, all in the folder of the database. */
struct restore {
    const char *file; /* the backup */
    const char *path; /* of the database */
    char *new_path;   /* the copy, before it takes the place */
    char *kept_path;  /* what was there, afterwards */
    struct store_lock *lock;
};

static void restore_release(struct restore *restore)
{
    free(restore->new_path);
    free(restore->kept_path);
    store_lock_release(restore->lock);
}

/* A name that nothing has; NULL: out of memory. */
static char *name_kept(const char *path)
{
    const time_t now = (time_t)(clock_utc_ms(clock_system()) / 1000);
    struct tm utc = { 0 };
    char stamp[32] = "";
    char *name = NULL;

    if (gmtime_r(&now, &utc))
        (void)strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
    for (int i = 1; i < KEPT_MAX; i++) {
        free(name);
        if (asprintf(&name, i > 1 ? "%s.replaced-%s-%d" : "%s.replaced-%s",
                     path, stamp, i) < 0)
            return NULL;
        if (access(name, F_OK) != 0)
            break;
    }
    return name;
}

static bool name_files(struct restore *restore)
{
    if (asprintf(&restore->new_path, "%s.restoring", restore->path) < 0)
        restore->new_path = NULL;
    restore->kept_path = name_kept(restore->path);
    return restore->new_path && restore->kept_path;
}

/* Root restores, but chibod runs as the user to whom the folder belongs. */
static bool give_to_owner(const char *path, const char *directory)
{
    struct stat owner;
    int fd = -1;
    bool is_given = false;

    if (geteuid() != 0)
        return true;
    if (stat(directory, &owner) == 0)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0) {
        is_given =
            fchown(fd, owner.st_uid, owner.st_gid) == 0 && fsync(fd) == 0;
        (void)close(fd); /* only its owner changed, durably */
    }
    if (!is_given)
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    return is_given;
}

static bool give_lock_to_owner(const struct restore *restore,
                               const char *directory)
{
    char *path = NULL;
    bool is_given;

    if (asprintf(&path, "%s.lock", restore->path) < 0)
        return false;
    is_given = give_to_owner(path, directory);
    free(path);
    return is_given;
}

/* Is the backup of the organisation whose database it replaces? One that
 * cannot be read says nothing. */
static bool is_same_organisation(const struct chiboctl *ctl,
                                 const struct restore *restore,
                                 const struct identifier *organisation)
{
    struct store_sqlite *sqlite = NULL;
    struct store_log_summary *logs = NULL;
    size_t count = 0;
    enum result result =
        store_sqlite_open(&sqlite, restore->path, STORE_SQLITE_READ);
    bool is_same = true;

    if (result == RESULT_OK)
        result = store_sqlite_list_logs(sqlite, &logs, &count);
    store_sqlite_close(sqlite);
    if (result == RESULT_OK && count > 0 && !chiboctl_has(ctl, "force"))
        is_same = identifier_equal(&logs[0].id, organisation);
    if (!is_same)
        chiboctl_fail(CHIBOCTL_REFUSED,
                      _("%s is of another organisation (%s) than the database "
                        "here (%s): nothing was changed. --force replaces it "
                        "all the same"),
                      restore->file, organisation->text, logs[0].id.text);
    free(logs);
    return is_same;
}

static int hold_logs(const struct restore *restore)
{
    struct store_sqlite *sqlite = NULL;
    enum result result =
        store_sqlite_open(&sqlite, restore->new_path, STORE_SQLITE_WRITE_ALONE);

    if (result == RESULT_OK)
        result = store_sqlite_hold_open_logs(sqlite);
    store_sqlite_close(sqlite);
    if (result == RESULT_OK)
        return CHIBOCTL_OK;
    return say_not_copied(restore->file, restore->path, result);
}

/* The copy, checked and marked; nothing else is touched. */
static int prepare(struct chiboctl *ctl, const struct restore *restore,
                   struct chiboctl_findings *findings)
{
    struct progress progress = begin_progress(ctl);
    enum result result = store_sqlite_remove(restore->new_path);
    int code;

    if (result != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", restore->new_path,
                             system_words(errno));
    result = store_sqlite_copy(restore->file, restore->new_path, show_progress,
                               &progress);
    end_progress(&progress, result == RESULT_OK);
    if (result != RESULT_OK)
        return say_not_copied(restore->file, restore->path, result);
    code = chiboctl_check(restore->new_path, restore->file, findings);
    if (code != CHIBOCTL_OK)
        return code;
    if (break_signal != 0)
        return say_not_copied(restore->file, restore->path, RESULT_CLOSED);
    if (!is_same_organisation(ctl, restore, &findings->logs[0].id))
        return CHIBOCTL_REFUSED;
    code = hold_logs(restore);
    if (code == CHIBOCTL_OK &&
        (!give_to_owner(restore->new_path, ctl->config.data_directory) ||
         !give_lock_to_owner(restore, ctl->config.data_directory)))
        code = CHIBOCTL_FAILED;
    return code;
}

static int put_in_place(const struct restore *restore, bool *has_kept)
{
    const enum result result = store_sqlite_replace(
        restore->path, restore->new_path, restore->kept_path, has_kept);

    if (result == RESULT_OK)
        return CHIBOCTL_OK;
    if (result == RESULT_BUSY)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("%s is being read, by a backup perhaps: try "
                               "again when that is over"),
                             restore->path);
    return say_not_copied(
        restore->file,
        result == RESULT_EXISTS ? restore->kept_path : restore->path, result);
}

static int restore(struct chiboctl *ctl, struct restore *restore)
{
    struct chiboctl_findings findings = { 0 };
    bool has_kept = false;
    int code = prepare(ctl, restore, &findings);

    if (code == CHIBOCTL_OK)
        code = put_in_place(restore, &has_kept);
    if (code == CHIBOCTL_OK)
        tell_restored(ctl, restore->file, has_kept ? restore->kept_path : NULL,
                      &findings);
    else if (store_sqlite_remove(restore->new_path) != RESULT_OK)
        chiboctl_fail(code, "%s: %s", restore->new_path, system_words(errno));
    chiboctl_findings_release(&findings);
    return code;
}

static int run_restore(struct chiboctl *ctl)
{
    struct restore names = { .file = ctl->arguments[0] };
    int code = CHIBOCTL_FAILED;

    if (!chiboctl_load_config(ctl))
        return code;
    if (private_directory_make(ctl->config.data_directory) != RESULT_OK)
        return chiboctl_fail(code, "%s: %s", ctl->config.data_directory,
                             system_words(errno));
    names.path = ctl->config.database_path;
    names.lock = chiboctl_lock(ctl);
    catch_breaks();
    if (names.lock && !name_files(&names))
        chiboctl_fail(code, _("out of memory"));
    else if (names.lock)
        code = restore(ctl, &names);
    restore_release(&names);
    if (code != CHIBOCTL_OK)
        end_if_broken_off();
    return code;
}

/* --- The commands
 * --------------------------------------------------------------------------
 */

static const struct chiboctl_option restore_options[] = {
    { "force", NULL, N_("also in the place of another organisation") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_backup_commands[] = {
    { "backup", NULL, "FILE",
      N_("copy the database to FILE and check the copy; chibod may run"), NULL,
      1, 1, run_backup },
    { "restore", NULL, "FILE",
      N_("put a backup in the place of the database (chibod is stopped)"),
      restore_options, 1, 1, run_restore },
    { 0 }
};
