#include "client/audio/room_mate.h"

#include "client/audio/thinner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = THINNER_COUNT, /* samples here of a block */
    PER_MS = PIECE / AUDIO_BLOCK_MS,
    LEAD = 600 * PER_MS,  /* captured so long before it was played, */
    TRAIL = 300 * PER_MS, /* or so long after */
    LAGS = LEAD + TRAIL,
    CAPTURED = 2500 * PER_MS, /* kept of the microphone */
    CAPTURED_ROOM = 2 * CAPTURED,
    MATES = 6,             /* followed at once */
    QUEUE = 32,            /* pieces that wait for the microphone */
    CLOCK_BLOCKS = 100,    /* the microphone's clock is that of so many */
    HOLE_MS = 100,         /* captured blocks are missing */
    JUMP_MS = 2000,        /* a timestamp that nobody's pause explains */
    ASTRAY = 100 * PER_MS, /* so far from where it began: begin anew */
    QUIET_RMS = 40,        /* nor does what is sent so quietly */
    NEAR = 2 * PER_MS,     /* lags that are one */
    SIDE = 150 * PER_MS,   /* so near a voice resembles itself */
    AROUND = 100 * PER_MS,
    EDGE = 2 * PER_MS, /* of what was surely not played yet */
    WEIGHT_MIN = 50,   /* pieces: a second of speech */
    STEADY_MIN = 30,   /* pieces for which it stayed where it is */
};

static const float KEPT = 0.993F;     /* a piece: half is gone in 2 s */
static const float VALUE_MIN = 0.15F; /* of 1: the very same sound */
static const float RATIO_MIN = 6.0F;  /* above the root mean square of all, */
static const float AROUND_MIN = 4.2F; /* and of the lags around it */
static const float ECHO_MIN = 0.08F;  /* from here on it is an echo */
/* Less than this of an echo is its shadow: a voice is like itself. */
static const float NEAR_SHADOW = 0.42F;
static const float SHADOW = 0.25F;
static const float SHARE_MAX = 0.25F; /* of the evidence under suspicion */
static const float CREEP = 0.1F;      /* samples a piece: bounds loosen */

struct piece {
    int64_t at; /* on the speaker's time line, in our samples */
    int64_t heard_ms;
    float samples[PIECE];
};

/* A speaker. His sample `at` was captured at `at + skew`, if in the moment in
 * which his first one was given to the loudspeaker; lag LEAD is that. */
struct mate {
    bool is_used;
    bool is_told;
    uint16_t slot;
    int64_t last_ms; /* heard */

    uint32_t timestamp; /* the newest, and the same on our time line */
    int64_t at;
    bool has_skew;
    int64_t skew;
    float played;  /* lag of the moment of playing, the earliest */
    float arrived; /* of the moment in which it came */

    struct thinner thinner;
    struct piece queue[QUEUE];
    size_t first, count;

    float sums[LAGS];
    float weight;    /* pieces summed up, fading */
    float sent;      /* of these with our own microphone on */
    float disturbed; /* of these with an echo of another */
    bool is_echo;    /* the loudspeaker's sound of him comes back */
    size_t candidate;
    size_t steady;
};

struct room_mate {
    struct mate mates[MATES];

    struct thinner thinner;
    float captured[CAPTURED_ROOM]; /* moved back when it is full */
    size_t filled;
    int64_t captured_count; /* samples here since the beginning; [filled] */
    int64_t captured_ms;    /* of the newest block; 0: none */
    double clock_ms;        /* of sample 0, the earliest of late */
    int64_t sent_ms;        /* when the microphone was on last */
    int64_t round_trip_ms;  /* 0: not known */
};

enum result room_mate_new(struct room_mate **out)
{
    struct room_mate *mate = calloc(1, sizeof *mate);

    if (!mate)
        return RESULT_NO_MEMORY;
    mate->sent_ms = INT64_MIN;
    *out = mate;
    return RESULT_OK;
}

struct room_mate *room_mate_free(struct room_mate *mate)
{
    free(mate);
    return NULL;
}

void room_mate_reset(struct room_mate *mate)
{
    for (size_t i = 0; i < MATES; i++) {
        struct mate *one = &mate->mates[i];

        *one = (struct mate){ .is_used = one->is_used,
                              .is_told = one->is_told,
                              .slot = one->slot };
    }
    mate->filled = 0;
    mate->captured_count = 0;
    mate->captured_ms = 0;
}

void room_mate_set_round_trip(struct room_mate *mate, int64_t round_trip_ms)
{
    mate->round_trip_ms = round_trip_ms;
}

static struct mate *find(struct room_mate *mate, uint16_t slot)
{
    for (size_t i = 0; i < MATES; i++)
        if (mate->mates[i].is_used && mate->mates[i].slot == slot)
            return &mate->mates[i];
    return NULL;
}

void room_mate_forget(struct room_mate *mate, uint16_t slot)
{
    struct mate *one = find(mate, slot);

    if (one)
        one->is_used = false;
}

/* His place, or that of who has not been heard for the longest time. */
static struct mate *find_place(struct room_mate *mate, uint16_t slot)
{
    struct mate *place = find(mate, slot);

    if (place)
        return place;
    for (size_t i = 0; i < MATES; i++) {
        struct mate *one = &mate->mates[i];

        if (!place || (place->is_used &&
                       (!one->is_used || one->last_ms < place->last_ms)))
            place = one;
    }
    *place = (struct mate){ .is_used = true, .slot = slot };
    return place;
}

/* --- time lines ---------------------------------------------------------- */

/* What was learned is laid on lags that do not hold any more. */
static void begin_anew(struct mate *one)
{
    memset(one->sums, 0, sizeof one->sums);
    one->weight = 0.0F;
    one->sent = 0.0F;
    one->disturbed = 0.0F;
    one->steady = 0;
    one->is_echo = false;
    one->has_skew = false;
    one->first = 0;
    one->count = 0;
}

/* A timestamp on our time line; they go round. */
static int64_t place_timestamp(struct mate *one, uint32_t timestamp)
{
    int32_t ahead = (int32_t)(timestamp - one->timestamp);

    if (!one->has_skew || abs(ahead) > JUMP_MS * AUDIO_COUNT_PER_MS) {
        /* A pause is no jump, but after it the lags may be others. */
        begin_anew(one);
        one->timestamp = timestamp;
        one->at = 0;
        return 0;
    }
    return one->at + ahead / THINNER_STEP;
}

/* Which captured sample came at that time. */
static int64_t sample_at(const struct room_mate *mate, double ms)
{
    return (int64_t)floor((ms - mate->clock_ms) * PER_MS);
}

static void creep_down(float *bound, float value)
{
    *bound += CREEP;
    if (value < *bound)
        *bound = value;
}

void room_mate_arrived(struct room_mate *mate, uint16_t slot,
                       uint32_t timestamp, size_t count, int64_t arrival_ms)
{
    struct mate *one = find(mate, slot);
    double first_ms = (double)arrival_ms - (double)count / AUDIO_COUNT_PER_MS;
    int32_t ahead;
    int64_t lag;

    if (!one || !one->has_skew || mate->captured_ms == 0)
        return;
    ahead = (int32_t)(timestamp - one->timestamp);
    if (abs(ahead) > JUMP_MS * AUDIO_COUNT_PER_MS)
        return;
    lag = sample_at(mate, first_ms) -
          (one->at + ahead / THINNER_STEP + one->skew);
    creep_down(&one->arrived, (float)(lag + LEAD));
}

/* --- sound --------------------------------------------------------------- */

static void put_piece(struct room_mate *mate, struct mate *one, int64_t at,
                      const int16_t *samples, int64_t heard_ms)
{
    struct piece *piece = &one->queue[(one->first + one->count) % QUEUE];
    int64_t lag;

    if (one->count == QUEUE ||
        !thinner_block(&one->thinner, samples, QUIET_RMS, piece->samples))
        return;
    piece->at = at;
    piece->heard_ms = heard_ms;
    if (!one->has_skew) {
        one->has_skew = true;
        one->skew = sample_at(mate, (double)heard_ms) - at;
        one->played = LEAD;
        one->arrived = LEAD;
    }
    lag = sample_at(mate, (double)heard_ms) - (at + one->skew) + LEAD;
    if (llabs(lag - LEAD) > ASTRAY) {
        begin_anew(one);
        return;
    }
    creep_down(&one->played, (float)lag);
    one->last_ms = heard_ms;
    one->count++;
}

void room_mate_heard(struct room_mate *mate, uint16_t slot, uint32_t timestamp,
                     const int16_t *samples, size_t count, int64_t heard_ms)
{
    struct mate *one = find_place(mate, slot);

    /* Without a microphone there is nothing to compare. */
    if (mate->captured_ms == 0 || count % AUDIO_BLOCK_COUNT != 0)
        return;
    for (size_t i = 0; i < count; i += AUDIO_BLOCK_COUNT) {
        uint32_t moment = timestamp + (uint32_t)i;
        int64_t at = place_timestamp(one, moment);

        one->at = at;
        one->timestamp = moment;
        put_piece(mate, one, at, &samples[i],
                  heard_ms + (int64_t)(i / AUDIO_COUNT_PER_MS));
    }
}

/* --- correlation --------------------------------------------------------- */

static void add_products(float *restrict sums, const float *restrict piece,
                         const float *restrict captured)
{
    for (size_t i = 0; i < LAGS; i++)
        sums[i] *= KEPT;
    /* The inner loop is one that the compiler makes wide. */
    for (size_t n = 0; n < PIECE; n++)
        for (size_t i = 0; i < LAGS; i++)
            sums[i] += piece[n] * captured[n + i];
}

static size_t find_peak(const float *sums, size_t from, size_t to)
{
    size_t at = from;

    for (size_t i = from; i < to; i++)
        if (fabsf(sums[i]) > fabsf(sums[at]))
            at = i;
    return at;
}

static float rms_of(const float *sums, size_t from, size_t to)
{
    float power = 0.0F;

    for (size_t i = from; i < to; i++)
        power += sums[i] * sums[i];
    return sqrtf(power / (float)(to - from));
}

/* Does it stand alone? A tone is like itself everywhere around, what comes
 * evenly, keys or steps, is at many lags. */
static bool stands_out(const float *sums, size_t at, size_t to)
{
    size_t begin = at > AROUND ? at - AROUND : 0;
    size_t end = at + AROUND < to ? at + AROUND : to;
    float size = fabsf(sums[at]);

    return size > RATIO_MIN * rms_of(sums, 0, to) &&
           size > AROUND_MIN * rms_of(sums, begin, end);
}

static size_t distance(size_t a, size_t b) { return a > b ? a - b : b - a; }

/* Before this lag the loudspeaker had nothing of it. */
static size_t edge_of(const struct mate *one)
{
    float edge = one->played - EDGE;

    return edge <= 1.0F ? 1 : edge >= LAGS - 1 ? LAGS - 1 : (size_t)edge;
}

/* How much later our own sound can come straight from another microphone. */
static int64_t straight_ms(const struct room_mate *mate)
{
    int64_t beside_ms = mate->round_trip_ms + ROOM_MATE_BESIDE_MS;

    return beside_ms > ROOM_MATE_STRAIGHT_MS ? beside_ms
                                             : ROOM_MATE_STRAIGHT_MS;
}

/* Is what stands at `peak` heard in our room, if anything is? */
static bool is_believable(const struct room_mate *mate, const struct mate *one,
                          size_t peak, size_t echo)
{
    float size = fabsf(one->sums[peak]);
    float echo_size = fabsf(one->sums[echo]);

    if (one->weight < WEIGHT_MIN || size < VALUE_MIN * one->weight * PIECE ||
        !stands_out(one->sums, peak, edge_of(one)))
        return false;
    if (size < echo_size * (distance(peak, echo) < SIDE ? NEAR_SHADOW : SHADOW))
        return false;
    if (one->disturbed > SHARE_MAX * one->weight)
        return false;
    return one->sent <= SHARE_MAX * one->weight ||
           one->arrived - (float)peak <= (float)(straight_ms(mate) * PER_MS);
}

static void judge(const struct room_mate *mate, struct mate *one)
{
    size_t edge = edge_of(one);
    size_t peak = find_peak(one->sums, 0, edge);
    size_t echo = find_peak(one->sums, edge, LAGS);

    one->is_echo = fabsf(one->sums[echo]) > ECHO_MIN * one->weight * PIECE &&
                   fabsf(one->sums[echo]) > fabsf(one->sums[peak]);
    if (!is_believable(mate, one, peak, echo) ||
        distance(peak, one->candidate) > NEAR)
        one->steady = 0;
    else
        one->steady++;
    one->candidate = peak;
}

/* Is a third one heard whose echo our microphone hears? */
static bool is_disturbed(const struct room_mate *mate, const struct mate *one,
                         int64_t heard_ms)
{
    for (size_t i = 0; i < MATES; i++) {
        const struct mate *other = &mate->mates[i];

        if (other != one && other->is_used && other->is_echo &&
            other->last_ms > heard_ms - (LEAD + TRAIL) / PER_MS)
            return true;
    }
    return false;
}

static void add_piece(struct room_mate *mate, struct mate *one,
                      const struct piece *piece)
{
    int64_t oldest = mate->captured_count - (int64_t)mate->filled;
    int64_t from = piece->at + one->skew - LEAD;
    bool is_sent = mate->sent_ms > piece->heard_ms - LEAD / PER_MS;

    if (from < oldest)
        return;
    add_products(one->sums, piece->samples, &mate->captured[from - oldest]);
    one->weight = one->weight * KEPT + 1.0F;
    one->sent = one->sent * KEPT + (is_sent ? 1.0F : 0.0F);
    one->disturbed = one->disturbed * KEPT +
                     (is_disturbed(mate, one, piece->heard_ms) ? 1.0F : 0.0F);
    judge(mate, one);
}

/* Takes the pieces for which the microphone was heard long enough. */
static void take_pieces(struct room_mate *mate, struct mate *one)
{
    while (one->count > 0) {
        const struct piece *piece = &one->queue[one->first];

        if (piece->at + one->skew + TRAIL + PIECE > mate->captured_count)
            return;
        add_piece(mate, one, piece);
        one->first = (one->first + 1) % QUEUE;
        one->count--;
    }
}

/* --- the microphone ------------------------------------------------------ */

/* Blocks that did not come are a pause: what was captured is of no use. */
static void keep_clock(struct room_mate *mate, int64_t captured_ms)
{
    double clock_ms =
        (double)captured_ms - (double)mate->captured_count / PER_MS;

    if (mate->captured_ms == 0 ||
        llabs(captured_ms - mate->captured_ms - AUDIO_BLOCK_MS) > HOLE_MS) {
        mate->filled = 0;
        mate->clock_ms = clock_ms;
        for (size_t i = 0; i < MATES; i++)
            begin_anew(&mate->mates[i]);
    } else if (clock_ms < mate->clock_ms) {
        mate->clock_ms = clock_ms;
    } else {
        mate->clock_ms += (clock_ms - mate->clock_ms) / CLOCK_BLOCKS;
    }
    mate->captured_ms = captured_ms;
}

void room_mate_captured(struct room_mate *mate, const int16_t *samples,
                        int64_t captured_ms, bool is_sent)
{
    if (mate->filled + PIECE > CAPTURED_ROOM) {
        memmove(mate->captured, &mate->captured[mate->filled - CAPTURED],
                CAPTURED * sizeof mate->captured[0]);
        mate->filled = CAPTURED;
    }
    (void)thinner_block(&mate->thinner, samples, THINNER_SILENCE_RMS,
                        &mate->captured[mate->filled]);
    mate->captured_count += PIECE;
    keep_clock(mate, captured_ms);
    mate->filled += PIECE;
    if (is_sent)
        mate->sent_ms = captured_ms;
    for (size_t i = 0; i < MATES; i++)
        if (mate->mates[i].is_used && !mate->mates[i].is_told)
            take_pieces(mate, &mate->mates[i]);
}

bool room_mate_next(struct room_mate *mate, uint16_t *slot)
{
    for (size_t i = 0; i < MATES; i++) {
        struct mate *one = &mate->mates[i];

        if (!one->is_used || one->is_told || one->steady < STEADY_MIN)
            continue;
        one->is_told = true;
        *slot = one->slot;
        return true;
    }
    return false;
}
