#include "client/cli/cli_join_internal.h"

#include "client/cli/cli_input.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_voice_options.h"
#include "client/core/secret_memory.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const char usage_text[] = N_(
    "usage: chibo join [MEETING] [options]\n"
    "\n"
    "Takes part in a meeting: what happens is shown line by line, what you\n"
    "type is said to all, and commands begin with \"/\" (see /help). Without\n"
    "MEETING: the one under way, or the only one that is scheduled.\n"
    "\n"
    "  --json           one JSON object a line on standard input and output\n"
    "  --register       with --json: the events of the register, too\n"
    "  --audio WHERE    auto: microphone and loudspeaker (as usual), by\n"
    "                   pulse (PulseAudio or PipeWire) or, without these,\n"
    "                   portaudio; pulse or portaudio: only so;\n"
    "                   null: sound files only; none: no sound at all\n"
    "  --open-mic       an open microphone instead of push-to-talk; it\n"
    "                   starts muted, /talk switches it\n"
    "  --button         push-to-talk, also where an open one is chosen\n"
    "                   (chibo audio use) or usual, as at a site\n"
    "  --line HOW       auto: by itself (as usual); plain: good line, nothing\n"
    "                   is done; rough: sound is sent several times over\n"
    "                   several connections; narrow: very little is sent\n"
    "  --constant-rate  as much is sent while you are silent as while you\n"
    "                   speak: nobody on the way can see who speaks\n"
    "  --without PARTS  with devices, leave the microphone's sound as it is\n"
    "                   in these: echo, noise, gain, silence (an open one\n"
    "                   then sends it, too); room: do not look for others in\n"
    "                   the same room; separated by commas\n"
    "  --speak FILE     say this sound file as soon as you have the floor\n"
    "  --record FILE    record what you hear (WAV), where the chair allows\n"
    "                   recording\n"
    "  --consent        join even if the meeting is being recorded, without\n"
    "                   being asked: you consent to it\n"
    "  --phrases FILE   standard phrases for the minutes (see /help minutes)\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

enum {
    QUIT_MS = 5000, /* how long a quitting program waits for answers */
    TICK_MS = 500,
    SPEAKING_TICK_MS = 100 /* while somebody speaks: who falls silent */
};

struct join_options {
    struct cli_common common;
    bool wants_json;
    struct cli_voice_options voice;
    bool consents;
    const char *line;
    const char *phrases;
};

/* --- what fronts may do -------------------------------------------------- */

bool cli_join_send(struct cli_join *join, json_t *command, json_t *mark,
                   struct refusal *refusal)
{
    const char *op = json_string_value(json_object_get(command, "op"));
    char *text = json_dumps(command, JSON_COMPACT);
    struct cli_request request;
    uint64_t tag = cli_pending_add(&join->pending, op ? op : "", mark);
    enum result result = RESULT_FULL;

    if (tag != 0)
        result = text ? client_command(join->session.client, tag, text)
                      : RESULT_NO_MEMORY;
    free(text);
    if (result == RESULT_OK)
        return true;
    refusal_set(refusal, result == RESULT_MALFORMED ? REFUSAL_BAD_MESSAGE
                                                    : REFUSAL_BUSY);
    if (tag != 0 && cli_pending_take(&join->pending, tag, &request))
        json_decref(request.mark);
    return false;
}

uint64_t cli_join_tag(struct cli_join *join, const char *op)
{
    return cli_pending_add(&join->pending, op, NULL);
}

void cli_join_untag(struct cli_join *join, uint64_t tag)
{
    struct cli_request request;

    if (cli_pending_take(&join->pending, tag, &request))
        json_decref(request.mark);
}

bool cli_join_use_line(struct cli_join *join, const char *choice,
                       struct refusal *refusal)
{
    json_t *command = json_pack("{s:s, s:s}", "op", "use_line", "line", choice);
    bool is_sent = command && cli_join_send(join, command, NULL, refusal);

    json_decref(command);
    return is_sent;
}

void cli_join_quit(struct cli_join *join)
{
    if (join->is_quitting)
        return;
    join->is_quitting = true;
    join->quit_deadline_ms = cli_now_ms() + QUIT_MS;
}

bool cli_join_is_register(const struct cli_join *join,
                          const struct client_notice *notice)
{
    return identifier_equal(&notice->log, &join->session.organisation);
}

/* --- the loop ------------------------------------------------------------ */

/* Ends notice and request. */
static void tell(struct cli_join *join, struct client_notice *notice,
                 struct cli_request *request)
{
    if (!join->front->on_notice(join, notice, request))
        (void)client_notice_free(notice);
    if (request)
        json_decref(request->mark);
}

void cli_join_tell_news(struct cli_join *join)
{
    struct client_notice *notice;

    cli_session_drain(&join->session);
    while ((notice = client_next_notice(join->session.client)) != NULL) {
        struct cli_request request;
        bool is_answer =
            notice->kind == CLIENT_ANSWER &&
            cli_pending_take(&join->pending, notice->tag, &request);

        if (notice->kind == CLIENT_REFUSED ||
            notice->kind == CLIENT_TRUST_ALARM) {
            join->end = CLI_FAILED;
            cli_join_quit(join);
        }
        if (notice->kind == CLIENT_ANSWER && !is_answer &&
            (notice->refusal.code == REFUSAL_NO_FLOOR ||
             notice->refusal.code == REFUSAL_TOO_MANY_SPEAKERS))
            cli_speaking_on_refused(&join->speaking);
        cli_session_note(&join->session, notice);
        if (notice->kind == CLIENT_JOIN_REFUSED &&
            cli_join_is_register(join, notice))
            join->is_register_refused = true;
        tell(join, notice, is_answer ? &request : NULL);
    }
    cli_join_look(join);
}

static void take_voice(struct cli_join *join)
{
    struct cli_voice_notice notice;

    while (cli_voice_next(join->voice, &notice))
        join->front->on_voice(join, &notice);
}

static void take_lines(struct cli_join *join, struct cli_input *input)
{
    static char line[LIMIT_MESSAGE_SIZE + 1];
    enum cli_input_kind kind;

    cli_input_read(input);
    while ((kind = cli_input_line(input, line)) != CLI_INPUT_NOTHING) {
        if (kind == CLI_INPUT_LINE)
            join->front->on_line(join, line);
        else
            join->front->on_line_too_long(join);
    }
    /* It may have been a mark on a secret ballot, or a PIN. */
    OPENSSL_cleanse(line, sizeof line);
    if (input->is_over) {
        join->awaits_line = true;
        cli_join_quit(join);
    }
}

/* Is there nothing left to wait for? */
static bool is_over(const struct cli_join *join)
{
    if (!join->is_quitting)
        return false;
    return join->pending.count == 0 ||
           (join->facts.line != LINE_UP && !join->awaits_line) ||
           cli_now_ms() >= join->quit_deadline_ms;
}

/* Commands piped into a readable session are for the meeting: before it is
 * entered they would only be refused. */
static bool may_read(const struct cli_join *join)
{
    return !join->is_quitting &&
           (!join->waits_to_read ||
            ((join->session.has_register || join->is_register_refused) &&
             (join->facts.place == PLACE_IN ||
              join->facts.place == PLACE_LOBBY ||
              join->facts.place == PLACE_REFUSED)));
}

static void choose_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGHUP);
}

/* Takes the signal that is there, if any; the next one ends the process at
 * once, whatever it is closing. */
static void let_signals_kill(int signal_fd)
{
    struct signalfd_siginfo taken;
    sigset_t set;

    if (read(signal_fd, &taken, sizeof taken) < 0 && errno != EAGAIN)
        cli_complain("signalfd: %s", system_words(errno));
    choose_signals(&set);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void run(struct cli_join *join, int signal_fd)
{
    static struct cli_input input;
    struct pollfd fds[] = {
        { .fd = join->session.wake_fd, .events = POLLIN },
        { .fd = signal_fd, .events = POLLIN },
        { .fd = join->voice ? cli_voice_fd(join->voice) : -1,
          .events = POLLIN },
        { .fd = STDIN_FILENO, .events = POLLIN },
    };

    input.fd = STDIN_FILENO;
    while (!is_over(join)) {
        fds[3].fd = may_read(join) ? STDIN_FILENO : -1;
        if (poll(fds, 4,
                 join->speakers.count > 0 ? SPEAKING_TICK_MS : TICK_MS) < 0 &&
            errno != EINTR)
            break;
        cli_join_tell_news(join);
        if (fds[1].revents) {
            let_signals_kill(signal_fd);
            fds[1].fd = -1;
            join->awaits_line = false;
            cli_join_quit(join);
        }
        if (join->voice)
            take_voice(join);
        if (fds[3].fd >= 0 && fds[3].revents)
            take_lines(join, &input);
        join->front->on_pause(join);
    }
}

/* --- beginning and end --------------------------------------------------- */

static int catch_signals(void)
{
    sigset_t set;

    choose_signals(&set);
    /* Before there are threads, so that they all inherit it. */
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool open_voice(struct cli_join *join, const struct cli_voice_plan *plan)
{
    struct cli_voice_setting setting;
    enum result result;

    join->is_site = cli_session_is_site(&join->session);
    setting = cli_voice_plan_setting(plan, &join->sound, join->is_site);
    setting.speaking = &join->speaking;
    join->mode = setting.mode;
    join->devices =
        cli_voice_has_devices(plan) ? plan->device : VOICE_DEVICE_NONE;
    join->microphone =
        (struct cli_microphone_use){ .mode = setting.mode,
                                     .processing = setting.processing,
                                     .sends_only_activity =
                                         setting.sends_only_activity };
    if (plan->device == VOICE_DEVICE_NONE)
        return true;
    result = cli_voice_new(&join->voice, &setting);
    if (result != RESULT_OK)
        cli_complain(_("cannot start the sound: %s"), result_words(result));
    return result == RESULT_OK;
}

static bool take_meeting(struct cli_join *join, const char *word)
{
    if (!word)
        return cli_meetings_choose(&join->session, &join->log);
    if (identifier_parse(text_view_of(word), &join->log) == RESULT_OK)
        return true;
    cli_complain(_("%s is not the id of a meeting; see: chibo meetings"), word);
    return false;
}

static bool send_join(struct cli_join *join, const struct identifier *log,
                      bool consents)
{
    json_t *command = json_pack("{s:s, s:s, s:b}", "op", "join", "log",
                                log->text, "recorded", (int)consents);
    struct refusal refusal;
    bool is_sent = command && cli_join_send(join, command, NULL, &refusal);

    json_decref(command);
    return is_sent;
}

bool cli_join_consent(struct cli_join *join)
{
    return send_join(join, &join->log, true);
}

static bool enter(struct cli_join *join, const char *word)
{
    struct refusal refusal;
    bool is_sent;

    join->pending.last_tag = 0;
    if (!take_meeting(join, word))
        return false;
    is_sent = send_join(join, &join->log, join->consents);
    /* Whose devices these are stands in the register. */
    is_sent = is_sent && send_join(join, &join->session.organisation, false);
    join->register_tag = join->pending.last_tag;
    if (is_sent && join->line_choice)
        is_sent = cli_join_use_line(join, join->line_choice, &refusal);
    return is_sent;
}

static void leave(struct cli_join *join)
{
    struct refusal refusal;
    json_t *command =
        json_pack("{s:s, s:s}", "op", "leave", "log", join->log.text);

    if (command && join->facts.line == LINE_UP &&
        cli_join_send(join, command, NULL, &refusal)) {
        int64_t deadline_ms = cli_now_ms() + QUIT_MS;

        while (join->pending.count > 0 && cli_now_ms() < deadline_ms) {
            struct client_notice *notice =
                cli_session_next(&join->session, deadline_ms);
            struct cli_request request;
            bool is_answer =
                notice && notice->kind == CLIENT_ANSWER &&
                cli_pending_take(&join->pending, notice->tag, &request);

            if (notice)
                tell(join, notice, is_answer ? &request : NULL);
        }
    }
    json_decref(command);
}

/* Was everything that was piped in answered, in a meeting that took us in? */
static void judge(struct cli_join *join)
{
    if (!join->awaits_line)
        return;
    if (join->facts.place == PLACE_REFUSED && !join->has_entered)
        join->end = CLI_FAILED;
    if (join->pending.count == 0)
        return;
    cli_complain(_("the server did not answer everything: %zu without answer"),
                 join->pending.count);
    join->end = CLI_FAILED;
}

static void take_down(struct cli_join *join)
{
    if (join->voice) {
        cli_voice_stop(join->voice);
        take_voice(join);
    }
    join->front->on_pause(join);
    join->front->on_end(join);
    cli_session_close(&join->session);
    join->voice = cli_voice_free(join->voice);
    cli_pending_release(&join->pending);
}

/* Whoever takes part has keys in memory for hours. */
static void warn_of_swap(void)
{
    if (secret_memory_locked() == 0)
        cli_complain(_("this computer does not let chibo lock its memory: keys "
                       "and ballots may be written to the swap space of the "
                       "disk. Everything works all the same. To mend it, let "
                       "the user lock 256 KiB (ulimit -l 256)"));
}

static enum cli_exit take_part(struct cli_join *join,
                               const struct join_options *options,
                               const char *word)
{
    int signal_fd = catch_signals();
    struct cli_voice_plan plan;

    if (!cli_profile_locate(options->common.profile, &join->profile))
        return CLI_FAILED;
    cli_sound_load(&join->profile, &join->sound);
    if (!cli_voice_options_read(&options->voice,
                                options->wants_json ? "null" : "auto", &plan))
        return CLI_USAGE;
    if (signal_fd < 0)
        return CLI_FAILED;
    warn_of_swap();
    join->session.speaking = &join->speaking;
    join->session.follows_register = true;
    if (!cli_session_open(&join->session, &options->common))
        return CLI_FAILED;
    /* Whose device this is says how a microphone is used. Sound comes once a
     * meeting is joined, and not before. */
    if (!open_voice(join, &plan)) {
        cli_session_close(&join->session);
        return CLI_FAILED;
    }
    join->session.voice = join->voice;
    if (join->voice)
        cli_voice_attach(join->voice, join->session.client);
    if (enter(join, word)) {
        run(join, signal_fd);
        let_signals_kill(signal_fd);
        judge(join);
        if (join->end == CLI_DONE)
            leave(join);
    } else {
        join->end = CLI_FAILED;
    }
    take_down(join);
    (void)close(signal_fd);
    return join->end;
}

enum cli_exit cli_join(int argc, char **argv)
{
    static struct cli_join join;
    struct join_options given = { .wants_json = false };
    const char *word = NULL;
    const struct cli_option options[] = {
        { "--json", NULL, &given.wants_json },
        { "--register", NULL, &join.shows_register },
        { "--audio", &given.voice.audio, NULL },
        { "--open-mic", NULL, &given.voice.is_open },
        { "--button", NULL, &given.voice.is_button },
        { "--constant-rate", NULL, &given.voice.is_constant },
        { "--line", &given.line, NULL },
        { "--consent", NULL, &given.consents },
        { "--without", &given.voice.without, NULL },
        { "--speak", &join.speak_path, NULL },
        { "--record", &join.record_path, NULL },
        { "--phrases", &given.phrases, NULL },
    };
    const struct cli_usage usage = { usage_text, options,
                                     sizeof options / sizeof options[0], 0, 1 };
    enum line_choice choice;
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &given.common, &word, &end))
        return end;
    if (given.line && !line_choice_of(given.line, &choice)) {
        cli_complain(_("--line is auto, plain, rough or narrow"));
        return CLI_USAGE;
    }
    join.line_choice = given.line;
    join.consents = given.consents;
    join.waits_to_read = !given.wants_json && !isatty(STDIN_FILENO);
    join.front = given.wants_json ? &cli_json_front : &cli_screen_front;
    /* A slip in the installation's own file keeps nobody out. */
    if (!cli_phrases_load(given.phrases, &join.phrases) && given.phrases)
        return CLI_FAILED;
    cli_speaking_init(&join.speaking);
    end = take_part(&join, &given, word);
    cli_speaking_end(&join.speaking);
    cli_phrases_release(&join.phrases);
    return end;
}
