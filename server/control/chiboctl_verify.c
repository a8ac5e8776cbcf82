/* Checking a database: every log, by itself and against the register. */
#include "server/control/chiboctl.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/program/result_words.h"
#include "protocol/record/hash_chain.h"
#include "server/store/store_sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verification {
    struct register_state *registry; /* of the first log */
    struct chiboctl_findings findings;
};

union any_event {
    struct register_event registry;
    struct meeting_event meeting;
};

/* --- One log
 * ----------------------------------------------------------------------------------
 */

/* One event into the state of its log, of whichever kind. */
static enum result fold_event(struct verification *check,
                              struct meeting_state *meeting,
                              const struct store_event *row,
                              union any_event *event,
                              struct message_memory *memory)
{
    const char *bytes = (const char *)row->bytes;
    enum result result;

    if (meeting) {
        result = meeting_event_decode(bytes, row->size, &event->meeting, memory,
                                      NULL);
        if (result == RESULT_OK && event->meeting.at_ms != row->at_ms)
            result = RESULT_CORRUPT;
        if (result == RESULT_OK)
            result = meeting_state_apply(meeting, &event->meeting);
        return result;
    }
    result =
        register_event_decode(bytes, row->size, &event->registry, memory, NULL);
    if (result == RESULT_OK && event->registry.at_ms != row->at_ms)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = register_state_apply(check->registry, &event->registry);
    return result;
}

static enum result check_openings(struct verification *check,
                                  const struct store_log *log, size_t *next,
                                  uint64_t seq, const struct schema *schema,
                                  void *body)
{
    for (; *next < log->opening_count && log->openings[*next].seq == seq;
         (*next)++) {
        const struct store_opening *row = &log->openings[*next];
        struct opening opening = { .seq = seq,
                                   .value = { row->value, row->value_size } };

        if (!schema)
            continue;
        if (strlen(row->field) > OPENING_FIELD_SIZE_MAX)
            return RESULT_CORRUPT;
        memcpy(opening.field, row->field, strlen(row->field) + 1);
        memcpy(opening.salt.bytes, row->salt, sizeof row->salt);
        if (event_opening_check(schema, body, identifier_view(&log->id),
                                &opening) != RESULT_OK)
            return RESULT_CORRUPT;
        check->findings.opening_count++;
    }
    return RESULT_OK;
}

static enum result check_event(struct verification *check,
                               const struct store_log *log, size_t index,
                               struct meeting_state *meeting,
                               size_t *next_opening)
{
    const struct store_event *row = &log->events[index];
    const struct hash leaf = hash_chain_leaf(row->bytes, row->size);
    const struct hash head = hash_chain_link(
        index ? &log->events[index - 1].head : NULL, row->seq, &leaf);
    struct message_memory memory = { 0 };
    union any_event event;
    enum result result;

    if (row->seq != index || !hash_equal(&head, &row->head))
        return RESULT_CORRUPT;
    result = fold_event(check, meeting, row, &event, &memory);
    if (result == RESULT_OK && meeting)
        result = check_openings(check, log, next_opening, row->seq,
                                meeting_event_schema(event.meeting.kind),
                                &event.meeting.body);
    else if (result == RESULT_OK)
        result = check_openings(check, log, next_opening, row->seq,
                                register_event_schema(event.registry.kind),
                                &event.registry.body);
    message_memory_release(&memory);
    check->findings.event_count++;
    return result;
}

/* The register says that this meeting ended: with this head? */
static enum result check_end(const struct verification *check,
                             const struct store_log *log)
{
    const struct register_meeting *call =
        register_state_meeting(check->registry, &log->id);

    if (!call)
        return RESULT_CORRUPT;
    if (call->phase != CALL_ENDED)
        return RESULT_OK;
    return log->event_count &&
                   hash_equal(&log->events[log->event_count - 1].head,
                              &call->final_head)
               ? RESULT_OK
               : RESULT_CORRUPT;
}

/* --- What is found
 * ----------------------------------------------------------------------------
 */

/* The title under which the meeting was called last, or NULL: out of memory. */
static char *title_of(const struct store_log *registry, uint64_t seq)
{
    for (size_t i = 0; i < registry->opening_count; i++) {
        const struct store_opening *row = &registry->openings[i];

        if (row->seq == seq && strcmp(row->field, "title") == 0)
            return strndup(row->value, row->value_size);
    }
    return strdup("");
}

static struct chiboctl_log *find_log(struct chiboctl_findings *findings,
                                     const struct identifier *id)
{
    for (size_t i = 0; i < findings->log_count; i++)
        if (identifier_equal(&findings->logs[i].id, id))
            return &findings->logs[i];
    return NULL;
}

/* What the register knows of the logs that will come: only here are the texts
 * at hand. Those that never come are left out at the end. */
static enum result note_register(struct verification *check,
                                 const struct store_log *log)
{
    const struct register_state *state = check->registry;
    struct chiboctl_findings *findings = &check->findings;

    if (!identifier_equal(&state->organisation, &log->id))
        return RESULT_CORRUPT;
    findings->server = state->server;
    findings->logs = calloc(state->meeting_count + 1, sizeof *findings->logs);
    if (!findings->logs)
        return RESULT_NO_MEMORY;
    findings->logs[0].id = log->id;
    findings->log_count = 1;
    for (size_t i = 0; i < state->meeting_count; i++) {
        struct chiboctl_log *entry = &findings->logs[i + 1];

        entry->id = state->meetings[i].id;
        entry->starts_at_ms = state->meetings[i].starts_at_ms;
        memcpy(entry->zone, state->meetings[i].zone, sizeof entry->zone);
        entry->title = title_of(log, state->meetings[i].seq);
        findings->log_count++;
        if (!entry->title)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

/* RESULT_CORRUPT: the register does not know it. */
static enum result note_log(struct verification *check,
                            const struct store_log *log)
{
    struct chiboctl_log *entry = find_log(&check->findings, &log->id);

    if (!entry)
        return RESULT_CORRUPT;
    entry->is_there = true;
    entry->event_count = log->event_count;
    entry->is_closed = log->is_closed;
    entry->is_held = log->is_held;
    return RESULT_OK;
}

/* Meetings that have not begun have no log. */
static void drop_missing(struct chiboctl_findings *findings)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->log_count; i++) {
        struct chiboctl_log entry = findings->logs[i];

        findings->logs[i].title = NULL;
        if (entry.is_there)
            findings->logs[kept++] = entry;
        else
            free(entry.title);
    }
    findings->log_count = kept;
}

void chiboctl_findings_release(struct chiboctl_findings *findings)
{
    for (size_t i = 0; i < findings->log_count; i++)
        free(findings->logs[i].title);
    free(findings->logs);
    *findings = (struct chiboctl_findings){ 0 };
}

/* --- All logs
 * ---------------------------------------------------------------------------------
 */

static enum result check_events(struct verification *check,
                                const struct store_log *log,
                                struct meeting_state *meeting)
{
    size_t next_opening = 0;
    enum result result = RESULT_OK;

    for (size_t i = 0; i < log->event_count && result == RESULT_OK; i++) {
        result = check_event(check, log, i, meeting, &next_opening);
        if (result != RESULT_OK)
            chiboctl_fail(CHIBOCTL_REFUSED, _("log %s: event %zu: %s"),
                          log->id.text, i, result_words(result));
    }
    return result;
}

static enum result check_log(const struct store_log *log, void *user)
{
    struct verification *check = user;
    struct meeting_state *meeting = NULL;
    const bool is_register = check->findings.log_count == 0;
    enum result result = is_register ? RESULT_OK : meeting_state_new(&meeting);

    if (result == RESULT_OK)
        result = check_events(check, log, meeting);
    meeting_state_free(meeting);
    if (result != RESULT_OK)
        return result;
    result = is_register ? note_register(check, log) : check_end(check, log);
    if (result == RESULT_OK)
        result = note_log(check, log);
    if (result == RESULT_CORRUPT)
        chiboctl_fail(CHIBOCTL_REFUSED,
                      _("log %s: the register says something else of it"),
                      log->id.text);
    return result;
}

static int say_unsupported(const char *path, const char *name)
{
    uint64_t version = 0, newest = 0;

    if (store_sqlite_version(path, &version, &newest) != RESULT_OK ||
        version == newest)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s: this is no database of chibo"), name);
    if (version > newest)
        return chiboctl_fail(
            CHIBOCTL_REFUSED,
            _("%s was made by a newer program: its schema is %llu, the newest "
              "known here %llu; nothing was changed"),
            name, (unsigned long long)version, (unsigned long long)newest);
    return chiboctl_fail(
        CHIBOCTL_REFUSED,
        _("%s was left by an older program: its schema is %llu, that of this "
          "one %llu; start chibod, or run chiboctl verify, and come again"),
        name, (unsigned long long)version, (unsigned long long)newest);
}

int chiboctl_fail_database(const char *path, const char *name,
                           enum result result)
{
    if (result == RESULT_NOT_FOUND)
        return chiboctl_fail(CHIBOCTL_FAILED, _("%s: there is no database"),
                             name);
    if (result == RESULT_UNSUPPORTED)
        return say_unsupported(path, name);
    return chiboctl_fail(CHIBOCTL_REFUSED, "%s: %s", name,
                         result_words(result));
}

int chiboctl_check(const char *path, const char *name,
                   struct chiboctl_findings *out)
{
    struct verification check = { 0 };
    enum result result = register_state_new(&check.registry);

    if (result == RESULT_OK)
        result = store_sqlite_check(path, check_log, &check);
    if (result == RESULT_OK && check.findings.log_count == 0)
        result = RESULT_UNSUPPORTED; /* nobody has founded anything in it */
    register_state_free(check.registry);
    drop_missing(&check.findings);
    if (result != RESULT_OK) {
        chiboctl_findings_release(&check.findings);
        return chiboctl_fail_database(path, name, result);
    }
    *out = check.findings;
    return CHIBOCTL_OK;
}

/* --- The command
 * ------------------------------------------------------------------------------
 */

static size_t held_count(const struct chiboctl_findings *findings)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->log_count; i++)
        count += findings->logs[i].is_held;
    return count;
}

static void print_findings(const struct chiboctl *ctl,
                           const struct chiboctl_findings *findings)
{
    if (ctl->is_json) {
        (void)printf("{\"logs\":%zu,\"events\":%zu,\"openings\":%zu,"
                     "\"held\":%zu}\n",
                     findings->log_count, findings->event_count,
                     findings->opening_count, held_count(findings));
        return;
    }
    for (size_t i = 0; i < findings->log_count; i++)
        (void)printf(findings->logs[i].is_held
                         ? _("log %s: %zu events, in order; held\n")
                         : _("log %s: %zu events, in order\n"),
                     findings->logs[i].id.text, findings->logs[i].event_count);
    (void)printf(_("all in order; logs: %zu, events: %zu, openings: %zu\n"),
                 findings->log_count, findings->event_count,
                 findings->opening_count);
}

/* The server's own database, which is brought up to date as chibod would. */
static int check_own(struct chiboctl *ctl, struct chiboctl_findings *findings)
{
    struct store_lock *lock = chiboctl_lock(ctl);
    const char *path;
    enum result result;
    int code;

    if (!lock)
        return CHIBOCTL_FAILED;
    path = ctl->config.database_path;
    result = store_sqlite_upgrade(path);
    code = result == RESULT_OK ? chiboctl_check(path, path, findings)
                               : chiboctl_fail_database(path, path, result);
    store_lock_release(lock);
    return code;
}

static bool is_older(const char *path)
{
    uint64_t version = 0, newest = 0;

    return store_sqlite_version(path, &version, &newest) == RESULT_OK &&
           version < newest;
}

/* A backup of an older program is not touched: a copy of it beside it is
 * brought up to date, and goes again. */
static int check_older(const char *path, struct chiboctl_findings *findings)
{
    char *copy = NULL;
    enum result result = RESULT_NO_MEMORY;
    int code;

    if (asprintf(&copy, "%s.verifying", path) < 0)
        copy = NULL;
    if (copy)
        result = store_sqlite_copy(path, copy, NULL, NULL);
    if (result != RESULT_OK)
        code = chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", copy ? copy : path,
                             result == RESULT_IO ? system_words(errno)
                                                 : result_words(result));
    else
        code = chiboctl_check(copy, path, findings);
    if (result == RESULT_OK && store_sqlite_remove(copy) != RESULT_OK)
        code =
            chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", copy, system_words(errno));
    free(copy);
    return code;
}

static int run_verify(struct chiboctl *ctl)
{
    struct chiboctl_findings findings = { 0 };
    const char *path = ctl->argument_count ? ctl->arguments[0] : NULL;
    const int code = !path            ? check_own(ctl, &findings)
                     : is_older(path) ? check_older(path, &findings)
                                      : chiboctl_check(path, path, &findings);

    if (code == CHIBOCTL_OK)
        print_findings(ctl, &findings);
    chiboctl_findings_release(&findings);
    return code;
}

const struct chiboctl_command chiboctl_verify_commands[] = {
    { "verify", NULL, "[FILE]",
      N_("check every log of a backup, or of the server's own database (then "
         "chibod is stopped)"),
      NULL, 0, 1, run_verify },
    { 0 }
};
