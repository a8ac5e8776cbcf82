/* Invitations and devices. */
#include "server/control/chiboctl.h"

#include "protocol/base/duration.h"
#include "protocol/record/digest.h"
#include "protocol/record/invitation_link.h"
#include "server/control/qr_text.h"
#include "server/platform/clock.h"
#include "server/platform/entropy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

/* --- Inviting ------------------------------------------------------------ */

static int show_link(struct chiboctl *ctl, const struct identifier *invitation,
                     const struct identifier *holder, const char *link)
{
    static const int widths[] = { 6, 6, 24, 16, 0 };
    const struct register_invitation *row =
        register_state_invitation(register_book_state(ctl->book), invitation);
    json_t *line =
        json_pack("{s:s, s:s, s:s}", "invitation", invitation->text, "holder",
                  holder->text, "name", chiboctl_holder_name(ctl, holder));
    char *code = NULL;

    json_object_set_new(
        line, "expires_at",
        chiboctl_time(ctl, row ? row->expires_ms : 0, CHIBOCTL_ZONE));
    json_object_set_new(line, "link", json_string(link));
    chiboctl_row(ctl, line, widths);
    if (!chiboctl_has(ctl, "qr") || ctl->is_json)
        return CHIBOCTL_OK;
    if (qr_text(link, &code) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("the QR code could not be made"));
    (void)fputs(code, stdout);
    OPENSSL_cleanse(code, strlen(code));
    free(code);
    return CHIBOCTL_OK;
}

static int invite(struct chiboctl *ctl, const struct identifier *holder,
                  uint64_t valid_ms)
{
    const struct chiboctl_hello *hello = chiboctl_hello(ctl);
    struct command command = { .op = OP_INVITE };
    uint8_t token[INVITATION_TOKEN_SIZE];
    struct server_fingerprint fingerprint;
    struct identifier made;
    struct invitation_link link = { .port = hello->port };
    char text[INVITATION_LINK_SIZE_MAX];
    int code;

    if (entropy_fill(entropy_system(), token, sizeof token) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, _("no random bytes to be had"));
    if (server_fingerprint_parse(text_view_of(hello->fingerprint),
                                 &fingerprint) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("this is not a server of chibo"));
    command.body.invite.holder = *holder;
    command.body.invite.token = digest_sha256(token, sizeof token);
    command.body.invite.valid_ms = valid_ms;
    code = chiboctl_send(ctl, &command, &made);
    (void)snprintf(link.host, sizeof link.host, "%s", hello->host);
    memcpy(link.token, token, sizeof token);
    link.server = fingerprint;
    if (code == CHIBOCTL_OK &&
        invitation_link_write(&link, text, sizeof text) != RESULT_OK)
        code =
            chiboctl_fail(CHIBOCTL_FAILED, _("this is not a server of chibo"));
    if (code == CHIBOCTL_OK)
        code = show_link(ctl, &made, holder, text);
    OPENSSL_cleanse(token, sizeof token);
    OPENSSL_cleanse(&link, sizeof link);
    OPENSSL_cleanse(text, sizeof text);
    return code;
}

static bool has_device(const struct register_state *state,
                       const struct identifier *holder)
{
    for (size_t i = 0; i < state->device_count; i++)
        if (!state->devices[i].is_revoked &&
            identifier_equal(&state->devices[i].holder, holder))
            return true;
    return false;
}

/* A copy, because the state changes with every invitation. */
static struct identifier *list_holders(const struct register_state *state,
                                       const struct identifier *unit,
                                       bool only_new, size_t *count)
{
    struct identifier *holders =
        calloc(state->member_count + state->site_count + 1, sizeof *holders);

    *count = 0;
    for (size_t i = 0; holders && i < state->member_count; i++) {
        const struct register_member *member = &state->members[i];

        if (!member->is_removed &&
            register_state_is_within(state, &member->unit, unit) &&
            !(only_new && has_device(state, &member->id)))
            holders[(*count)++] = member->id;
    }
    for (size_t i = 0; holders && i < state->site_count; i++)
        if (register_state_is_within(state, &state->sites[i].unit, unit) &&
            !(only_new && has_device(state, &state->sites[i].id)))
            holders[(*count)++] = state->sites[i].id;
    return holders;
}

static int invite_all(struct chiboctl *ctl, const char *unit_text,
                      uint64_t valid_ms)
{
    struct identifier unit;
    struct identifier *holders;
    size_t count = 0;
    int code = CHIBOCTL_OK;

    if (!chiboctl_find_unit(ctl, unit_text, &unit))
        return CHIBOCTL_FAILED;
    holders = list_holders(register_book_state(ctl->book), &unit,
                           chiboctl_has(ctl, "new"), &count);
    if (!holders)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    for (size_t i = 0; i < count && code == CHIBOCTL_OK; i++)
        code = invite(ctl, &holders[i], valid_ms);
    free(holders);
    return code;
}

static int run_invite(struct chiboctl *ctl)
{
    const char *all = chiboctl_option(ctl, "all");
    const char *valid = chiboctl_option(ctl, "valid");
    const uint64_t valid_ms = valid ? duration_read(valid) : 0;
    int code = CHIBOCTL_OK;

    if (valid && !valid_ms)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("--valid takes a time such as 90m, 36h or 7d"));
    if (!all && ctl->argument_count == 0)
        return chiboctl_fail(CHIBOCTL_FAILED, _("whom? Give HOLDER or --all"));
    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    for (size_t i = 0; i < ctl->argument_count && code == CHIBOCTL_OK; i++) {
        struct identifier holder;

        if (!chiboctl_find_holder(ctl, ctl->arguments[i], &holder))
            return CHIBOCTL_FAILED;
        code = invite(ctl, &holder, valid_ms);
    }
    if (code == CHIBOCTL_OK && all)
        code = invite_all(ctl, all, valid_ms);
    return code;
}

/* --- Invitations --------------------------------------------------------- */

static int run_invitation_list(struct chiboctl *ctl)
{
    static const int widths[] = { 6, 6, 28, 16, 0 };
    const bool shows_all = chiboctl_has(ctl, "all");
    const int64_t now_ms = clock_utc_ms(clock_system());
    const struct register_state *state;

    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->invitation_count; i++) {
        const struct register_invitation *row = &state->invitations[i];
        const char *phase = row->is_over                ? N_("over")
                            : row->expires_ms <= now_ms ? N_("expired")
                                                        : N_("open");
        json_t *line;

        if (!shows_all && (row->is_over || row->expires_ms <= now_ms))
            continue;
        line = json_pack("{s:s, s:s, s:s}", "invitation", row->id.text,
                         "holder", row->holder.text, "name",
                         chiboctl_holder_name(ctl, &row->holder));
        json_object_set_new(line, "expires_at",
                            chiboctl_time(ctl, row->expires_ms, CHIBOCTL_ZONE));
        json_object_set_new(line, "state",
                            json_string(ctl->is_json ? phase : _(phase)));
        chiboctl_row(ctl, line, widths);
    }
    return CHIBOCTL_OK;
}

static int run_withdraw(struct chiboctl *ctl)
{
    struct command command = { .op = OP_WITHDRAW_INVITATION };

    if (identifier_parse(text_view_of(ctl->arguments[0]),
                         &command.body.withdraw_invitation.invitation) !=
        RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, _("\"%s\" is not an id"),
                             ctl->arguments[0]);
    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    return chiboctl_do(ctl, &command);
}

/* --- Devices
 * --------------------------------------------------------------------------------
 */

static const char *phase_of(const struct register_device *device)
{
    if (device->is_revoked)
        return N_("revoked");
    return device->is_vouched ? N_("vouched") : N_("new");
}

static int run_device_list(struct chiboctl *ctl)
{
    static const int widths[] = { 6, 24, 24, 20, 8, -1 };
    const bool shows_all = chiboctl_has(ctl, "all");
    const struct register_state *state;
    struct identifier holder = { "" };

    if (!chiboctl_connect(ctl) ||
        (ctl->argument_count &&
         !chiboctl_find_holder(ctl, ctl->arguments[0], &holder)))
        return CHIBOCTL_FAILED;
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->device_count; i++) {
        const struct register_device *device = &state->devices[i];
        const struct device_code code = device_code_of(&device->key);
        const char *phase = phase_of(device);
        char key[HEX_SIZE(KEY_SIZE)];
        json_t *line;

        if ((device->is_revoked && !shows_all) ||
            (ctl->argument_count &&
             !identifier_equal(&device->holder, &holder)))
            continue;
        hex_encode(device->key.bytes, KEY_SIZE, key);
        line = json_pack("{s:s, s:s, s:s}", "holder", device->holder.text,
                         "name", chiboctl_holder_name(ctl, &device->holder),
                         "code", code.text);
        json_object_set_new(line, "label",
                            json_string(register_book_text(
                                ctl->book, device->enrolled_seq, "label")));
        json_object_set_new(line, "state",
                            json_string(ctl->is_json ? phase : _(phase)));
        json_object_set_new(line, "device", json_string(key));
        chiboctl_row(ctl, line, widths);
    }
    return CHIBOCTL_OK;
}

/* Does `text` name this key: a beginning of its hex digits, at least eight, or
 * the digits of its code with or without spaces? */
static bool is_named(const struct key *key, const char *text)
{
    const struct device_code code = device_code_of(key);
    const char *digit = code.text;
    char hex[HEX_SIZE(KEY_SIZE)];

    hex_encode(key->bytes, KEY_SIZE, hex);
    if (strlen(text) >= 8 && strlen(text) < sizeof hex &&
        strncmp(hex, text, strlen(text)) == 0)
        return true;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        while (*digit == ' ')
            digit++;
        if (*digit != *text)
            return false;
        digit++;
    }
    return *digit == '\0';
}

static int run_revoke(struct chiboctl *ctl)
{
    struct command command = { .op = OP_REVOKE_DEVICE };
    const char *text = ctl->arguments[0];
    const struct register_state *state;
    size_t count = 0;

    command.body.revoke_device.reason =
        chiboctl_text(chiboctl_option(ctl, "reason"));
    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->device_count; i++)
        if (is_named(&state->devices[i].key, text)) {
            command.body.revoke_device.device = state->devices[i].key;
            count++;
        }
    if (count != 1)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             count ? _("several devices begin with \"%s\"")
                                   : _("there is no device \"%s\""),
                             text);
    return chiboctl_do(ctl, &command);
}

/* --- The commands
 * -----------------------------------------------------------------------------
 */

static const struct chiboctl_option invite_options[] = {
    { "all", "UNIT", N_("every member and site of this unit") },
    { "new", NULL, N_("with --all: only who has no device yet") },
    { "valid", "TIME", N_("how long the link serves: 90m, 36h, 7d (default)") },
    { "qr", NULL, N_("show the link as a QR code too") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option all_options[] = {
    { "all", NULL, N_("also those that are over") }, { NULL, NULL, NULL }
};
static const struct chiboctl_option revoke_options[] = {
    { "reason", "TEXT", N_("why; only the cell's officers read it") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_access_commands[] = {
    { "invite", NULL, "[HOLDER...]",
      N_("make one-time links with which members and sites enrol a device"),
      invite_options, 0, CHIBOCTL_ARGUMENTS_MAX, run_invite },
    { "invitation", "list", "", N_("list open invitations"), all_options, 0, 0,
      run_invitation_list },
    { "invitation", "withdraw", "INVITATION", N_("make a link worthless"), NULL,
      1, 1, run_withdraw },
    { "device", "list", "[HOLDER]", N_("list devices"), all_options, 0, 1,
      run_device_list },
    { "device", "revoke", "DEVICE",
      N_("cut a device off, by its code or the beginning of its key"),
      revoke_options, 1, 1, run_revoke },
    { 0 }
};
