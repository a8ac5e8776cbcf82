#include "client/cli/cli_profile.h"

#include "client/cli/cli_text.h"
#include "client/core/durable_file.h"
#include "client/core/journal.h"
#include "protocol/program/result_words.h"

#include <openssl/crypto.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Profiles put aside on one day. */
enum { ASIDE_MAX = 1000 };

void cli_passphrase_wipe(struct cli_passphrase *passphrase)
{
    OPENSSL_cleanse(passphrase, sizeof *passphrase);
}

/* --- places -------------------------------------------------------------- */

static bool join_path(char *out, const char *folder, const char *name)
{
    int size = snprintf(out, CLI_PATH_SIZE, "%s/%s", folder, name);

    return size > 0 && size < CLI_PATH_SIZE;
}

static bool data_folder(char *out)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");

    if (data && data[0] == '/')
        return join_path(out, data, "chibo");
    if (!home || home[0] != '/')
        return false;
    return join_path(out, home, ".local/share/chibo");
}

bool cli_profile_locate(const char *name, struct cli_profile *out)
{
    char folder[CLI_PATH_SIZE];
    bool is_good;

    if (!name)
        name = "default";
    if (strchr(name, '/'))
        is_good = snprintf(out->folder, sizeof out->folder, "%s", name) <
                  CLI_PATH_SIZE;
    else
        is_good = data_folder(folder) && join_path(out->folder, folder, name);
    if (!is_good || name[0] == '\0' ||
        !join_path(out->keystore, out->folder, "keystore") ||
        !join_path(out->journal, out->folder, "journal") ||
        !join_path(out->anchors, out->folder, "anchors") ||
        !join_path(out->ballots, out->folder, "ballots") ||
        !join_path(out->texts, out->folder, "texts") ||
        !join_path(out->sound, out->folder, "sound")) {
        cli_complain(_("this is no place for a profile: %s"), name);
        return false;
    }
    return true;
}

bool cli_profile_make_folder(const struct cli_profile *profile)
{
    char path[CLI_PATH_SIZE];
    size_t i;

    memcpy(path, profile->folder, sizeof path);
    for (i = 1; path[i] != '\0'; i++) {
        if (path[i] != '/')
            continue;
        path[i] = '\0';
        /* Whether the last one is there in the end is what counts. */
        (void)mkdir(path, 0700);
        path[i] = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        cli_complain(_("cannot make the folder %s: %s"), path,
                     system_words(errno));
        return false;
    }
    return true;
}

/* --- another profile in the place of this one -------------------------------
 */

/* The folder's name without slashes at its end, and the ending. */
static bool aside_path(const struct cli_profile *profile, const char *date,
                       int number, char out[CLI_PATH_SIZE])
{
    size_t length = strlen(profile->folder);
    char ending[64];
    int size;

    while (length > 1 && profile->folder[length - 1] == '/')
        length--;
    if (number > 1)
        (void)snprintf(ending, sizeof ending, ".old-%s-%d", date, number);
    else
        (void)snprintf(ending, sizeof ending, ".old-%s", date);
    size = snprintf(out, CLI_PATH_SIZE, "%.*s%s", (int)length, profile->folder,
                    ending);
    return size > 0 && size < CLI_PATH_SIZE;
}

/* The first such name that is free. */
static bool find_aside(const struct cli_profile *profile,
                       char out[CLI_PATH_SIZE])
{
    const time_t now = time(NULL);
    struct tm local;
    char date[16];
    int i;

    if (!localtime_r(&now, &local) ||
        strftime(date, sizeof date, "%Y-%m-%d", &local) == 0)
        return false;
    for (i = 1; i <= ASIDE_MAX; i++)
        if (!aside_path(profile, date, i, out))
            return false;
        else if (access(out, F_OK) != 0)
            return true;
    return false;
}

bool cli_profile_put_aside(const struct cli_profile *profile,
                           char kept[CLI_PATH_SIZE])
{
    struct journal *journal = NULL;
    char path[CLI_PATH_SIZE];
    bool is_moved;

    /* A journal that cannot be opened for another reason is of no use to
     * anybody any more. */
    if (journal_open(&journal, profile->journal) == RESULT_BUSY) {
        cli_complain(_("this profile is used by another chibo at the moment"));
        return false;
    }
    is_moved = find_aside(profile, path) && rename(profile->folder, path) == 0;
    if (!is_moved)
        cli_complain(_("cannot put the folder %s aside: %s"), profile->folder,
                     system_words(errno));
    journal_free(journal);
    if (is_moved)
        memcpy(kept, path, sizeof path);
    return is_moved;
}

/* What cannot go is in the way of rmdir(), which says so. */
static void empty_folder(const char *folder)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;

    while (directory && (entry = readdir(directory)) != NULL) {
        char path[CLI_PATH_SIZE];

        if (join_path(path, folder, entry->d_name))
            (void)unlink(path);
    }
    if (directory)
        (void)closedir(directory);
}

bool cli_profile_put_back(const struct cli_profile *profile, const char *kept)
{
    empty_folder(profile->folder);
    if (rmdir(profile->folder) == 0 && rename(kept, profile->folder) == 0)
        return true;
    cli_complain(_("the old profile stays in %s: %s"), kept,
                 system_words(errno));
    return false;
}

/* --- passphrases --------------------------------------------------------- */

/* Reads a line from a terminal, with echo off; the line feed is left out. */
static bool read_hidden(int fd, const char *question,
                        struct cli_passphrase *out)
{
    struct termios before;
    struct termios hidden;
    bool is_line = false;
    char c;

    if (tcgetattr(fd, &before) != 0)
        return false;
    hidden = before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ECHONL | ICANON;
    if (tcsetattr(fd, TCSAFLUSH, &hidden) != 0)
        return false;
    (void)fprintf(stderr, "%s", question);
    (void)fflush(stderr);
    out->size = 0;
    while (read(fd, &c, 1) == 1) {
        if (c == '\n') {
            is_line = true;
            break;
        }
        if (out->size == sizeof out->text)
            break;
        out->text[out->size++] = c;
    }
    (void)tcsetattr(fd, TCSAFLUSH, &before);
    return is_line;
}

static bool ask(const char *question, struct cli_passphrase *out)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    bool is_read;

    if (fd < 0) {
        cli_complain(_("there is no terminal to ask for the passphrase: "
                       "use --passphrase-file"));
        return false;
    }
    is_read = read_hidden(fd, question, out);
    (void)close(fd);
    if (!is_read)
        cli_complain(_("no passphrase was given"));
    return is_read;
}

static bool read_file(const char *path, struct cli_passphrase *out)
{
    FILE *file = fopen(path, "re");

    if (!file) {
        cli_complain(_("cannot read %s: %s"), path, system_words(errno));
        return false;
    }
    /* Nothing of a secret is to stay in a buffer that nobody wipes. */
    (void)setvbuf(file, NULL, _IONBF, 0);
    out->size = 0;
    for (;;) {
        int c = getc(file);

        if (c == EOF || c == '\n' || out->size == sizeof out->text)
            break;
        out->text[out->size++] = (char)c;
    }
    if (out->size > 0 && out->text[out->size - 1] == '\r')
        out->size--;
    (void)fclose(file);
    return true;
}

static struct text_view passphrase_view(const struct cli_passphrase *passphrase)
{
    return (struct text_view){ passphrase->text, passphrase->size };
}

static bool ask_twice(struct cli_passphrase *out)
{
    struct cli_passphrase again = { .size = 0 };
    bool is_same = ask(_("New passphrase for this device: "), out) &&
                   ask(_("The same passphrase again: "), &again) &&
                   out->size == again.size &&
                   CRYPTO_memcmp(out->text, again.text, again.size) == 0;

    cli_passphrase_wipe(&again);
    if (!is_same)
        cli_complain(_("the two passphrases are not the same"));
    return is_same;
}

bool cli_passphrase_choose(const char *file, bool may_be_empty,
                           struct cli_passphrase *out)
{
    bool is_given;

    out->size = 0;
    if (!file && may_be_empty)
        return true;
    is_given = file ? read_file(file, out) : ask_twice(out);
    if (is_given && out->size == 0 && !may_be_empty) {
        cli_complain(_("an empty passphrase protects nothing: choose another "
                       "(or use --insecure-empty-passphrase)"));
        is_given = false;
    }
    if (!is_given)
        cli_passphrase_wipe(out);
    return is_given;
}

bool cli_passphrase_ask(const char *file, const char *question,
                        struct cli_passphrase *out)
{
    bool is_given;

    out->size = 0;
    is_given = file ? read_file(file, out) : ask(question, out);
    if (is_given &&
        (out->size == sizeof out->text || memchr(out->text, '\0', out->size))) {
        cli_complain(_("that passphrase is longer than any"));
        is_given = false;
    }
    if (is_given)
        out->text[out->size] = '\0';
    else
        cli_passphrase_wipe(out);
    return is_given;
}

/* --- opening ------------------------------------------------------------- */

/* What has to be done is the same; the anchors are worth keeping. */
static void complain_of_loss(const struct cli_profile *profile,
                             const char *path, enum result result)
{
    if (result == RESULT_NOT_FOUND)
        cli_complain(_("%s is missing"), path);
    else
        cli_complain(_("%s is damaged"), path);
    cli_complain(_("enrol this computer again under another --profile; what "
                   "this one has seen goes along with: chibo anchors import "
                   "%s"),
                 profile->anchors);
}

void cli_profile_complain_of(const struct cli_profile *profile,
                             const char *path, enum result result)
{
    if (result == RESULT_NOT_FOUND || result == RESULT_CORRUPT)
        complain_of_loss(profile, path, result);
    else if (result == RESULT_INVALID)
        cli_complain(_("%s may be read by others: make it private "
                       "(chmod 600)"),
                     path);
    else if (result == RESULT_UNSUPPORTED)
        cli_complain(_("%s was written by a later version: update chibo"),
                     path);
    else
        cli_complain(_("cannot open %s: %s"), path, result_words(result));
}

static void complain_of_keystore(const struct cli_profile *profile,
                                 enum result result)
{
    if (result == RESULT_NOT_FOUND)
        cli_complain(_("there is no device key in %s: enrol first with "
                       "\"chibo enroll LINK\""),
                     profile->keystore);
    else if (result == RESULT_REFUSED)
        cli_complain(_("the passphrase is wrong"));
    else
        cli_profile_complain_of(profile, profile->keystore, result);
}

bool cli_profile_open(const struct cli_profile *profile, const char *file,
                      struct keystore_profile *out, bool *is_empty)
{
    struct cli_passphrase passphrase = { .size = 0 };
    enum result result;

    if (file) {
        if (!read_file(file, &passphrase))
            return false;
        result =
            keystore_open(profile->keystore, passphrase_view(&passphrase), out);
    } else {
        result = keystore_open(profile->keystore, TEXT_LITERAL(""), out);
        if (result == RESULT_REFUSED) {
            if (!ask(_("Passphrase of this device: "), &passphrase))
                return false;
            result = keystore_open(profile->keystore,
                                   passphrase_view(&passphrase), out);
        }
    }
    *is_empty = passphrase.size == 0;
    cli_passphrase_wipe(&passphrase);
    if (result != RESULT_OK)
        complain_of_keystore(profile, result);
    return result == RESULT_OK;
}
