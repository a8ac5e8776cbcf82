/*
 * What the parts of chiboctl share: the command line as it was given, the
 * connection to the server, and the register as read from it. One thread.
 *
 * A part's run function returns the exit code; whoever returns another than
 * CHIBOCTL_OK has said why on standard error.
 */
#ifndef SERVER_CONTROL_CHIBOCTL_H
#define SERVER_CONTROL_CHIBOCTL_H

#include "protocol/meeting/command.h"
#include "protocol/rules/agenda_template.h"
#include "server/control/register_book.h"
#include "server/platform/config_file.h"

#include <libintl.h>
#include <stdio.h>

#define _(text) gettext(text)
/* Marks a text of a table for translation; it is looked up when shown. */
#define N_(text) text

/* Where times are shown and given unless --zone says otherwise. */
#define CHIBOCTL_ZONE "Asia/Ho_Chi_Minh"

enum chiboctl_exit {
    CHIBOCTL_OK = 0,
    CHIBOCTL_REFUSED = 1, /* the server, or the rules, said no */
    CHIBOCTL_FAILED = 2   /* usage, connection, files */
};

struct chiboctl_option {
    const char *name;  /* without dashes; NULL ends the list */
    const char *value; /* what stands for its value in the help; NULL: none */
    const char *help;
};

struct chiboctl;
struct chiboctl_command {
    const char *noun;
    const char *verb;      /* NULL: the noun is all */
    const char *arguments; /* for the help; "" if none */
    const char *help;
    const struct chiboctl_option *options; /* NULL if none */
    size_t argument_min, argument_max;
    int (*run)(struct chiboctl *ctl);
};

/* Every part's commands, ended by one without noun. */
extern const struct chiboctl_command chiboctl_unit_commands[];
extern const struct chiboctl_command chiboctl_member_commands[];
extern const struct chiboctl_command chiboctl_site_commands[];
extern const struct chiboctl_command chiboctl_access_commands[];
extern const struct chiboctl_command chiboctl_meeting_commands[];
extern const struct chiboctl_command chiboctl_online_commands[];
extern const struct chiboctl_command chiboctl_hearing_commands[];
extern const struct chiboctl_command chiboctl_offline_commands[];
extern const struct chiboctl_command chiboctl_backup_commands[];
extern const struct chiboctl_command chiboctl_loss_commands[];
extern const struct chiboctl_command chiboctl_verify_commands[];
extern const struct chiboctl_command chiboctl_identity_commands[];
extern const struct chiboctl_command chiboctl_ruleset_commands[];
extern const struct chiboctl_command chiboctl_report_commands[];
extern const struct chiboctl_command chiboctl_opinions_commands[];
extern const struct chiboctl_command chiboctl_record_commands[];
extern const struct chiboctl_command chiboctl_folder_commands[];
extern const struct chiboctl_command chiboctl_archive_commands[];
extern const struct chiboctl_command chiboctl_import_commands[];
extern const struct chiboctl_command chiboctl_reverify_commands[];
extern const struct chiboctl_command chiboctl_destroy_commands[];
extern const struct chiboctl_command chiboctl_destroyed_commands[];

enum { CHIBOCTL_OPTIONS_MAX = 256, CHIBOCTL_ARGUMENTS_MAX = 5000 };
struct chiboctl_given {
    const char *name;
    const char *value;
};

struct chiboctl_link;

struct chiboctl {
    const struct chiboctl_command *command;
    struct chiboctl_given options[CHIBOCTL_OPTIONS_MAX];
    size_t option_count;
    char **arguments; /* NFC; borrowed from main() */
    size_t argument_count;
    bool is_json;
    struct config config;
    bool has_config;
    struct chiboctl_link *link; /* while connected */
    struct register_book *book; /* while connected */
};

/* --- The command line (chiboctl_line.c) -------------------------------------
 */

/* The option's last value, or NULL. */
const char *chiboctl_option(const struct chiboctl *ctl, const char *name);
bool chiboctl_has(const struct chiboctl *ctl, const char *name);
/* Its values in order: returns the count, fills at most `max`. */
size_t chiboctl_each(const struct chiboctl *ctl, const char *name,
                     const char **values, size_t max);
/* Says why and returns `code`. */
int chiboctl_fail(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Reads the configuration (--config); false: said why. */
bool chiboctl_load_config(struct chiboctl *ctl);

/* --- The database (chiboctl_offline.c, chiboctl_verify.c) ---------------- */

/* The lock of the configured database, which a running server holds; NULL:
 * said why. store_lock_release() ends it. */
struct store_lock;
struct store_lock *chiboctl_lock(struct chiboctl *ctl);

/* What root writes would be of no use to chibod: root becomes the user to whom
 * the file or directory at `path` belongs (chiboctl_identity.c). False: said
 * why. */
bool chiboctl_become_owner(const char *path);

/* Says why the database at `path`, known as `name`, cannot be used, and returns
 * the exit code. */
int chiboctl_fail_database(const char *path, const char *name,
                           enum result result);

/* A log as a check found it. */
struct chiboctl_log {
    struct identifier id;
    bool is_there;
    bool is_closed;
    bool is_held;
    size_t event_count;
    char *title; /* of the meeting; NULL for the register */
    int64_t starts_at_ms;
    char zone[257];
};

/* What a check found; the register is the first log, and its id is that of the
 * organisation. */
struct chiboctl_findings {
    struct chiboctl_log *logs;
    size_t log_count;
    size_t event_count;
    size_t opening_count;
    struct key server; /* the key that the register names last */
};

/*
 * Checks the database at `path`, which people know as `name`: the file, the
 * chain of every log, whether each can be replayed, every opening, and what the
 * register says of meetings that ended. On CHIBOCTL_OK
 * chiboctl_findings_release() ends `*out`; else it has said what is wrong.
 */
int chiboctl_check(const char *path, const char *name,
                   struct chiboctl_findings *out);
void chiboctl_findings_release(struct chiboctl_findings *findings);

/* --- The server (chiboctl_link.c) ---------------------------------------- */

/* Connects, reads and verifies the register; false: said why. */
bool chiboctl_connect(struct chiboctl *ctl);
void chiboctl_disconnect(struct chiboctl *ctl);

/* From the server's greeting. */
struct chiboctl_hello {
    struct identifier organisation;
    char *server; /* hex */
    char *host;
    uint16_t port;
    char *fingerprint;
};
const struct chiboctl_hello *chiboctl_hello(const struct chiboctl *ctl);

/*
 * Sends a command of the register (request and log are set here) and waits for
 * its answer; the book then holds what it caused. `made` (which may be NULL)
 * becomes the id of what was made.
 */
int chiboctl_send(struct chiboctl *ctl, struct command *command,
                  struct identifier *made);
/* The same, then prints the id or that it is done. */
int chiboctl_do(struct chiboctl *ctl, struct command *command);
/* Asks for something of a log that changes nothing; the caller owns the
 * reference `*answer` on CHIBOCTL_OK, else it is untouched. */
int chiboctl_ask(struct chiboctl *ctl, const char *op,
                 const struct identifier *log, json_t **answer);

/* --- Agendas (chiboctl_template.c) --------------------------------------- */

/* The template in a file, or beside the rulesets by its name. On true
 * agenda_template_release() ends `*out`; false: said why. */
bool chiboctl_read_template(struct chiboctl *ctl, const char *name,
                            struct agenda_template *out);

/* --- Meeting online (chiboctl_online.c) ---------------------------------- */

/* Says in one line, beside what a call prints, whether such a meeting of the
 * unit may be held online by the ruleset of new meetings; nothing where that
 * does not ask, or is not known here. The register is there. */
void chiboctl_note_online(struct chiboctl *ctl, const struct identifier *unit,
                          enum meeting_kind kind);

/* --- Looking things up, showing them (chiboctl_show.c) ------------------- */

/* Each says why and returns false unless exactly one thing is meant. */
bool chiboctl_find_unit(struct chiboctl *ctl, const char *text,
                        struct identifier *out);
/* --cell, or the only cell there is. */
bool chiboctl_find_cell(struct chiboctl *ctl, struct identifier *out);
bool chiboctl_find_group(struct chiboctl *ctl, const struct identifier *cell,
                         const char *text, struct identifier *out);
bool chiboctl_find_member(struct chiboctl *ctl, const struct identifier *cell,
                          const char *text, struct identifier *out);
bool chiboctl_find_site(struct chiboctl *ctl, const char *text,
                        struct identifier *out);
bool chiboctl_find_holder(struct chiboctl *ctl, const char *text,
                          struct identifier *out);
bool chiboctl_find_meeting(struct chiboctl *ctl, const char *text,
                           const struct register_meeting **out);
/* The name of a member or site; "" if there is none. */
const char *chiboctl_holder_name(struct chiboctl *ctl,
                                 const struct identifier *holder);

struct sealed chiboctl_text(const char *text); /* NULL is "" */

/* The ids of the logs that are held, an array, as the server's database says
 * beside the running server; NULL where the settings, or the database, cannot
 * be read. The caller owns the reference. */
json_t *chiboctl_held(struct chiboctl *ctl);
/* `held` may be NULL: then nothing is known to be. */
bool chiboctl_is_held(const json_t *held, const struct identifier *log);

/* One row of a list: as a line of JSON (`row` is taken), or as its values in
 * columns of at least `widths`, those whose width is negative left out. */
void chiboctl_row(const struct chiboctl *ctl, json_t *row, const int *widths);
/* A value as its list says it: the wire's word in JSON, else what people say;
 * "" for 0. */
const char *chiboctl_word(const struct chiboctl *ctl,
                          const struct enum_words *words, int value);
/* How many columns of the terminal a text takes. */
int chiboctl_width(const char *text);
/* A text in lines, `indent` spaces before each but the first, where they stand
 * already. */
void chiboctl_fill(const char *text, int indent, FILE *out);
/* A line of help, "  left   text": the text begins at `column`, in a line of
 * its own where `left` is too long, and goes on below itself. */
void chiboctl_entry(const char *left, int column, const char *text, FILE *out);
/* Milliseconds as a local time in JSON-less output. */
json_t *chiboctl_time(const struct chiboctl *ctl, int64_t utc_ms,
                      const char *zone);

#endif
