/*
 * The front for people, as far as it is about devices: codes, vouching,
 * invitations, lost devices, and who confirmed the record.
 */
#include "client/cli/cli_checkpoint.h"
#include "client/cli/cli_devices.h"
#include "client/cli/cli_dialogue.h"
#include "client/cli/cli_invitation.h"
#include "client/cli/cli_register_text.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    struct cli_dialogue dialogue;
    struct cli_invitation invitation; /* secret; until its answer is here */
    bool has_no_qr;
    struct cli_checkpoint checkpoint;
    int64_t asked_ms; /* when something was asked */
} trust;

/* --- sending ------------------------------------------------------------- */

/* Takes the command. */
static bool send_command(struct cli_join *join, json_t *command)
{
    struct refusal refusal;
    bool is_sent = command && cli_join_send(join, command, NULL, &refusal);

    if (command && !is_sent)
        cli_screen_put_refusal(join, &refusal);
    json_decref(command);
    return is_sent;
}

bool cli_trust_takes_line(struct cli_join *join, const char *line)
{
    const struct meeting_view *view;
    json_t *command;

    line += strspn(line, " \t");
    if (!cli_dialogue_is_open(&trust.dialogue) || line[0] == '/')
        return false;
    view = client_view_lock(join->session.client);
    command = cli_dialogue_take(&trust.dialogue, view, line, stdout);
    client_view_unlock(join->session.client);
    (void)send_command(join, command);
    return true;
}

/* --- what is typed ------------------------------------------------------- */

static void invite(struct cli_join *join, const struct meeting_view *view,
                   const struct cli_typed *typed, json_t **command)
{
    if (!identifier_is_empty(&trust.invitation.holder))
        (void)puts(_("The link before this one is still being made."));
    else
        *command =
            cli_invitation_make(&trust.invitation, view, &join->session.server,
                                &typed->holder, CLI_INVITATION_MS);
}

static void show_devices(const struct meeting_view *view,
                         const struct identifier *holder)
{
    if (view->org)
        cli_devices_show(view, holder, NULL, stdout);
    else
        (void)fputs(
            _("The list of devices is not here yet: try again in a moment.\n"),
            stdout);
}

static void cancel(void)
{
    if (cli_dialogue_is_open(&trust.dialogue))
        cli_dialogue_cancel(&trust.dialogue, stdout);
    else
        (void)puts(_("Nothing is being asked."));
}

/* Under the view's lock. */
static bool act(struct cli_join *join, const struct meeting_view *view,
                const struct cli_typed *typed, json_t **command)
{
    const char *reason;

    switch ((int)typed->action) {
    case CLI_ACTION_CODE:
        cli_own_code_show(view, stdout);
        return true;
    case CLI_ACTION_DEVICES:
        show_devices(view, &typed->holder);
        return true;
    case CLI_ACTION_VOUCH:
        cli_dialogue_vouch(&trust.dialogue, view, &typed->holder, typed->how,
                           stdout);
        return true;
    case CLI_ACTION_INVITE:
        invite(join, view, typed, command);
        return true;
    case CLI_ACTION_REVOKE:
        reason = cli_code_cut(typed->text);
        cli_dialogue_revoke(&trust.dialogue, view, &typed->holder, typed->text,
                            reason, stdout);
        return true;
    case CLI_ACTION_CONFIRMED:
        cli_checkpoint_show(&trust.checkpoint, view, stdout);
        return true;
    case CLI_ACTION_RESTORED:
        cli_dialogue_restore(&trust.dialogue, view, stdout);
        return true;
    case CLI_ACTION_CANCEL:
        cancel();
        return true;
    default:
        return false;
    }
}

/* A "yes" that is meant for somebody else must not find an old question: it
 * does not outlive other commands, nor this time. */
enum { YES_MS = 120000 };

static bool asks_yes(void) { return trust.dialogue.question == CLI_ASKS_YES; }

void cli_trust_on_pause(void)
{
    if (asks_yes() && cli_now_ms() - trust.asked_ms > YES_MS)
        cli_dialogue_cancel(&trust.dialogue, stdout);
}

bool cli_trust_act(struct cli_join *join, const struct cli_typed *typed)
{
    const struct meeting_view *view;
    json_t *command = NULL;
    bool is_done;

    if (asks_yes() && typed->action != CLI_ACTION_CANCEL)
        cli_dialogue_cancel(&trust.dialogue, stdout);
    view = client_view_lock(join->session.client);
    is_done = act(join, view, typed, &command);
    client_view_unlock(join->session.client);
    trust.asked_ms = cli_now_ms();
    if (command && !send_command(join, command))
        cli_invitation_wipe(&trust.invitation);
    return is_done;
}

/* --- answers ------------------------------------------------------------- */

static void take_invitation(struct cli_join *join,
                            const struct client_notice *notice)
{
    json_t *answer = json_loadb(notice->json, notice->json_size, 0, NULL);
    const char *text = json_string_value(json_object_get(answer, "made"));
    struct identifier made = { "" };
    const struct meeting_view *view;

    if (text && identifier_parse(text_view_of(text), &made) != RESULT_OK)
        made = (struct identifier){ "" };
    view = client_view_lock(join->session.client);
    cli_invitation_show(&trust.invitation, view, &made,
                        !trust.has_no_qr && isatty(STDOUT_FILENO) == 1, stdout);
    client_view_unlock(join->session.client);
    json_decref(answer);
}

/* With both signatures the event says what has become of it. */
static void say_half_restored(const struct client_notice *notice)
{
    json_t *answer = json_loadb(notice->json, notice->json_size, 0, NULL);

    if (!json_object_get(answer, "seq"))
        (void)puts(_("You have signed. It takes the other one, too: chair and "
                     "minute-taker both."));
    json_decref(answer);
}

void cli_trust_on_answer(struct cli_join *join,
                         const struct client_notice *notice,
                         const struct cli_request *request)
{
    if (strcmp(request->op, "restored") == 0 && notice->is_ok)
        say_half_restored(notice);
    else if (strcmp(request->op, "restored") == 0 &&
             notice->refusal.code == REFUSAL_SEEN_WRONG)
        (void)puts(_("More is known by now of what was lost: type /restored "
                     "again."));
    if (strcmp(request->op, "invite") != 0)
        return;
    if (notice->is_ok)
        take_invitation(join, notice);
    cli_invitation_wipe(&trust.invitation);
}

void cli_trust_advise(struct cli_join *join, enum refusal_code code)
{
    if (code != REFUSAL_NOT_VOUCHED)
        return;
    (void)join;
    (void)puts(
        _("  What to do: /code shows the code of this device. Two members "
          "compare it\n  with what you read out, and vouch for it (/vouch).\n  "
          "In a cell that has not met yet two members compare each other's."));
}

/* --- what happens -------------------------------------------------------- */

static void put_line(struct cli_join *join, const struct client_notice *notice)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    char *text = NULL;
    size_t size = 0;
    FILE *out = view->org ? open_memstream(&text, &size) : NULL;
    bool has_line = false;

    if (out && notice->register_event)
        has_line = cli_register_event_write(view, notice->register_event, out);
    else if (out)
        has_line = cli_enrolment_write(view, notice->seq, out);
    client_view_unlock(join->session.client);
    if (out && fclose(out) == 0 && has_line)
        cli_screen_say("%s", text);
    free(text);
}

void cli_trust_on_register(struct cli_join *join,
                           const struct client_notice *notice)
{
    /* What came before is not told. */
    if (join->session.has_register &&
        (notice->register_event ||
         (notice->kind == CLIENT_OPENING && notice->field &&
          strcmp(notice->field, "label") == 0)))
        put_line(join, notice);
}

bool cli_trust_on_event(const struct cli_join *join,
                        const struct meeting_event *event)
{
    if (event->kind == EVENT_CHECKPOINT_KIND)
        return cli_checkpoint_take(&trust.checkpoint, event);
    /* The register's own events say what it is that has changed. */
    return event->kind != EVENT_ROSTER_CHANGED_KIND ||
           !join->session.has_register;
}

/* --- beginning and end --------------------------------------------------- */

/* Does this holder do something by office, for which the key had better be
 * locked up? */
static bool has_office(const struct meeting_view *view)
{
    const struct meeting_state *state = view->state;
    const struct meeting_person *person =
        state ? meeting_state_person(state, &view->me) : NULL;

    return state && (meeting_state_is_presiding(state, &view->me) ||
                     identifier_equal(&state->minute_taker, &view->me) ||
                     meeting_state_site(state, &view->me) ||
                     (person && (person->office == OFFICE_CELL_LEADER ||
                                 person->office == OFFICE_DEPUTY_LEADER)));
}

void cli_trust_on_entered(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    bool is_careless = join->session.has_empty_passphrase && has_office(view);

    client_view_unlock(join->session.client);
    if (is_careless)
        (void)puts(_("WARNING: the key of this device has no passphrase. "
                     "Whoever copies its file\ncan act in your name, and you "
                     "answer for this meeting.\nSet one: chibo passphrase"));
}

void cli_trust_on_end(void)
{
    cli_invitation_wipe(&trust.invitation);
    cli_checkpoint_release(&trust.checkpoint);
}
