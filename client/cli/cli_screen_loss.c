/*
 * The front for people, when something is wrong with the record: lost, held,
 * left out, contradicted, or with devices that the user did not add. What
 * happened, what this device does now, whom to tell.
 */
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Devices that are there give back what they hold at once: who hears of a hold
 * only then is not frightened by one that is over again. */
enum { PATIENCE_MS = 3000, SETTLE_MS = 1000 };

/* A log that is held, and what was said of it. */
struct known_hold {
    bool is_on;
    bool is_said;
    uint64_t next;
    uint64_t lost_seq;
    int64_t since_ms;
    int64_t joined_ms; /* again, and not yet heard that it is held; 0: no */
};
static struct {
    struct known_hold meeting;
    struct known_hold registry;
} held;

static struct known_hold *hold_of(const struct cli_join *join,
                                  const struct client_notice *notice)
{
    return cli_join_is_register(join, notice) ? &held.registry : &held.meeting;
}

static bool is_known(const struct hash *hash)
{
    static const struct hash zeros;

    return !hash_equal(hash, &zeros);
}

/* --- held logs ----------------------------------------------------------- */

static void say_held_register(const struct known_hold *hold)
{
    cli_screen_say(_("WARNING: the list of members and devices may have lost "
                     "entries (from number %" PRIu64 " on)."),
                   hold->next);
    (void)fputs(_("  Nothing in it can be changed until a device brings them "
                  "back, or the\n  administrator accepts the loss. Tell the "
                  "administrator.\n"),
                stdout);
}

static void say_held_meeting(const struct known_hold *hold)
{
    cli_screen_say(_("WARNING: the server may have lost a part of this meeting "
                     "(events from number %" PRIu64 " on)."),
                   hold->next);
    (void)fputs(_("  The meeting waits: you can read, but nothing is "
                  "decided.\n  Your device gives back by itself what it holds. "
                  "Others who took part should\n  connect, too.\n"),
                stdout);
    if (hold->lost_seq > hold->next)
        (void)printf(_("  A device has seen that there were events up to "
                       "number %" PRIu64 " at least.\n"),
                     hold->lost_seq);
    (void)fputs(_("  If nobody has them: chair and minute-taker type "
                  "/restored, and the meeting\n  goes on without them.\n"),
                stdout);
}

static void take_held(struct cli_join *join, const struct client_notice *notice)
{
    struct known_hold *hold = hold_of(join, notice);

    hold->joined_ms = 0;
    if (hold->is_on && hold->next == notice->seq &&
        hold->lost_seq == notice->lost_seq)
        return;
    *hold = (struct known_hold){
        .is_on = true,
        .next = notice->seq,
        .lost_seq = notice->lost_seq,
        .since_ms = hold->is_on ? hold->since_ms : cli_now_ms(),
    };
}

static bool is_to_be_said(struct known_hold *hold)
{
    if (!hold->is_on || hold->is_said ||
        cli_now_ms() - hold->since_ms < PATIENCE_MS)
        return false;
    hold->is_said = true;
    return true;
}

/* Whether a log is held still is told a moment after it was joined again. */
static bool is_over(struct known_hold *hold)
{
    return hold->is_on && hold->joined_ms != 0 &&
           cli_now_ms() - hold->joined_ms >= SETTLE_MS;
}

static void say_over(struct known_hold *hold, const char *sentence)
{
    if (hold->is_said)
        cli_screen_say("%s", sentence);
    else
        cli_screen_say("%s", _("The server had lost a part of what happened; "
                               "devices have given it back: nothing is lost."));
    *hold = (struct known_hold){ .is_on = false };
}

void cli_loss_on_pause(void)
{
    if (is_over(&held.meeting))
        say_over(&held.meeting, _("The wait is over: the meeting goes on. See "
                                  "/roll, /agenda, /votes."));
    if (is_over(&held.registry))
        say_over(&held.registry, _("The list of members and devices can be "
                                   "changed again."));
    if (is_to_be_said(&held.meeting))
        say_held_meeting(&held.meeting);
    if (is_to_be_said(&held.registry))
        say_held_register(&held.registry);
}

/* --- what was lost ------------------------------------------------------- */

static void say_tail_lost(const struct client_notice *notice)
{
    cli_screen_say(_("The last %" PRIu64 " events, from number %" PRIu64
                     " on, were lost with the server."),
                   notice->count, notice->seq);
    (void)fputs(
        _("  The server had not confirmed them, and nobody had signed anything "
          "in them.\n  See /roll and /hands, and do again what is missing.\n"),
        stdout);
}

static void say_restored(struct cli_join *join,
                         const struct client_notice *notice)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(notice->lost_head.bytes, HASH_SIZE, hex);
    if (cli_join_is_register(join, notice))
        cli_screen_say(_("WARNING: the administrator lets the list of members "
                         "and devices go on without its entries from number "
                         "%" PRIu64 " on."),
                       notice->seq);
    else
        cli_screen_say(_("WARNING: chair and minute-taker let the meeting go "
                         "on without its events from number %" PRIu64 " on."),
                       notice->seq);
    (void)printf(_("  This device had seen them up to number %" PRIu64 ", and "
                   "keeps the proof:\n  %s\n"),
                 notice->lost_seq, hex);
    (void)fputs(
        _("  What was decided in them does not stand in the record. See /votes "
          "and\n  /roll, and say so if something is missing.\n"),
        stdout);
}

static void say_unconfirmed(const struct client_notice *notice)
{
    cli_screen_say(_("This device confirmed the record up to number %" PRIu64
                     ", but the server left that out."),
                   notice->seq);
    (void)fputs(_("  If it happens again, tell the chair and the "
                  "administrator.\n"),
                stdout);
}

/* --- devices and alarms -------------------------------------------------- */

static void say_foreign(struct cli_join *join,
                        const struct client_notice *notice)
{
    const char *last = notice->code.text + sizeof notice->code.text - 5;

    cli_screen_say(_("WARNING: there is a device in your name that was not "
                     "added from here: %s, code %s."),
                   notice->text ? notice->text : _("(name not shown to you)"),
                   notice->code.text);
    if (notice->is_vouched)
        (void)fputs(_("  It is vouched for: it can vote in your name.\n"),
                    stdout);
    (void)printf(_("  If it is yours: chibo devices --accept %s\n"), last);
    (void)printf(_("  If not, somebody acts as you: /revoke %s %s\n  Then tell "
                   "the leader of the cell and the administrator.\n"),
                 join->session.holder.text, last);
}

static void put_both_heads(const struct client_notice *notice)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    if (!is_known(&notice->head) || !is_known(&notice->other_head))
        return;
    hex_encode(notice->head.bytes, HASH_SIZE, hex);
    (void)printf(_("  Number %" PRIu64 ", as this device verified it: %s\n"),
                 notice->seq, hex);
    hex_encode(notice->other_head.bytes, HASH_SIZE, hex);
    (void)printf(_("  and as it was shown now:                %s\n"), hex);
}

static void say_alarm(const struct client_notice *notice)
{
    cli_screen_say(_("WARNING: the record cannot be trusted: %s. This device "
                     "signs nothing more. Tell the chair and the "
                     "administrator."),
                   cli_reason_sentence(notice->reason));
    put_both_heads(notice);
    (void)fputs(_("  What was found is kept: chibo alarms\n"), stdout);
}

bool cli_loss_on_notice(struct cli_join *join,
                        const struct client_notice *notice)
{
    switch ((int)notice->kind) {
    case CLIENT_HELD:
        take_held(join, notice);
        return true;
    case CLIENT_TAIL_LOST:
        say_tail_lost(notice);
        return true;
    case CLIENT_RESTORED:
        say_restored(join, notice);
        return true;
    case CLIENT_UNCONFIRMED:
        say_unconfirmed(notice);
        return true;
    case CLIENT_FOREIGN_DEVICE:
        say_foreign(join, notice);
        return true;
    case CLIENT_TRUST_ALARM:
        say_alarm(notice);
        return true;
    case CLIENT_JOINED:
        hold_of(join, notice)->joined_ms = cli_now_ms();
        return false;
    default:
        return false;
    }
}
