/*
 * Members who take part in a meeting and listen: real connections of the client
 * core, one process for all of them.
 *
 *     listening_crowd MEETING < links
 *
 * Reads invitation links, one a line, up to an empty line; each becomes a
 * device that joins the meeting. Says "asked" when all stand at its door, and
 * "in" when all are in the meeting. A line "speak" has all of them send frames
 * from then on. At the end of its input it says how many frames they have
 * heard, "heard MOST LEAST", and goes.
 */
#include "client/core/client.h"
#include "protocol/base/identifier.h"

#include <openssl/rand.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { CROWD_MAX = 1000, TAG_ENROL = 1, TAG_JOIN, LINE_SIZE = 1024 };
enum { FRAME_MS = 20, FRAME_COUNT = 960 };

struct member {
    struct client *client;
    struct keystore_profile profile;
    bool has_asked;
    bool is_in;
    _Atomic unsigned long heard;
};

static struct member members[CROWD_MAX];
static size_t member_count;
static int wake_fd;
static const char *meeting;

static void fail(const char *what)
{
    (void)fprintf(stderr, "listening_crowd: %s\n", what);
    exit(1);
}

/* On the core's thread. */
static void on_wakeup(void *user)
{
    const uint64_t one = 1;

    (void)user;
    if (write(wake_fd, &one, sizeof one) < 0)
        return; /* full: readable all the same */
}

static void on_audio(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size)
{
    struct member *member = user;

    (void)slot;
    (void)sequence;
    (void)timestamp;
    (void)flags;
    (void)payload;
    (void)size;
    atomic_fetch_add(&member->heard, 1);
}

static void open_member(struct client_loop *loop, const char *line)
{
    struct member *member = &members[member_count++];
    struct invitation_link link;
    struct client_config config = {
        .profile = &member->profile,
        .hooks = { .wakeup = on_wakeup, .on_audio = on_audio, .user = member }
    };

    if (invitation_link_parse(text_view_of(line), &link) != RESULT_OK)
        fail("this is no link");
    member->profile.server = link.server;
    member->profile.port = link.port;
    memcpy(member->profile.host, link.host, sizeof link.host);
    (void)snprintf(member->profile.label, sizeof member->profile.label,
                   "Máy mẫu");
    config.token = link.token;
    if (client_open(&member->client, loop, &config) != RESULT_OK)
        fail("a client cannot be opened");
}

static void enrol(struct member *member, const struct client_notice *notice)
{
    member->profile.organisation = notice->organisation;
    member->profile.holder = notice->holder;
    if (RAND_priv_bytes(member->profile.seed, sizeof member->profile.seed) !=
            1 ||
        client_enrol(member->client, TAG_ENROL, &member->profile, NULL) !=
            RESULT_OK)
        fail("a device cannot enrol");
}

static void join(struct member *member)
{
    char json[200];

    (void)snprintf(json, sizeof json, "{\"op\":\"join\",\"log\":\"%s\"}",
                   meeting);
    if (client_command(member->client, TAG_JOIN, json) != RESULT_OK)
        fail("a device cannot join");
}

static void take(struct member *member, const struct client_notice *notice)
{
    switch ((int)notice->kind) {
    case CLIENT_INVITED:
        enrol(member, notice);
        break;
    case CLIENT_ANSWER:
        /* Before the lobby is open; the core asks again. */
        if (!notice->is_ok && notice->refusal.code != REFUSAL_NOT_SCHEDULED)
            fail(refusal_code_text(notice->refusal.code));
        if (notice->tag == TAG_ENROL)
            join(member);
        break;
    case CLIENT_JOINED:
    case CLIENT_WAITING:
        member->has_asked = true;
        break;
    case CLIENT_CAUGHT_UP:
        member->is_in = true;
        break;
    case CLIENT_REFUSED:
    case CLIENT_TRUST_ALARM: /* a line that is lost comes back */
        fail(client_reason_word(notice->reason));
        break;
    default:
        break;
    }
}

static void take_notices(void)
{
    uint64_t count;

    if (read(wake_fd, &count, sizeof count) < 0)
        count = 0; /* nothing there is fine */
    for (size_t i = 0; i < member_count; i++) {
        struct client_notice *notice;

        while ((notice = client_next_notice(members[i].client)) != NULL) {
            take(&members[i], notice);
            (void)client_notice_free(notice);
        }
    }
}

static bool are_all(bool in)
{
    for (size_t i = 0; i < member_count; i++)
        if (in ? !members[i].is_in : !members[i].has_asked)
            return false;
    return true;
}

static void say(const char *word)
{
    (void)puts(word);
    (void)fflush(stdout);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 20 ms of silence for each, which no flag calls silence. */
static void speak(void)
{
    static const uint8_t payload[] = { 0xf8, 0xff, 0xfe };
    static uint32_t sequence;
    static int64_t due_ms;

    /* Notices may wake us before; who is late does not catch up. */
    if (now_ms() < due_ms)
        return;
    due_ms = now_ms() + FRAME_MS;
    for (size_t i = 0; i < member_count; i++)
        client_send_audio(members[i].client, 0, sequence,
                          sequence * FRAME_COUNT, payload, sizeof payload);
    sequence++;
}

/* False: the input is over. */
static bool take_input(bool *is_speaking)
{
    char said[LINE_SIZE];
    const ssize_t size = read(STDIN_FILENO, said, sizeof said);

    *is_speaking = *is_speaking || size > 0;
    return size > 0;
}

static void attend(void)
{
    struct pollfd fds[] = { { .fd = wake_fd, .events = POLLIN },
                            { .fd = STDIN_FILENO, .events = POLLIN } };
    bool has_asked = false;
    bool is_in = false;
    bool is_speaking = false;

    do {
        if (poll(fds, 2, is_speaking ? FRAME_MS : -1) < 0)
            fail("poll");
        if (is_speaking)
            speak();
        take_notices();
        if (!has_asked && are_all(false))
            say("asked");
        has_asked = has_asked || are_all(false);
        if (!is_in && are_all(true))
            say("in");
        is_in = is_in || are_all(true);
    } while (!fds[1].revents || take_input(&is_speaking));
}

static void report(void)
{
    unsigned long most = 0;
    unsigned long least = (unsigned long)-1;

    for (size_t i = 0; i < member_count; i++) {
        const unsigned long heard = atomic_load(&members[i].heard);

        most = heard > most ? heard : most;
        least = heard < least ? heard : least;
    }
    (void)printf("heard %lu %lu\n", most, least);
}

int main(int argc, char **argv)
{
    struct client_loop *loop;
    char line[LINE_SIZE];

    if (argc != 2)
        fail("which meeting?");
    meeting = argv[1];
    /* What stdio has read ahead, poll() would not see: nothing is sent behind
     * the links. */
    wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake_fd < 0 || client_loop_start(&loop, CROWD_MAX) != RESULT_OK)
        fail("no loop");
    while (fgets(line, sizeof line, stdin) && line[0] != '\n') {
        line[strcspn(line, "\n")] = '\0';
        if (member_count == CROWD_MAX)
            fail("too many");
        open_member(loop, line);
    }
    if (member_count == 0)
        fail("no links");
    attend();
    report();
    for (size_t i = 0; i < member_count; i++)
        (void)client_close(members[i].client);
    (void)client_loop_stop(loop);
    return 0;
}
