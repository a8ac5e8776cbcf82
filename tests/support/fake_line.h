/*
 * A client's engine with a line that the test holds the other end of: what the
 * engine sends is kept, what it is to hear is said by the test. The clock
 * stands until it is moved, chance is repeatable.
 */
#ifndef TESTS_SUPPORT_FAKE_LINE_H
#define TESTS_SUPPORT_FAKE_LINE_H

#include "client/core/client_engine.h"
#include "protocol/wire/succession_codec.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_entropy.h"
#include "tests/support/log_author.h"

enum { LINE_SENT_MAX = 256, LINE_JOBS_MAX = 8 };

/* A connection beside the line. */
struct fake_lane {
    bool is_connecting, is_open, is_closing;
    unsigned connects, pings;
    struct line_figures figures;
    uint8_t exporter[32];
    char *sent; /* owned; the newest text, or NULL */
    size_t binary_count, binary_size;
    uint8_t binary[4096]; /* the newest */
};

struct fake_line {
    struct client_engine *engine;
    struct notice_queue *notices;
    struct statement_cache cache;
    struct fake_clock clock;
    struct fake_entropy entropy;
    struct keystore_profile profile;
    const uint8_t *token;         /* borrowed, or NULL */
    struct journal *journal;      /* borrowed, or NULL */
    struct anchor_store *anchors; /* borrowed, or NULL */
    bool follows_register;
    struct signing_key server;
    struct succession succession; /* said in the hello */
    const struct key *accepted;   /* borrowed, or NULL: given at start */
    struct key told;              /* the newest that the engine reported */
    unsigned told_count;
    enum result told_result;
    uint8_t exporter[32]; /* of the newest connection */
    uint8_t nonce[32];
    bool is_connecting, is_open, is_closing;
    unsigned connects;
    char *sent[LINE_SENT_MAX]; /* owned; text frames */
    size_t sent_count;
    size_t binary_count;
    uint8_t binary[8192]; /* the newest binary frame */
    size_t binary_size;
    uint8_t uploaded[65536]; /* pieces of a file, one behind the other */
    size_t uploaded_size;    /* a test begins anew with 0 */
    size_t sounds;
    struct fake_lane lanes[1 + LIMIT_LANES]; /* 0: what is known of the line */
    unsigned advised_rate, advised_frame_ms, advised_floor_ms; /* the newest */
    unsigned advices;
    struct client_job *jobs[LINE_JOBS_MAX]; /* given to the worker */
    size_t job_count;
    const char *ballots_path; /* borrowed, or NULL */
    const char *texts_path;   /* borrowed, or NULL */
};

/* The device of this holder, a member of log_author.h's meeting. */
void fake_line_init(struct fake_line *line, const char *holder);
/* Makes and starts the engine with what the line says by now. */
void fake_line_start(struct fake_line *line);
/* Ends the engine; the line can be started again. */
void fake_line_stop(struct fake_line *line);
void fake_line_release(struct fake_line *line);

/* --- what the other end does --------------------------------------------- */
void line_open(struct fake_line *line); /* the engine has asked to connect */
void line_say(struct fake_line *line, const char *text);
void line_say_binary(struct fake_line *line, const void *bytes, size_t size);
/* A frame of 20 ms of sound from slot 1, alone in its message. */
void line_say_sound(struct fake_line *line, uint32_t sequence);
/* The line is down, by the peer with this code or by itself (0). */
void line_close(struct fake_line *line, uint16_t code);
/* Another connection takes the place of the one that is open. */
void line_replace(struct fake_line *line);
/* A right hello; its text is also what the wrong ones are made of. */
char *line_hello(struct fake_line *line);
/* Opens, greets, takes the login: the engine is up. */
void line_log_in(struct fake_line *line);
/* The same, of a line that is open. */
void line_greet(struct fake_line *line);
/* Says this log's events from `from` on, each with its openings, as a server
 * does to whoever may have all of them; then "caught_up". */
void line_say_log(struct fake_line *line, const struct log_author *author,
                  size_t from);
/* Takes the engine's join of the author's log and says all of it. */
void line_join(struct fake_line *line, const struct log_author *author);
/* Refuses the engine's newest join of the author's log. */
void line_refuse_join(struct fake_line *line, const struct log_author *author,
                      const char *error);
/* A lane opens and is greeted by this server; what it said then is in `sent`,
 * and is answered by lane_take(). */
void lane_open(struct fake_line *line, unsigned lane,
               const struct signing_key *server);
void lane_take(struct fake_line *line, unsigned lane);
void lane_close(struct fake_line *line, unsigned lane);
/* Time goes on by so much, and the engine is told. */
void line_wait(struct fake_line *line, int64_t ms);
/* The worker does what it was given, and what comes of it. */
void line_work(struct fake_line *line);

/* --- what the engine did ----------------------------------------------------
 */
/* The newest text frame, parsed; borrowed until the next call. */
const json_t *line_sent(struct fake_line *line);
/* The newest that has this "op"; NULL if none has. */
const json_t *line_sent_op(struct fake_line *line, const char *op);
/* How many have it. */
size_t line_sent_count(const struct fake_line *line, const char *op);
/* The newest join of this log; NULL if there is none. */
const json_t *line_sent_join(struct fake_line *line, const char *log);
/* From where the newest join of this log asks. Fails if there is none. */
uint64_t line_joined_from(struct fake_line *line,
                          const struct log_author *author);
json_int_t line_sent_id(struct fake_line *line, const char *op);
/* Gives a command. */
void line_command(struct fake_line *line, uint64_t tag, const char *json);
/* The next notice of this kind; earlier ones are dropped. Fails if there is
 * none. The caller frees it. */
struct client_notice *line_notice(struct fake_line *line,
                                  enum client_notice_kind kind);
/* The same, of which only the reason is wanted. */
enum client_reason line_reason(struct fake_line *line,
                               enum client_notice_kind kind);
/* Is there a notice of this kind? All notices are dropped. */
bool line_has_notice(struct fake_line *line, enum client_notice_kind kind);

#endif
