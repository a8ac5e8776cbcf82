/*
 * Every setting of the server, from a libconfig file or from the defaults.
 * config/chibod.conf lists and explains them all. Any thread; a configuration
 * belongs to one owner and does not change after it was loaded.
 */
#ifndef SERVER_PLATFORM_CONFIG_FILE_H
#define SERVER_PLATFORM_CONFIG_FILE_H

#include "protocol/base/result.h"
#include "server/platform/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strings are never NULL; paths are ready for open(). */
struct config {
    char *listen_address; /* numeric IPv4 or IPv6 address */
    uint16_t listen_port; /* 0: any free one (tests) */
    char *public_host;    /* in invitation links and the certificate's name */
    uint16_t public_port; /* in invitation links; 0: the one bound */

    char *data_directory; /* holds whatever is not placed elsewhere below */
    char *database_path;
    char *identity_key_path;
    char *ballot_key_path;     /* under which the server's shares are sealed */
    char *ballot_directory;    /* where they lie, in the data directory */
    char *recording_directory; /* what is being recorded, in it */
    char *hall_pepper_path;    /* of the PINs at hall devices */
    char *archive_directory;   /* of imported records */
    char *admin_socket_path;
    char *rules_directory;
    char *ruleset; /* the name of the one for new meetings */

    bool makes_certificate; /* made at first start at the two paths below */
    char *tls_certificate_path;
    char *tls_key_path;

    /* How long what was written is kept, in months; 0: for ever. */
    unsigned keep_attachments_months;
    unsigned keep_texts_months;
    unsigned keep_meetings_months;
    unsigned keep_imported_months;
    char *keep_forever_kinds; /* of meetings, of which nothing is destroyed */

    unsigned connection_max;             /* open at once, all together */
    unsigned connection_max_per_address; /* of one IPv4, or one IPv6 /64 */
    unsigned worker_job_max;             /* proofs, documents under way */
    int64_t grace_ms;     /* a lost connection is not yet a leave */
    int64_t talk_pace_ms; /* between lines and hands of one; 0: any pace */
    int64_t bundle_window_max_ms; /* sound held back when busy; 0: never */
    char *vouched_devices;        /* "required" or "optional" */
    char *metrics_token;          /* "": /metrics answers loopback only */
    enum log_level log_level;
};

/* Enough for the longest message of config_file_load(). */
enum { CONFIG_ERROR_SIZE = 512 };

/*
 * The defaults, or with a `path` (not NULL) the file's settings over them.
 * Relative paths, defaults too, count from the file's directory; without a
 * file from the working directory.
 *
 * On RESULT_OK the caller ends `*out` with config_file_release(). Otherwise
 * `error` holds one English line with file and line number: RESULT_NOT_FOUND
 * (cannot be read), RESULT_MALFORMED (syntax, unknown or misplaced setting,
 * wrong type, out of bounds) or RESULT_NO_MEMORY. `*out` is then untouched.
 */
MUST_USE enum result config_file_load(struct config *out, const char *path,
                                      char error[CONFIG_ERROR_SIZE]);

/* Frees the strings and zeroes the struct (the metrics token is wiped). */
void config_file_release(struct config *config);

#endif
