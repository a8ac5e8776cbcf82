/*
 * The server's identity key: shown, changed, given up. Changing is done while
 * chibod is stopped, under the lock that a running server holds.
 */
#include "server/control/chiboctl.h"

#include "protocol/program/result_words.h"
#include "server/control/identity_change.h"
#include "server/control/zone_time.h"
#include "server/platform/clock.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- The register ----------------------------------------------------------
 */

static int say_no_register(enum result result, const char *path)
{
    if (result == RESULT_NOT_FOUND)
        return chiboctl_fail(CHIBOCTL_FAILED, _("%s holds no organisation"),
                             path);
    if (result == RESULT_BUSY)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("%s is in use: stop chibod first"), path);
    return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_words(result));
}

bool chiboctl_become_owner(const char *path)
{
    const struct passwd *owner;
    struct stat status;

    if (stat(path, &status) != 0 || status.st_uid == geteuid())
        return true; /* what is not there is told by whoever opens it */
    if (geteuid() == 0) {
        if (setgroups(0, NULL) == 0 && setegid(status.st_gid) == 0 &&
            seteuid(status.st_uid) == 0)
            return true;
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
        return false;
    }
    owner = getpwuid(status.st_uid);
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("run this as root, or as the user to whom %s belongs: %s"),
                  path, owner ? owner->pw_name : "?");
    return false;
}

/* Under the lock; NULL: said why. */
static struct register_desk *open_desk(struct chiboctl *ctl)
{
    struct register_desk *desk = NULL;
    enum result result;

    if (!chiboctl_load_config(ctl) ||
        !chiboctl_become_owner(ctl->config.database_path))
        return NULL;
    result = register_desk_open(&desk, ctl->config.database_path);
    if (result != RESULT_OK)
        say_no_register(result, ctl->config.database_path);
    return desk;
}

/* --- show -------------------------------------------------------------------
 */

static const char *how_of(const struct register_server_key *row)
{
    if (row->is_proven)
        return "changed";
    return row->since ? "lost" : "founded";
}

static const char *said_of(const struct register_server_key *row)
{
    if (row->is_proven)
        return _("signed by the key before it");
    return row->since ? _("the key before it was lost: not proven")
                      : _("the organisation was founded");
}

static void show_state(const struct chiboctl *ctl, enum identity_state state)
{
    static const char *const sentences[] = {
        [IDENTITY_FITS] = N_("the key is there"),
        [IDENTITY_HALFWAY] =
            N_("ATTENTION: a change was interrupted before the new key took "
               "its place: run \"chiboctl identity rotate\" again"),
        [IDENTITY_BEHIND] =
            N_("ATTENTION: a newer key is there, of which the register does "
               "not know. If it is held, start chibod and let the members' "
               "programs give back what is missing; else run \"chiboctl "
               "identity rotate\""),
        [IDENTITY_MISSING] =
            N_("ATTENTION: the key is not there: put your copy of it there. If "
               "there is no copy: \"chiboctl identity lost\""),
        [IDENTITY_OTHER] = N_("ATTENTION: another key is there"),
        [IDENTITY_UNREADABLE] = N_("ATTENTION: the key cannot be read"),
    };

    (void)printf("%s: %s\n", ctl->config.identity_key_path,
                 _(sentences[state]));
}

static void show_text(const struct chiboctl *ctl,
                      const struct register_state *registry,
                      enum identity_state state)
{
    (void)printf(_("Fingerprint of the server: %s\n"),
                 server_fingerprint_of(&registry->server).text);
    show_state(ctl, state);
    for (size_t i = 0; i < registry->server_key_count; i++) {
        const struct register_server_key *row = &registry->server_keys[i];
        char local[ZONE_TIME_SIZE];

        zone_time_format(row->since_ms, CHIBOCTL_ZONE, local);
        (void)printf("%s  %s  %s\n", local,
                     server_fingerprint_of(&row->key).text, said_of(row));
    }
}

static void show_json(const struct register_state *registry,
                      enum identity_state state)
{
    json_t *history = json_array();
    char *text = NULL;
    json_t *all;

    for (size_t i = 0; i < registry->server_key_count; i++) {
        const struct register_server_key *row = &registry->server_keys[i];
        char hex[HEX_SIZE(KEY_SIZE)];

        hex_encode(row->key.bytes, KEY_SIZE, hex);
        json_array_append_new(
            history,
            json_pack("{s:s, s:s, s:s, s:I, s:I}", "server", hex, "fingerprint",
                      server_fingerprint_of(&row->key).text, "how", how_of(row),
                      "since", (json_int_t)row->since, "at",
                      (json_int_t)row->since_ms));
    }
    all = json_pack("{s:s, s:s, s:o}", "fingerprint",
                    server_fingerprint_of(&registry->server).text, "key_file",
                    identity_state_word(state), "history", history);
    text = all ? json_dumps(all, JSON_COMPACT) : NULL;
    (void)printf("%s\n", text ? text : "{}");
    free(text);
    json_decref(all);
}

static int run_show(struct chiboctl *ctl)
{
    struct register_desk *desk = NULL;
    const struct register_state *registry;
    enum identity_state state;
    enum result result;

    if (!chiboctl_load_config(ctl))
        return CHIBOCTL_FAILED;
    result = register_desk_look(&desk, ctl->config.database_path);
    if (result != RESULT_OK)
        return say_no_register(result, ctl->config.database_path);
    registry = register_desk_state(desk);
    state = identity_look(registry, ctl->config.identity_key_path);
    if (ctl->is_json)
        show_json(registry, state);
    else
        show_text(ctl, registry, state);
    register_desk_close(desk);
    return CHIBOCTL_OK;
}

/* --- What rotate and lost have in common -------------------------------------
 */

static int say_begun(const struct register_desk *desk,
                     const struct identity_outcome *outcome)
{
    const struct register_meeting *meeting = NULL;
    const char *id = outcome->refusal.args[0].text;
    struct identifier parsed;
    char local[ZONE_TIME_SIZE] = "";

    if (identifier_parse(text_view_of(id), &parsed) == RESULT_OK)
        meeting = register_state_meeting(register_desk_state(desk), &parsed);
    if (meeting)
        zone_time_format(meeting->starts_at_ms, meeting->zone, local);
    return chiboctl_fail(CHIBOCTL_REFUSED,
                         _("the meeting %s (%s) has begun and is not finished: "
                           "its record names one key of the server. Close it "
                           "first, with chibod running"),
                         id, local);
}

static int say_refused(const struct register_desk *desk,
                       const struct identity_outcome *outcome)
{
    if (outcome->refusal.code == REFUSAL_MEETING_BEGUN)
        return say_begun(desk, outcome);
    if (outcome->refusal.code == REFUSAL_HELD &&
        outcome->before == IDENTITY_BEHIND)
        return chiboctl_fail(
            CHIBOCTL_REFUSED,
            _("the register is held: start chibod, so that the members' "
              "programs give back what is missing. If none of them has it, "
              "--accept-loss goes on without"));
    if (outcome->refusal.code == REFUSAL_HELD)
        return chiboctl_fail(
            CHIBOCTL_REFUSED,
            _("the register is held: start chibod and wait until the members' "
              "programs have given back what is missing, or accept the loss "
              "(chiboctl accept-loss)"));
    return chiboctl_fail(CHIBOCTL_REFUSED, "%s",
                         _(refusal_message(outcome->refusal.code)));
}

static void tell_json(const struct register_desk *desk,
                      const struct identity_outcome *outcome)
{
    json_t *row = json_pack(
        "{s:s, s:s, s:s}", "fingerprint",
        server_fingerprint_of(&register_desk_state(desk)->server).text, "found",
        identity_state_word(outcome->before), "kept",
        outcome->kept_path ? outcome->kept_path : "");
    char *text = row ? json_dumps(row, JSON_COMPACT) : NULL;

    (void)printf("%s\n", text ? text : "{}");
    free(text);
    json_decref(row);
}

static void tell_new_key(const struct chiboctl *ctl,
                         const struct register_desk *desk)
{
    (void)printf(
        _("The server has a new identity key, in %s.\n"
          "Fingerprint of the server: %s\n"),
        ctl->config.identity_key_path,
        server_fingerprint_of(&register_desk_state(desk)->server).text);
}

/* --- rotate
 * ------------------------------------------------------------------- */

static int say_not_rotated(const struct chiboctl *ctl,
                           const struct register_desk *desk,
                           const struct identity_outcome *outcome,
                           enum result result)
{
    const char *path = ctl->config.identity_key_path;

    if (result == RESULT_REFUSED)
        return say_refused(desk, outcome);
    if (outcome->before == IDENTITY_MISSING)
        return chiboctl_fail(
            CHIBOCTL_FAILED,
            _("there is no key at %s: put your copy of it there. Only the old "
              "key can make the new one known. If there is no copy: chiboctl "
              "identity lost"),
            path);
    if (outcome->before == IDENTITY_OTHER)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("the key at %s is not the one that the register "
                               "names: see chiboctl identity show"),
                             path);
    return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_words(result));
}

static void tell_rotated(const struct chiboctl *ctl,
                         const struct register_desk *desk,
                         const struct identity_outcome *outcome)
{
    if (outcome->before == IDENTITY_HALFWAY)
        (void)fputs(_("The change that was interrupted is finished.\n"),
                    stdout);
    tell_new_key(ctl, desk);
    (void)fputs(_("Members need nothing new: the old key has signed the new "
                  "one, and their programs see that.\n"),
                stdout);
    if (outcome->kept_path)
        (void)printf(
            _("The old key is kept as %s. Whoever has it can still pretend to "
              "be the server to members who have not connected since. It is "
              "needed only if a backup from before now has to be restored. "
              "Start chibod, make a new backup, copy the new key to a safe "
              "place; then destroy the old one and all its copies.\n"),
            outcome->kept_path);
}

static int run_rotate(struct chiboctl *ctl)
{
    struct register_desk *desk = open_desk(ctl);
    struct identity_outcome outcome = { .kept_path = NULL };
    enum result result;
    int code = CHIBOCTL_OK;

    if (!desk)
        return CHIBOCTL_FAILED;
    result = identity_rotate(
        desk, ctl->config.identity_key_path, chiboctl_has(ctl, "accept-loss"),
        clock_utc_ms(clock_system()), entropy_system(), &outcome);
    if (result != RESULT_OK)
        code = say_not_rotated(ctl, desk, &outcome, result);
    else if (ctl->is_json)
        tell_json(desk, &outcome);
    else
        tell_rotated(ctl, desk, &outcome);
    identity_outcome_release(&outcome);
    register_desk_close(desk);
    return code;
}

/* --- lost
 * ---------------------------------------------------------------------- */

static void explain_loss(const struct register_desk *desk)
{
    const struct identifier *meeting = register_desk_open_meeting(desk);

    (void)fputs(
        _("This gives the server a new identity key that nothing connects with "
          "the old one. It cannot be taken back.\n"
          "- Every member's program will refuse the server, and tell its user "
          "to ask you, in person or by telephone, for the new fingerprint and "
          "a new invitation.\n"
          "- Every open invitation ends. Everybody has to be invited and "
          "enrolled again, and devices have to be vouched for as at the "
          "founding.\n"
          "- The old devices stay in the register until you or an officer "
          "revoke them.\n"
          "- If you have a copy of the old key anywhere, put it in place "
          "instead: then nobody notices anything.\n"),
        stdout);
    if (meeting)
        (void)printf(_("- The meeting %s has begun and is not finished. Its "
                       "record names the lost key: note what was decided, and "
                       "call a new meeting.\n"),
                     meeting->text);
    if (register_desk_is_held(desk))
        (void)fputs(_("- The register is held because something may be "
                      "missing in it. It will go on without that: no program "
                      "that could give it back will speak to the new key.\n"),
                    stdout);
    (void)fputs(_("If that is what you want: chiboctl identity lost --yes\n"),
                stdout);
}

static int say_not_lost(const struct chiboctl *ctl,
                        const struct register_desk *desk,
                        const struct identity_outcome *outcome,
                        enum result result)
{
    const char *path = ctl->config.identity_key_path;

    if (result == RESULT_REFUSED)
        return say_refused(desk, outcome);
    if (result == RESULT_EXISTS && outcome->kept_path)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("the register's key is in %s: copy it to %s"),
                             outcome->kept_path, path);
    if (result == RESULT_EXISTS && outcome->before == IDENTITY_FITS)
        return chiboctl_fail(
            CHIBOCTL_REFUSED,
            _("the key is not lost: it is in %s. To change it: chiboctl "
              "identity rotate. If somebody has stolen it, move the file away "
              "first"),
            path);
    if (result == RESULT_EXISTS)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s is there, but is not the register's key: "
                               "move it away first"),
                             path);
    return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_words(result));
}

static void tell_lost(const struct chiboctl *ctl,
                      const struct register_desk *desk)
{
    tell_new_key(ctl, desk);
    (void)fputs(
        _("\nWhat to do now:\n"
          "1. Copy the new key to a safe place, and start chibod.\n"
          "2. Tell the members, in person or by telephone, what happened, and "
          "the fingerprint.\n"
          "3. Invite everybody again (chiboctl invite --all UNIT) and hand "
          "over the links. A member enrols with \"chibo enroll LINK "
          "--replace\".\n"
          "4. Revoke the old devices (chiboctl device list, chiboctl device "
          "revoke).\n"),
        stdout);
}

static int run_lost(struct chiboctl *ctl)
{
    struct register_desk *desk = open_desk(ctl);
    const char *path = ctl->config.identity_key_path;
    const bool is_meant = chiboctl_has(ctl, "yes");
    struct identity_outcome outcome = { .kept_path = NULL };
    enum result result;
    int code = CHIBOCTL_OK;

    if (!desk)
        return CHIBOCTL_FAILED;
    if (is_meant)
        result = identity_lose(desk, path, clock_utc_ms(clock_system()),
                               entropy_system(), &outcome);
    else
        result = identity_may_lose(desk, path, &outcome);
    if (result != RESULT_OK) {
        code = say_not_lost(ctl, desk, &outcome, result);
    } else if (!is_meant) {
        explain_loss(desk);
        code = CHIBOCTL_REFUSED;
    } else if (ctl->is_json) {
        tell_json(desk, &outcome);
    } else {
        tell_lost(ctl, desk);
    }
    identity_outcome_release(&outcome);
    register_desk_close(desk);
    return code;
}

/* --- The commands
 * --------------------------------------------------------------------------------
 */

static const struct chiboctl_option rotate_options[] = {
    { "accept-loss", NULL,
      N_("after a restore: go on without what nobody gave back") },
    { NULL, NULL, NULL }
};

static const struct chiboctl_option lost_options[] = {
    { "yes", NULL, N_("do it; without: only explain it") }, { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_identity_commands[] = {
    { "identity", "show", "", N_("show the server's key: fingerprint, history"),
      NULL, 0, 0, run_show },
    { "identity", "rotate", "",
      N_("give the server a new key, signed by the old one (chibod is "
         "stopped)"),
      rotate_options, 0, 0, run_rotate },
    { "identity", "lost", "",
      N_("give it a new key because the old one is lost (chibod is stopped)"),
      lost_options, 0, 0, run_lost },
    { 0 }
};
