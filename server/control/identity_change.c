#include "server/control/identity_change.h"

#include "protocol/record/statement.h"
#include "server/control/identity_file.h"
#include "server/control/organisation.h"
#include "server/control/zone_time.h"
#include "server/domain/register_rules.h"
#include "server/platform/private_file.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Files of keys that were put aside on one day. */
enum { KEPT_MAX = 1000 };

static const char kept_mark[] = ".old-";
static const char zone[] = "Asia/Ho_Chi_Minh";

const char *identity_state_word(enum identity_state state)
{
    static const char *const words[] = {
        [IDENTITY_FITS] = "fits",     [IDENTITY_HALFWAY] = "halfway",
        [IDENTITY_BEHIND] = "behind", [IDENTITY_MISSING] = "missing",
        [IDENTITY_OTHER] = "other",   [IDENTITY_UNREADABLE] = "unreadable",
    };

    return words[state];
}

void identity_outcome_release(struct identity_outcome *outcome)
{
    free(outcome->kept_path);
    outcome->kept_path = NULL;
}

/* --- Files ---------------------------------------------------------------- */

static char *new_path_of(const char *key_path)
{
    char *path = NULL;

    return asprintf(&path, "%s.new", key_path) < 0 ? NULL : path;
}

/* Has this file this key? */
static bool has_key(const char *path, const struct key *key)
{
    struct signing_key found;
    bool is_it;

    if (identity_file_read(path, &found) != RESULT_OK)
        return false;
    is_it = key_equal(&found.public_key, key);
    signing_key_wipe(&found);
    return is_it;
}

/* The file put aside beside `key_path` that has this key; NULL: none. */
static char *find_kept(const char *key_path, const struct key *key)
{
    const char *slash = strrchr(key_path, '/');
    const char *name = slash ? slash + 1 : key_path;
    const int folder_size = slash ? (int)(slash - key_path) + 1 : 0;
    const size_t size = strlen(name);
    char *folder = NULL;
    char *found = NULL;
    DIR *directory = NULL;
    struct dirent *entry;

    if (asprintf(&folder, "%.*s.", folder_size, key_path) < 0)
        return NULL;
    directory = opendir(folder);
    free(folder);
    while (directory && !found && (entry = readdir(directory)) != NULL) {
        char *path = NULL;

        if (strncmp(entry->d_name, name, size) != 0 ||
            strncmp(entry->d_name + size, kept_mark, strlen(kept_mark)) != 0 ||
            asprintf(&path, "%.*s%s", folder_size, key_path, entry->d_name) < 0)
            continue;
        if (has_key(path, key))
            found = path;
        else
            free(path);
    }
    if (directory)
        (void)closedir(directory); /* only read */
    return found;
}

enum identity_state identity_look(const struct register_state *state,
                                  const char *key_path)
{
    struct signing_key key;
    const enum result result = identity_file_read(key_path, &key);
    enum identity_state found = result == RESULT_OK ? IDENTITY_OTHER
                                : result == RESULT_NOT_FOUND
                                    ? IDENTITY_MISSING
                                    : IDENTITY_UNREADABLE;
    char *path;

    if (result == RESULT_OK && key_equal(&key.public_key, &state->server))
        found = IDENTITY_FITS;
    if (result == RESULT_OK)
        signing_key_wipe(&key);
    if (found == IDENTITY_FITS)
        return found;
    path = new_path_of(key_path);
    if (path && has_key(path, &state->server)) {
        free(path);
        return IDENTITY_HALFWAY;
    }
    free(path);
    path = find_kept(key_path, &state->server);
    if (path && found == IDENTITY_OTHER)
        found = IDENTITY_BEHIND;
    free(path);
    return found;
}

/* --- The last steps: files --------------------------------------------------
 */

/*
 * The old key keeps a name with the date of the change, which a second try
 * finds again.
 */
static enum result keep_old(const char *key_path, int64_t changed_ms,
                            char **kept_path)
{
    struct signing_key old;
    char date[ZONE_TIME_SIZE];
    enum result result = identity_file_read(key_path, &old);

    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_OK : result;
    zone_time_format(changed_ms, zone, date);
    result = RESULT_EXISTS;
    for (int i = 1; i <= KEPT_MAX && result == RESULT_EXISTS; i++) {
        char number[16] = "";
        char *path = NULL;

        if (i > 1)
            (void)snprintf(number, sizeof number, "-%d", i);
        if (asprintf(&path, "%s%s%.10s%s", key_path, kept_mark, date, number) <
            0) {
            result = RESULT_NO_MEMORY;
            break;
        }
        result = private_file_link(key_path, path);
        if (result == RESULT_EXISTS && has_key(path, &old.public_key))
            result = RESULT_OK;
        if (result == RESULT_OK)
            *kept_path = path;
        else
            free(path);
    }
    signing_key_wipe(&old);
    return result;
}

/* The register names the key of FILE.new: it takes the place of FILE. */
static enum result put_in_place(const struct register_desk *desk,
                                const char *key_path, const char *new_path,
                                char **kept_path)
{
    const struct register_state *state = register_desk_state(desk);
    const struct register_server_key *newest =
        &state->server_keys[state->server_key_count - 1];
    enum result result = keep_old(key_path, newest->since_ms, kept_path);

    return result == RESULT_OK ? private_file_replace(new_path, key_path)
                               : result;
}

/* The key of FILE.new, made and written if there is none. */
static enum result take_new(const char *new_path, const struct entropy *entropy,
                            struct signing_key *out)
{
    enum result result = identity_file_read(new_path, out);

    if (result != RESULT_NOT_FOUND)
        return result;
    result = organisation_make_key(entropy, out);
    if (result == RESULT_OK)
        result = identity_file_write(new_path, out);
    return result;
}

/* --- The event ---------------------------------------------------------------
 */

static struct register_server_key_changed *
change_in(const struct register_decision *decision)
{
    return &decision->events[decision->count - 1].body.server_key_changed;
}

/* `old` signs what the decision says. */
static enum result sign_change(const struct register_desk *desk,
                               const struct signing_key *old,
                               const struct register_decision *decision)
{
    const struct register_state *state = register_desk_state(desk);
    struct register_server_key_changed *change = change_in(decision);
    struct statement_server_key fields = { .server = change->server };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    fields.seen.seq = state->next_seq - 1;
    fields.seen.head = register_desk_head(desk);
    change->signer = old->public_key;
    change->seen = fields.seen.seq;
    change->head = fields.seen.head;
    result = statement_server_key(&old->public_key,
                                  identifier_view(&state->organisation),
                                  &fields, &bytes, &size);
    if (result == RESULT_OK)
        result = statement_sign(old, bytes, size, &change->sig);
    free(bytes);
    return result;
}

static enum result refuse(struct identity_outcome *out,
                          const struct refusal *refusal)
{
    out->refusal = *refusal;
    return RESULT_REFUSED;
}

static enum result refuse_held(const struct register_desk *desk,
                               struct identity_outcome *out)
{
    refusal_set(&out->refusal, REFUSAL_HELD);
    refusal_add_number(&out->refusal, "next",
                       register_desk_state(desk)->next_seq);
    return RESULT_REFUSED;
}

/* Also one of which the register does not know yet that it began, or that its
 * log is not finished. */
static enum result refuse_open_meeting(const struct identifier *meeting,
                                       struct identity_outcome *out)
{
    refusal_set(&out->refusal, REFUSAL_MEETING_BEGUN);
    refusal_add_text(&out->refusal, "id", identifier_view(meeting));
    return RESULT_REFUSED;
}

/* --- Rotating ----------------------------------------------------------------
 */

static enum result append_change(struct register_desk *desk,
                                 const struct signing_key *old,
                                 const struct key *next, int64_t now_ms,
                                 struct identity_outcome *out)
{
    struct register_decision decision;
    enum result result = RESULT_OK;

    register_rules_change_key(register_desk_state(desk), next, &decision);
    if (decision.refusal.code != REFUSAL_NONE)
        result = refuse(out, &decision.refusal);
    if (result == RESULT_OK)
        result = sign_change(desk, old, &decision);
    if (result == RESULT_OK)
        result = register_desk_append(desk, &decision, false, now_ms);
    register_decision_release(&decision);
    return result;
}

/* From IDENTITY_FITS. */
static enum result change(struct register_desk *desk, const char *key_path,
                          const char *new_path, int64_t now_ms,
                          const struct entropy *entropy,
                          struct identity_outcome *out)
{
    const struct identifier *meeting = register_desk_open_meeting(desk);
    struct signing_key old;
    struct signing_key next;
    enum result result;

    if (register_desk_is_held(desk))
        return refuse_held(desk, out);
    if (meeting)
        return refuse_open_meeting(meeting, out);
    result = identity_file_read(key_path, &old);
    if (result != RESULT_OK)
        return result;
    result = take_new(new_path, entropy, &next);
    if (result == RESULT_OK) {
        result = append_change(desk, &old, &next.public_key, now_ms, out);
        signing_key_wipe(&next);
    }
    signing_key_wipe(&old);
    return result == RESULT_OK
               ? put_in_place(desk, key_path, new_path, &out->kept_path)
               : result;
}

static enum result append_late(struct register_desk *desk,
                               const struct signing_key *old,
                               const struct key *next, int64_t now_ms,
                               struct identity_outcome *out)
{
    const bool is_held = register_desk_is_held(desk);
    struct register_decision decision;
    enum result result = RESULT_OK;

    register_rules_change_key_late(register_desk_state(desk), next, is_held,
                                   &decision);
    if (decision.refusal.code != REFUSAL_NONE)
        result = refuse(out, &decision.refusal);
    if (result == RESULT_OK)
        result = sign_change(desk, old, &decision);
    if (result == RESULT_OK)
        result = register_desk_append(desk, &decision, is_held, now_ms);
    register_decision_release(&decision);
    return result;
}

/* From IDENTITY_BEHIND. */
static enum result catch_up(struct register_desk *desk, const char *key_path,
                            bool accepts_loss, int64_t now_ms,
                            struct identity_outcome *out)
{
    struct signing_key old;
    struct signing_key next;
    enum result result;

    if (register_desk_is_held(desk) && !accepts_loss)
        return refuse_held(desk, out);
    out->kept_path = find_kept(key_path, &register_desk_state(desk)->server);
    if (!out->kept_path)
        return RESULT_NOT_FOUND;
    result = identity_file_read(out->kept_path, &old);
    if (result != RESULT_OK)
        return result;
    result = identity_file_read(key_path, &next);
    if (result == RESULT_OK) {
        result = append_late(desk, &old, &next.public_key, now_ms, out);
        signing_key_wipe(&next);
    }
    signing_key_wipe(&old);
    return result;
}

enum result identity_rotate(struct register_desk *desk, const char *key_path,
                            bool accepts_loss, int64_t now_ms,
                            const struct entropy *entropy,
                            struct identity_outcome *out)
{
    char *new_path = new_path_of(key_path);
    enum result result = RESULT_NOT_FOUND;

    *out = (struct identity_outcome){
        .before = identity_look(register_desk_state(desk), key_path)
    };
    if (!new_path)
        return RESULT_NO_MEMORY;
    switch (out->before) {
    case IDENTITY_FITS:
        result = change(desk, key_path, new_path, now_ms, entropy, out);
        break;
    case IDENTITY_HALFWAY:
        result = put_in_place(desk, key_path, new_path, &out->kept_path);
        break;
    case IDENTITY_BEHIND:
        result = catch_up(desk, key_path, accepts_loss, now_ms, out);
        break;
    case IDENTITY_MISSING:
    case IDENTITY_OTHER:
    case IDENTITY_UNREADABLE:
        break;
    }
    free(new_path);
    return result;
}

/* --- Losing
 * -------------------------------------------------------------------
 */

static enum result append_loss(struct register_desk *desk,
                               const struct key *next, int64_t now_ms,
                               struct identity_outcome *out)
{
    const bool is_held = register_desk_is_held(desk);
    struct register_decision decision;
    enum result result = RESULT_OK;

    register_rules_lose_key(register_desk_state(desk), next, is_held,
                            &decision);
    if (decision.refusal.code != REFUSAL_NONE)
        result = refuse(out, &decision.refusal);
    if (result == RESULT_OK)
        result = register_desk_append(desk, &decision, is_held, now_ms);
    register_decision_release(&decision);
    return result;
}

enum result identity_may_lose(const struct register_desk *desk,
                              const char *key_path,
                              struct identity_outcome *out)
{
    const struct register_state *state = register_desk_state(desk);

    *out =
        (struct identity_outcome){ .before = identity_look(state, key_path) };
    if (out->before == IDENTITY_HALFWAY)
        return RESULT_OK;
    if (out->before != IDENTITY_MISSING)
        return RESULT_EXISTS;
    out->kept_path = find_kept(key_path, &state->server);
    return out->kept_path ? RESULT_EXISTS : RESULT_OK;
}

enum result identity_lose(struct register_desk *desk, const char *key_path,
                          int64_t now_ms, const struct entropy *entropy,
                          struct identity_outcome *out)
{
    enum result result = identity_may_lose(desk, key_path, out);
    struct signing_key next;
    char *new_path;

    if (result != RESULT_OK)
        return result;
    new_path = new_path_of(key_path);
    if (!new_path)
        return RESULT_NO_MEMORY;
    if (out->before == IDENTITY_MISSING) {
        result = take_new(new_path, entropy, &next);
        if (result == RESULT_OK) {
            result = append_loss(desk, &next.public_key, now_ms, out);
            signing_key_wipe(&next);
        }
    }
    if (result == RESULT_OK)
        result = put_in_place(desk, key_path, new_path, &out->kept_path);
    free(new_path);
    return result;
}
