/* Dialogues that end with yes or no: a lost device, and lost events. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_devices.h"
#include "client/cli/cli_dialogue_internal.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>

/* --- a lost device ------------------------------------------------------- */

void cli_dialogue_revoke(struct cli_dialogue *dialogue,
                         const struct meeting_view *view,
                         const struct identifier *holder, const char *typed,
                         const char *reason, FILE *out)
{
    const struct register_device *own = cli_dialogue_own(view, out);
    const struct register_device *device = NULL;
    enum cli_match match;

    cli_dialogue_end(dialogue);
    if (!own)
        return;
    match = cli_device_find(view, holder, typed, &device);
    if (match != CLI_MATCH_ONE || device->is_revoked) {
        (void)fputs(match == CLI_MATCH_ONE
                        ? _("This device was revoked before.\n")
                        : _("Which device? Name it by its number or by the "
                            "last digits of its code:\n"),
                    out);
        cli_devices_show(view, holder, NULL, out);
        return;
    }
    dialogue->kind = CLI_DIALOGUE_REVOKE;
    dialogue->question = CLI_ASKS_YES;
    dialogue->holder = *holder;
    dialogue->device = device->key;
    (void)snprintf(dialogue->reason, sizeof dialogue->reason, "%s",
                   reason ? reason : "");
    cli_dialogue_put_device(view, &device->key, out);
    (void)fprintf(out, _(", code %s\n"), device_code_of(&device->key).text);
    if (device == own)
        (void)fputs(_("This is the device that you are using: it will be cut "
                      "off at once.\n"),
                    out);
    (void)fputs(_("Revoke it for ever, so that nobody can act with it any "
                  "more?\nType yes or no.\n"),
                out);
}

static json_t *revocation(const struct cli_dialogue *dialogue,
                          const struct meeting_view *view)
{
    json_t *command =
        cli_dialogue_command(view, "revoke_device", &dialogue->device);

    (void)json_object_set_new(command, "reason", json_string(dialogue->reason));
    return command;
}

/* --- going on after a loss ----------------------------------------------- */

static void put_loss(const struct meeting_view *view, FILE *out)
{
    const struct view_hold *hold = &view->hold;

    (void)fprintf(out,
                  _("The record of this meeting has %" PRIu64 " events; those "
                    "after it may be lost.\n"),
                  hold->next);
    if (hold->lost_seq > hold->next)
        (void)fprintf(out,
                      _("A device has seen events up to number %" PRIu64 ".\n"),
                      hold->lost_seq);
    (void)fputs(
        _("First ask everybody who took part to connect: a device that holds "
          "the lost\nevents gives them back by itself, and nothing is "
          "lost.\nIf you go on without them, what was decided in them does not "
          "stand in the\nrecord, and has to be done again. Chair and "
          "minute-taker both have to sign\nthis; both signatures stay in the "
          "record.\nGo on without them? Type yes or no.\n"),
        out);
}

void cli_dialogue_restore(struct cli_dialogue *dialogue,
                          const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;

    cli_dialogue_end(dialogue);
    if (!view->hold.is_held) {
        (void)fputs(_("Nothing is missing: the meeting does not wait.\n"), out);
        return;
    }
    if (!state || !(meeting_state_is_presiding(state, &view->me) ||
                    identifier_equal(&state->minute_taker, &view->me))) {
        (void)fputs(_("Chair and minute-taker decide this.\n"), out);
        return;
    }
    dialogue->kind = CLI_DIALOGUE_RESTORE;
    dialogue->question = CLI_ASKS_YES;
    dialogue->hold = view->hold;
    put_loss(view, out);
}

static json_t *restoration(const struct cli_dialogue *dialogue,
                           const struct meeting_view *view)
{
    const struct view_hold *hold = &dialogue->hold;
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(hold->lost_head.bytes, HASH_SIZE, hex);
    return json_pack("{s:s, s:s, s:I, s:I, s:s}", "op", "restored", "log",
                     view->log.text, "from", (json_int_t)hold->next, "lost_seq",
                     (json_int_t)hold->lost_seq, "lost_head", hex);
}

json_t *cli_dialogue_take_yes(struct cli_dialogue *dialogue,
                              const struct meeting_view *view, const char *line,
                              FILE *out)
{
    json_t *command;

    if (cli_is_yes(line)) {
        command = dialogue->kind == CLI_DIALOGUE_RESTORE
                      ? restoration(dialogue, view)
                      : revocation(dialogue, view);
        cli_dialogue_end(dialogue);
        return command;
    }
    if (cli_is_no(line))
        cli_dialogue_cancel(dialogue, out);
    else
        (void)fputs(_("Type yes or no.\n"), out);
    return NULL;
}
