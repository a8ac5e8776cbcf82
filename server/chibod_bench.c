#include "server/chibod_bench.h"

#include "protocol/program/result_words.h"
#include "server/control/identity_file.h"
#include "server/control/organisation.h"
#include "server/platform/clock.h"
#include "server/platform/entropy.h"
#include "server/platform/log.h"
#include "server/platform/private_file.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define _(text) gettext(text)

static bool set_path(char **field, const char *directory, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", directory, name) < 0)
        return false;
    free(*field);
    *field = path;
    return true;
}

static bool set_text(char **field, const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        return false;
    free(*field);
    *field = copy;
    return true;
}

/* Paths in DIR, any port, limits for a whole load from one address. */
static bool place_bench(struct config *config, const char *directory)
{
    config->listen_port = 0;
    config->connection_max = 20000;
    config->connection_max_per_address = 20000;
    config->talk_pace_ms = 0;
    config->log_level = LOG_LEVEL_WARNING;
    return set_path(&config->data_directory, directory, "") &&
           set_text(&config->vouched_devices, "optional") &&
           set_path(&config->database_path, directory, "chibo.db") &&
           set_path(&config->identity_key_path, directory, "identity.key") &&
           set_path(&config->ballot_key_path, directory, "ballot.key") &&
           set_path(&config->ballot_directory, directory, "ballots") &&
           set_path(&config->recording_directory, directory, "recordings") &&
           set_path(&config->hall_pepper_path, directory, "hall.pepper") &&
           set_path(&config->admin_socket_path, directory, "admin.sock") &&
           set_path(&config->tls_certificate_path, directory,
                    "tls_certificate.pem") &&
           set_path(&config->tls_key_path, directory, "tls_key.pem");
}

bool chibod_found_bench(struct config *config, const char *directory)
{
    struct signing_key identity;
    struct organisation organisation = { .name = TEXT_LITERAL("chibo-bench") };
    struct refusal refusal;
    char *mark = NULL;
    enum result result;

    if (!place_bench(config, directory) ||
        !set_path(&mark, directory, "bench-only"))
        return false;
    result = private_directory_make(directory);
    if (access(config->database_path, F_OK) == 0) {
        if (access(mark, F_OK) != 0)
            fprintf(stderr,
                    _("chibod: %s holds a database that was not made by "
                      "--bench: it is left alone\n"),
                    directory);
        else
            fprintf(stderr, _("chibod: %s was used already: remove it first\n"),
                    directory);
        free(mark);
        return false;
    }
    if (result == RESULT_OK || result == RESULT_EXISTS)
        result = private_file_write(mark, "\n", 1);
    if (result == RESULT_OK)
        result = organisation_make_key(entropy_system(), &identity);
    if (result == RESULT_OK) {
        organisation.identity = &identity;
        result = identity_file_write(config->identity_key_path, &identity);
        if (result == RESULT_OK)
            result = organisation_make_id(entropy_system(), &organisation.id);
        if (result == RESULT_OK)
            result =
                organisation_found(config->database_path, &organisation,
                                   clock_system(), entropy_system(), &refusal);
        signing_key_wipe(&identity);
    }
    free(mark);
    if (result != RESULT_OK)
        fprintf(stderr, "chibod: %s: %s\n", directory, result_words(result));
    return result == RESULT_OK;
}
