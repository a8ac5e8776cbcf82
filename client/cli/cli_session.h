/*
 * A client of the core as the main thread of a terminal program uses it: it
 * sleeps on a descriptor until there are notices. Main thread only, but for the
 * wake-up.
 */
#ifndef CLIENT_CLI_CLI_SESSION_H
#define CLIENT_CLI_CLI_SESSION_H

#include "client/cli/cli_options.h"
#include "client/cli/cli_speaking.h"
#include "client/cli/cli_voice.h"
#include "client/core/client.h"

struct cli_session {
    struct client_loop *loop;
    struct client *client;
    int wake_fd;           /* readable when there may be notices */
    bool says_connection;  /* a slow line has not been complained of yet */
    bool follows_register; /* set before it is opened: all the time, and what
                              meetings say is held against it */
    bool has_register;     /* a notice that it was caught up with is out */
    bool was_refused;      /* the last answer waited for was a refusal */
    struct identifier organisation;
    struct identifier holder;
    struct invitation_link server; /* a link to it, without a token */
    bool has_empty_passphrase;
    struct cli_voice *voice; /* borrowed, outlives the session; may be NULL */
    struct cli_speaking *speaking; /* likewise */
};

/* Zero-initialised is closed. May be called twice. */
void cli_session_close(struct cli_session *session);

/*
 * Opens the profile of `common` and starts connecting. False after a complaint;
 * the session is then closed.
 */
bool cli_session_open(struct cli_session *session,
                      const struct cli_common *common);
/* The same with a profile that is at hand, and a token, for an enrolment. The
 * hooks of `config` are not looked at. */
bool cli_session_start(struct cli_session *session,
                       const struct client_config *config);

/* Is this the device of a site? Ids of sites begin with an s, as the server
 * gives them. */
bool cli_session_is_site(const struct cli_session *session);

/* Empties the descriptor; then take notices until NULL. */
void cli_session_drain(struct cli_session *session);

/* What is kept of a notice that was taken without cli_session_next(). */
void cli_session_note(struct cli_session *session,
                      const struct client_notice *notice);

/*
 * The next notice, waiting for it at most until `deadline_ms` (monotonic);
 * NULL when time is up. The caller frees it.
 */
struct client_notice *cli_session_next(struct cli_session *session,
                                       int64_t deadline_ms);
/* The monotonic clock, to wait by. */
int64_t cli_now_ms(void);
/* The time of day here, UTC: what moments of a meeting are compared with. */
int64_t cli_wall_ms(void);

/* Does this notice end all waiting? It has complained then. A line that is down
 * is complained of once, and waited for. */
bool cli_session_is_hopeless(struct cli_session *session,
                             const struct client_notice *notice);

enum { CLI_ANSWER_MS = 30000 };
/*
 * Sends a command and waits for its answer, CLI_ANSWER_MS at most. NULL after a
 * complaint (no line, refused); else an answer that is ok.
 */
struct client_notice *cli_session_ask(struct cli_session *session,
                                      const char *json);
/* Waits for a notice of this kind with this tag; complains as above. */
struct client_notice *cli_session_await(struct cli_session *session,
                                        enum client_notice_kind kind,
                                        uint64_t tag);

#endif
