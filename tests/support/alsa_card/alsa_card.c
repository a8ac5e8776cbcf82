/*
 * A sound card made of nothing, for ALSA: what hardware does that its own null
 * device cannot. In ALSA's configuration:
 *
 *     pcm_type.card { lib ".../alsa_card.so" }
 *     pcm.tai_nghe { type card state "/folder/tai_nghe" says 100 rate 44100 }
 *
 * The file `state` is its plug: without it the card is pulled out, also while
 * sound flows; what it says is "free", "busy" (another program has it) or
 * "broken" (it opens, and fails when it is begun). What is captured is `says`
 * in every sample; what is played is added to the file "<state>.played".
 * `rate`: it takes no other one. `capture 0`: it has no microphone. It keeps
 * the time of the clock. One program at a time may have each direction of it,
 * as with hardware: a second one is told that it is busy.
 */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_NS = 5000000,
    PATH_SIZE = 256,
    BUFFER_MIN = 1024,
    BUFFER_MAX = 65536
};

struct card {
    snd_pcm_ioplug_t io;
    char state[PATH_SIZE];
    long says;
    long rate;     /* 0: any */
    long captures; /* has it a microphone? */
    int timer_fd;  /* what is polled */
    int played_fd; /* -1: nothing is kept */
    int lock_fd;   /* held as long as it is open */
    int64_t begun_ns;
    snd_pcm_uframes_t moved; /* by the reader or writer */
    snd_pcm_uframes_t last;  /* where the hardware was when it was asked */
};

enum state { PULLED_OUT, FREE, BUSY, BROKEN };

static enum state state_of(const char *path)
{
    char word[16] = "";
    FILE *file = fopen(path, "re");
    enum state state = FREE;

    if (!file)
        return PULLED_OUT;
    if (fgets(word, sizeof word, file) && strncmp(word, "busy", 4) == 0)
        state = BUSY;
    if (strncmp(word, "broken", 6) == 0)
        state = BROKEN;
    (void)fclose(file);
    return state;
}

static int64_t clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int is_there(const struct card *card)
{
    const enum state state = state_of(card->state);

    return state == FREE || state == BUSY;
}

static int begin(snd_pcm_ioplug_t *io)
{
    struct card *card = io->private_data;
    const struct itimerspec tick = { { 0, TICK_NS }, { 0, TICK_NS } };

    if (state_of(card->state) == PULLED_OUT)
        return -ENODEV;
    card->begun_ns = clock_ns();
    return timerfd_settime(card->timer_fd, 0, &tick, NULL) < 0 ? -errno : 0;
}

static int end(snd_pcm_ioplug_t *io)
{
    struct card *card = io->private_data;
    const struct itimerspec never = { { 0, 0 }, { 0, 0 } };

    return timerfd_settime(card->timer_fd, 0, &never, NULL) < 0 ? -errno : 0;
}

/* Where the hardware is. It never overruns: it waits for who is slow. */
static snd_pcm_sframes_t pointer(snd_pcm_ioplug_t *io)
{
    struct card *card = io->private_data;
    uint64_t passed;
    snd_pcm_uframes_t ends;

    /* As of hardware: where it stood, and the state says why. An error would
     * be taken for an overrun. */
    if (!is_there(card)) {
        (void)snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
        return (snd_pcm_sframes_t)(card->last % io->buffer_size);
    }
    passed = (uint64_t)(clock_ns() - card->begun_ns) * io->rate / 1000000000;
    ends = io->stream == SND_PCM_STREAM_PLAYBACK
               ? card->moved
               : card->moved + io->buffer_size - 1;
    if (passed > ends) {
        card->begun_ns += (int64_t)((passed - ends) * 1000000000 / io->rate);
        passed = ends;
    }
    card->last = passed;
    return (snd_pcm_sframes_t)(passed % io->buffer_size);
}

static snd_pcm_sframes_t transfer(snd_pcm_ioplug_t *io,
                                  const snd_pcm_channel_area_t *areas,
                                  snd_pcm_uframes_t offset,
                                  snd_pcm_uframes_t size)
{
    struct card *card = io->private_data;
    char *bytes =
        (char *)areas->addr + (areas->first + areas->step * offset) / 8;
    const size_t count = size * io->channels;

    if (!is_there(card))
        return -ENODEV;
    if (io->stream == SND_PCM_STREAM_CAPTURE)
        for (size_t i = 0; i < count; i++)
            ((int16_t *)(void *)bytes)[i] = (int16_t)card->says;
    else if (write(card->played_fd, bytes, count * 2) < 0)
        return -errno;
    card->moved += size;
    return (snd_pcm_sframes_t)size;
}

static int prepare(snd_pcm_ioplug_t *io)
{
    struct card *card = io->private_data;

    card->moved = 0;
    card->last = 0;
    card->begun_ns = clock_ns();
    return is_there(card) || state_of(card->state) == BROKEN ? 0 : -ENODEV;
}

static int revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned count,
                   unsigned short *out)
{
    struct card *card = io->private_data;
    uint64_t ticks;

    if (count != 1 ||
        (fds[0].revents && read(card->timer_fd, &ticks, sizeof ticks) < 0 &&
         errno != EAGAIN))
        return -EIO;
    *out = 0;
    if (!is_there(card)) {
        (void)snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
        *out = POLLERR | POLLHUP;
    } else if (fds[0].revents & POLLIN) {
        *out = io->stream == SND_PCM_STREAM_PLAYBACK ? POLLOUT : POLLIN;
    }
    return 0;
}

static int close_card(snd_pcm_ioplug_t *io)
{
    struct card *card = io->private_data;

    if (card->timer_fd >= 0)
        (void)close(card->timer_fd);
    if (card->played_fd >= 0)
        (void)close(card->played_fd);
    if (card->lock_fd >= 0)
        (void)close(card->lock_fd);
    free(card);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = begin,
    .stop = end,
    .pointer = pointer,
    .transfer = transfer,
    .close = close_card,
    .prepare = prepare,
    .poll_revents = revents,
};

static int constrain(struct card *card)
{
    static const unsigned access[] = { SND_PCM_ACCESS_RW_INTERLEAVED,
                                       SND_PCM_ACCESS_MMAP_INTERLEAVED };
    static const unsigned formats[] = { SND_PCM_FORMAT_S16 };
    const unsigned low = card->rate ? (unsigned)card->rate : 8000;
    const unsigned high = card->rate ? (unsigned)card->rate : 48000;
    snd_pcm_ioplug_t *io = &card->io;
    int result;

    result =
        snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, access);
    if (result >= 0)
        result = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1,
                                               formats);
    if (result >= 0)
        result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS,
                                                 1, 2);
    if (result >= 0)
        result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE,
                                                 low, high);
    if (result >= 0)
        result = snd_pcm_ioplug_set_param_minmax(
            io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, BUFFER_MIN / 8, BUFFER_MAX / 2);
    if (result >= 0)
        result = snd_pcm_ioplug_set_param_minmax(
            io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, BUFFER_MIN, BUFFER_MAX);
    return result;
}

/* The open file of this direction, locked; busy if somebody else has it. */
static int take(struct card *card, snd_pcm_stream_t stream)
{
    char path[PATH_SIZE + 16];

    (void)snprintf(path, sizeof path, "%s.%s", card->state,
                   stream == SND_PCM_STREAM_PLAYBACK ? "p" : "c");
    card->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (card->lock_fd < 0)
        return -errno;
    if (flock(card->lock_fd, LOCK_EX | LOCK_NB) < 0)
        return -EBUSY;
    (void)snprintf(path, sizeof path, "%s.played", card->state);
    if (stream == SND_PCM_STREAM_PLAYBACK)
        card->played_fd =
            open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return 0;
}

static int read_config(snd_config_t *config, struct card *card)
{
    snd_config_iterator_t i;
    snd_config_iterator_t next;

    snd_config_for_each(i, next, config)
    {
        snd_config_t *entry = snd_config_iterator_entry(i);
        const char *id;
        const char *text;

        if (snd_config_get_id(entry, &id) < 0)
            continue;
        if (strcmp(id, "state") == 0) {
            if (snd_config_get_string(entry, &text) < 0 ||
                strlen(text) >= PATH_SIZE)
                return -EINVAL;
            strcpy(card->state, text);
        } else if (strcmp(id, "says") == 0) {
            if (snd_config_get_integer(entry, &card->says) < 0)
                return -EINVAL;
        } else if (strcmp(id, "capture") == 0) {
            if (snd_config_get_integer(entry, &card->captures) < 0)
                return -EINVAL;
        } else if (strcmp(id, "rate") == 0) {
            if (snd_config_get_integer(entry, &card->rate) < 0)
                return -EINVAL;
        }
    }
    return 0;
}

static int open_card(struct card *card, const char *name,
                     snd_pcm_stream_t stream, int mode)
{
    int result;

    if (stream == SND_PCM_STREAM_CAPTURE && !card->captures)
        return -ENOENT;
    switch (state_of(card->state)) {
    case PULLED_OUT:
        return -ENODEV;
    case BUSY:
        return -EBUSY;
    case FREE:
    case BROKEN:
        break;
    }
    result = take(card, stream);
    if (result < 0)
        return result;
    card->timer_fd =
        timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (card->timer_fd < 0)
        return -errno;
    card->io.version = SND_PCM_IOPLUG_VERSION;
    card->io.name = "a card made of nothing";
    card->io.callback = &callbacks;
    card->io.private_data = card;
    card->io.poll_fd = card->timer_fd;
    card->io.poll_events = POLLIN;
    return snd_pcm_ioplug_create(&card->io, name, stream, mode);
}

SND_PCM_PLUGIN_DEFINE_FUNC(card)
{
    struct card *card = calloc(1, sizeof *card);
    int result;

    (void)root;
    if (!card)
        return -ENOMEM;
    card->captures = 1;
    card->timer_fd = -1;
    card->played_fd = -1;
    card->lock_fd = -1;
    result = read_config(conf, card);
    if (result >= 0)
        result = open_card(card, name, stream, mode);
    if (result < 0) {
        card->io.private_data = card;
        (void)close_card(&card->io);
        return result;
    }
    result = constrain(card);
    if (result < 0) {
        (void)snd_pcm_ioplug_delete(&card->io);
        return result;
    }
    *pcmp = card->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(card)
