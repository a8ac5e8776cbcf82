/*
 * The engine's part about bad lines; a part of client_engine_types.h that has a
 * file of its own. Included by the files of the engine only.
 */
#ifndef CLIENT_CORE_CLIENT_LINES_H
#define CLIENT_CORE_CLIENT_LINES_H

#include "client/core/client_engine_types.h"
#include "client/line/arrival_judge.h"
#include "client/line/line_gauge.h"
#include "client/line/line_ladder.h"
#include "client/line/line_race.h"
#include "protocol/line/copy_plan.h"
#include "protocol/wire/audio_frame.h"

enum { LINE_TOKEN_SIZE = 32 };

enum engine_lane_phase {
    LANE_FREE,
    LANE_CONNECTING,
    LANE_PROVING,   /* the server's hello is awaited */
    LANE_PROVEN,    /* the token is, with the answer to `line` */
    LANE_ATTACHING, /* the answer to `attach` is awaited */
    LANE_ATTACHED,
    LANE_LEAVING /* closed by us; the port has not said so yet */
};

struct engine_lane {
    enum engine_lane_phase phase;
    int64_t deadline_ms; /* until it is attached */
    struct hash exporter;
    uint64_t order; /* of attaching */
};

struct engine_lines {
    struct line_ladder ladder;
    struct arrival_judge judge;
    struct line_gauge gauge;
    int64_t gauge_ms; /* the next look of it; INT64_MAX: never */
    int64_t gauge_ping_ms;
    struct line_wish asked, answered; /* of the server, on this connection */
    uint64_t request;                 /* awaits its answer; 0: it has come */
    int64_t asked_ms;                 /* when that was sent */
    bool is_unknown;                  /* to this server */
    bool has_token;
    uint8_t token[LINE_TOKEN_SIZE];
    bool is_planned;        /* our sound goes by the plan */
    struct copy_plan *plan; /* owned; NULL until it is needed */
    struct engine_lane lanes[LIMIT_LANES];
    int64_t lane_ms;   /* the next one may be opened */
    uint64_t attached; /* lanes, in all */
    int64_t tick_ms, second_ms;
    unsigned spoken; /* frames in this second */
    struct line_figures before[1 + LIMIT_LANES];
    bool is_counted;     /* `before` is of this connection */
    unsigned voice_rate; /* that listeners ask for; 0: as we like */
    unsigned advised_rate, advised_floor;
};

MUST_USE enum result lines_open(struct client_engine *engine);
void lines_free(struct client_engine *engine);
void lines_on_up(struct client_engine *engine);
void lines_on_down(struct client_engine *engine);
bool lines_on_answer(struct client_engine *engine, uint64_t id,
                     const json_t *answer);
/* The note `voice_rate`. */
void lines_on_note(struct client_engine *engine, const json_t *frame);
/* A command of the user about the line; false: it is none. */
bool lines_command(struct client_engine *engine, uint64_t tag,
                   const json_t *command, const char *op);
/* Sound that came, over whichever connection: judged, and given on once. */
void lines_on_audio(struct client_engine *engine,
                    const struct audio_frame *frame);
/* Our own sound. False: it is to be sent as ever. */
bool lines_send_audio(struct client_engine *engine,
                      const struct audio_frame *frame);
/* A message of it is due, or would be too large with more. */
void lines_send_planned(struct client_engine *engine, int64_t now_ms);
/* Is something to be done about lines at all now? */
bool lines_are_on(const struct client_engine *engine);
/* Lanes that carry sound. */
unsigned lines_count_up(const struct engine_lines *lines);
/* The token has come: lanes that waited for it are attached. */
void lines_attach_proven(struct client_engine *engine);
/* Opens and ends them, as was wished for. */
void lines_tend_lanes(struct client_engine *engine, int64_t now_ms);
int64_t lines_next_ms(const struct client_engine *engine);
void lines_tick(struct client_engine *engine);

#endif
