#include "client/cli/cli_session.h"

#include "client/cli/cli_keeping.h"
#include "client/cli/cli_profile.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t cli_now_ms(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t cli_wall_ms(void) { return read_clock(CLOCK_REALTIME); }

/* On the core's thread. A counter that is full is readable all the same. */
static void on_wakeup(void *user)
{
    const struct cli_session *session = user;
    uint64_t one = 1;
    ssize_t written = write(session->wake_fd, &one, sizeof one);

    (void)written;
}

/* On the core's thread. */
static void on_audio(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size)
{
    struct cli_session *session = user;
    struct cli_voice_frame frame = { .slot = slot,
                                     .sequence = sequence,
                                     .timestamp = timestamp,
                                     .flags = flags };

    if (session->voice)
        cli_voice_on_audio(session->voice, &frame, payload, size);
    if (session->speaking &&
        cli_speaking_on_audio(session->speaking, slot, flags))
        on_wakeup(session);
}

/* On the core's thread. */
static void on_voice_advice(void *user, unsigned rate, unsigned frame_ms,
                            unsigned floor_ms)
{
    const struct cli_session *session = user;

    if (session->voice)
        cli_voice_on_advice(session->voice, rate, frame_ms, floor_ms);
}

void cli_session_close(struct cli_session *session)
{
    session->client = client_close(session->client);
    session->loop = client_loop_stop(session->loop);
    if (session->wake_fd > 0)
        (void)close(session->wake_fd);
    session->wake_fd = 0;
}

static void complain_of_opening(enum result result)
{
    if (result == RESULT_BUSY)
        cli_complain(_("this profile is used by another chibo at the moment"));
    else
        cli_complain(_("cannot start the client: %s"), result_words(result));
}

bool cli_session_start(struct cli_session *session,
                       const struct client_config *config)
{
    struct client_config mine = *config;
    enum result result;

    session->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (session->wake_fd < 0) {
        session->wake_fd = 0;
        complain_of_opening(RESULT_IO);
        return false;
    }
    mine.hooks = (struct client_hooks){ .wakeup = on_wakeup,
                                        .on_audio = on_audio,
                                        .on_voice_advice = on_voice_advice,
                                        .user = session };
    result = client_loop_start(&session->loop, 1);
    if (result == RESULT_OK)
        result = client_open(&session->client, session->loop, &mine);
    if (result != RESULT_OK) {
        complain_of_opening(result);
        cli_session_close(session);
        return false;
    }
    session->says_connection = true;
    return true;
}

/*
 * Says what is wrong with journal and anchors, and puts anchors in place that
 * were recovered, before the core opens both for itself.
 */
static bool check_keeping(const struct cli_profile *profile,
                          const struct identifier *organisation)
{
    struct cli_keeping keeping;
    const bool is_good = cli_keeping_open(&keeping, profile, organisation) &&
                         cli_keeping_save(&keeping, profile);

    cli_keeping_close(&keeping);
    return is_good;
}

bool cli_session_open(struct cli_session *session,
                      const struct cli_common *common)
{
    struct cli_profile profile;
    struct keystore_profile identity = { .port = 0 };
    struct client_config config = { .profile = &identity };
    bool is_open;

    if (!cli_profile_locate(common->profile, &profile) ||
        !cli_profile_open(&profile, common->passphrase_file, &identity,
                          &session->has_empty_passphrase))
        return false;
    config.journal_path = profile.journal;
    config.anchors_path = profile.anchors;
    config.ballots_path = profile.ballots;
    config.texts_path = profile.texts;
    config.follows_register = session->follows_register;
    session->organisation = identity.organisation;
    session->holder = identity.holder;
    session->server = (struct invitation_link){ .port = identity.port,
                                                .server = identity.server };
    memcpy(session->server.host, identity.host, sizeof identity.host);
    is_open = check_keeping(&profile, &identity.organisation) &&
              cli_session_start(session, &config);
    keystore_profile_wipe(&identity);
    return is_open;
}

bool cli_session_is_site(const struct cli_session *session)
{
    return session->holder.text[0] == 's';
}

void cli_session_drain(struct cli_session *session)
{
    uint64_t count;
    ssize_t size = read(session->wake_fd, &count, sizeof count);

    (void)size; /* an empty counter is what we want */
}

void cli_session_note(struct cli_session *session,
                      const struct client_notice *notice)
{
    if (notice->kind == CLIENT_CAUGHT_UP &&
        identifier_equal(&notice->log, &session->organisation))
        session->has_register = true;
}

struct client_notice *cli_session_next(struct cli_session *session,
                                       int64_t deadline_ms)
{
    for (;;) {
        struct client_notice *notice = client_next_notice(session->client);
        struct pollfd wake = { .fd = session->wake_fd, .events = POLLIN };
        int64_t left_ms = deadline_ms - cli_now_ms();

        if (notice) {
            cli_session_note(session, notice);
            return notice;
        }
        if (left_ms <= 0)
            return NULL;
        if (poll(&wake, 1, left_ms > 1000 ? 1000 : (int)left_ms) > 0)
            cli_session_drain(session);
    }
}

bool cli_session_is_hopeless(struct cli_session *session,
                             const struct client_notice *notice)
{
    char sentence[CLI_SENTENCE_SIZE];

    if (notice->kind == CLIENT_LOST && session->says_connection) {
        session->says_connection = false;
        cli_lost_sentence(notice, sentence, sizeof sentence);
        cli_complain(_("no connection yet (%s): trying again"), sentence);
    }
    if (notice->kind == CLIENT_REFUSED &&
        notice->refusal.code != REFUSAL_NONE) {
        cli_refusal_sentence(&notice->refusal, NULL, sentence, sizeof sentence);
        cli_complain("%s: %s", cli_reason_sentence(notice->reason), sentence);
    } else if (notice->kind == CLIENT_REFUSED) {
        cli_complain("%s", cli_reason_sentence(notice->reason));
    } else if (notice->kind == CLIENT_TRUST_ALARM) {
        cli_complain(_("the record cannot be trusted: %s"),
                     cli_reason_sentence(notice->reason));
    } else {
        return false;
    }
    return true;
}

struct client_notice *cli_session_await(struct cli_session *session,
                                        enum client_notice_kind kind,
                                        uint64_t tag)
{
    int64_t deadline_ms = cli_now_ms() + CLI_ANSWER_MS;

    session->was_refused = false;
    for (;;) {
        struct client_notice *notice = cli_session_next(session, deadline_ms);
        char sentence[CLI_SENTENCE_SIZE];
        bool is_over;

        if (!notice) {
            cli_complain(_("the server did not answer within %d seconds"),
                         CLI_ANSWER_MS / 1000);
            return NULL;
        }
        is_over = cli_session_is_hopeless(session, notice);
        if (!is_over && notice->kind == CLIENT_ANSWER && notice->tag == tag &&
            !notice->is_ok) {
            cli_refusal_sentence(&notice->refusal, NULL, sentence,
                                 sizeof sentence);
            cli_complain("%s", sentence);
            session->was_refused = true;
            is_over = true;
        }
        if (!is_over && notice->kind == kind && notice->tag == tag)
            return notice;
        (void)client_notice_free(notice);
        if (is_over)
            return NULL;
    }
}

struct client_notice *cli_session_ask(struct cli_session *session,
                                      const char *json)
{
    static uint64_t tag = 1000000;
    enum result result;

    tag++;
    result = client_command(session->client, tag, json);
    if (result != RESULT_OK) {
        cli_complain(_("cannot ask the server: %s"), result_words(result));
        return NULL;
    }
    return cli_session_await(session, CLIENT_ANSWER, tag);
}
