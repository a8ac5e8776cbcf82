/*
 * Where a device's keystore, journal and anchors lie, and how their passphrase
 * is asked for. Messages for people go to stderr.
 */
#ifndef CLIENT_CLI_CLI_PROFILE_H
#define CLIENT_CLI_CLI_PROFILE_H

#include "client/cli/cli_options.h"
#include "client/core/keystore.h"

enum { CLI_PATH_SIZE = 4096, CLI_PASSPHRASE_SIZE = 512 };

struct cli_profile {
    char folder[CLI_PATH_SIZE];
    char keystore[CLI_PATH_SIZE];
    char journal[CLI_PATH_SIZE];
    char anchors[CLI_PATH_SIZE];
    char ballots[CLI_PATH_SIZE]; /* a folder */
    char texts[CLI_PATH_SIZE];   /* a folder */
    char sound[CLI_PATH_SIZE];   /* the chosen devices */
};

/* Holds a secret: end it with cli_passphrase_wipe() on every path. */
struct cli_passphrase {
    char text[CLI_PASSPHRASE_SIZE];
    size_t size;
};
void cli_passphrase_wipe(struct cli_passphrase *passphrase);

/*
 * Works out the paths: `name` is a folder if it has a slash in it, a name below
 * $XDG_DATA_HOME/chibo if not, and "default" if NULL. Nothing is made. False
 * after a complaint.
 */
bool cli_profile_locate(const char *name, struct cli_profile *out);
/* Makes the folder, mode 0700. False after a complaint. */
bool cli_profile_make_folder(const struct cli_profile *profile);

/* Says why keystore or journal, which is `path`, could not be opened. */
void cli_profile_complain_of(const struct cli_profile *profile,
                             const char *path, enum result result);

/*
 * Gives the profile's folder the name FOLDER.old-<date>, which goes to `kept`.
 * False after a complaint: it cannot be moved, or another chibo uses it.
 */
bool cli_profile_put_aside(const struct cli_profile *profile,
                           char kept[CLI_PATH_SIZE]);
/* The other way round: the new folder goes with all files in it. False after a
 * complaint. */
bool cli_profile_put_back(const struct cli_profile *profile, const char *kept);

/*
 * A new passphrase: from the file's first line, or typed twice without echo.
 * An empty one only if `may_be_empty`; then it is not asked for at all. False
 * after a complaint.
 */
bool cli_passphrase_choose(const char *file, bool may_be_empty,
                           struct cli_passphrase *out);
/*
 * A passphrase of something else: the file's first line, or typed in answer to
 * `question` without echo. It is ended by a zero besides. False after a
 * complaint.
 */
bool cli_passphrase_ask(const char *file, const char *question,
                        struct cli_passphrase *out);
/*
 * Opens the keystore: with the file's passphrase, with the empty one, or with
 * one that is asked for; `*is_empty` tells which. False after a complaint; else
 * the caller wipes `out`.
 */
bool cli_profile_open(const struct cli_profile *profile, const char *file,
                      struct keystore_profile *out, bool *is_empty);

#endif
