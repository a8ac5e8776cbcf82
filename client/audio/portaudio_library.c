#include "client/audio/portaudio_library.h"

#ifdef HAS_PORTAUDIO

#include "client/audio/portaudio_name.h"

#include <portaudio.h>

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;
static struct portaudio_user current;
static _Atomic bool hangs; /* whoever has the lock */

/* Who has waited in vain spares the others that. */
bool portaudio_library_lock(void)
{
    struct timespec deadline;
    bool is_ours;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    if (!atomic_load(&hangs))
        deadline.tv_sec += PORTAUDIO_PATIENCE_S;
    is_ours =
        pthread_mutex_clocklock(&library, CLOCK_MONOTONIC, &deadline) == 0;
    atomic_store(&hangs, !is_ours);
    return is_ours;
}

void portaudio_library_unlock(void) { pthread_mutex_unlock(&library); }

void portaudio_library_enter(const struct portaudio_user *user)
{
    if (!current.user)
        current = *user;
}

void portaudio_library_leave(const void *user)
{
    if (current.user == user)
        current = (struct portaudio_user){ .user = NULL };
}

void portaudio_library_pause(void)
{
    if (current.user)
        current.pause(current.user);
}

void portaudio_library_resume(void)
{
    if (current.user)
        current.resume(current.user);
}

/* --- libraries that PortAudio may have brought along ---------------------- */

/* Of ALSA, which is opaque to us. */
struct snd_config;
struct snd_input;
struct snd_pcm;

static bool find_function(const char *name, void *out)
{
    void *found = dlsym(RTLD_DEFAULT, name);

    /* An object's pointer is no function's in C; POSIX lets it be. */
    memcpy(out, &found, sizeof found);
    return found != NULL;
}

static void ignore_alsa(const char *file, int line, const char *function,
                        int code, const char *format, ...)
{
    (void)file;
    (void)line;
    (void)function;
    (void)code;
    (void)format;
}

static void ignore_jack(const char *text) { (void)text; }

/*
 * Whenever PortAudio looks what there is, ALSA and JACK say on the terminal of
 * each device and server that there might be, and is not. What is wrong with
 * the one that we open PortAudio tells us.
 */
static void quieten_libraries(void)
{
    int (*set_alsa)(
        void (*)(const char *, int, const char *, int, const char *, ...));
    void (*set_jack)(void (*)(const char *));

    if (find_function("snd_lib_error_set_handler", &set_alsa))
        (void)set_alsa(ignore_alsa);
    if (find_function("jack_set_error_function", &set_jack))
        set_jack(ignore_jack);
    if (find_function("jack_set_info_function", &set_jack))
        set_jack(ignore_jack);
}

/* --- the assertion ---------------------------------------------------------
 */

/*
 * While it looks PortAudio sets "default" and "dmix" aside, opens the others,
 * and asserts that fewer could be opened than have a name. Where neither is
 * there that fails as soon as all could be, or none has a name. So there is to
 * be a "dmix", which leads nowhere and therefore is in no list. ALSA keeps it
 * until PortAudio ends; PortAudio reads what ALSA keeps.
 */
static void guard_against_abort(void)
{
    static const char nowhere[] = "pcm.dmix { type empty }\n";
    int (*update)(void);
    int (*search)(struct snd_config *, const char *, struct snd_config **);
    int (*load)(struct snd_config *, struct snd_input *);
    int (*open_buffer)(struct snd_input **, const char *, ptrdiff_t);
    int (*close_buffer)(struct snd_input *);
    struct snd_config **root;
    struct snd_config *found;
    struct snd_input *text;

    if (!find_function("snd_config_update", &update) ||
        !find_function("snd_config", &root) ||
        !find_function("snd_config_search", &search) ||
        !find_function("snd_config_load", &load) ||
        !find_function("snd_input_buffer_open", &open_buffer) ||
        !find_function("snd_input_close", &close_buffer))
        return; /* PortAudio without ALSA */
    if (update() < 0 || !*root)
        return; /* so PortAudio will find, and fail in order */
    if (search(*root, "pcm.default", &found) >= 0 ||
        search(*root, "pcm.dmix", &found) >= 0)
        return;
    if (open_buffer(&text, nowhere, (ptrdiff_t)strlen(nowhere)) < 0)
        return;
    (void)load(*root, text);
    (void)close_buffer(text);
}

/* --- beginning and ending --------------------------------------------------
 */

enum result portaudio_library_begin(void)
{
    quieten_libraries();
    guard_against_abort();
    return Pa_Initialize() == paNoError ? RESULT_OK : RESULT_IO;
}

void portaudio_library_end(void) { (void)Pa_Terminate(); }

/* --- what there is ----------------------------------------------------------
 */

void portaudio_library_names(enum audio_direction direction,
                             struct portaudio_names *out)
{
    PaDeviceIndex count = Pa_GetDeviceCount();

    out->count = 0;
    for (PaDeviceIndex i = 0; i < count && i < PORTAUDIO_DEVICE_MAX; i++) {
        const PaDeviceInfo *info = Pa_GetDeviceInfo(i);
        const bool fits =
            info && (direction == AUDIO_CAPTURE ? info->maxInputChannels
                                                : info->maxOutputChannels) > 0;

        out->names[out->count++] = fits ? info->name : NULL;
    }
}

enum result portaudio_library_probe(const char *name,
                                    enum audio_direction direction)
{
    enum { NONBLOCK = 1 }; /* SND_PCM_NONBLOCK */
    int (*open_pcm)(struct snd_pcm **, const char *, int, int);
    int (*close_pcm)(struct snd_pcm *);
    char alsa[AUDIO_NAME_SIZE] = "default";
    struct snd_pcm *pcm;
    int result;

    if (name)
        portaudio_name_for_alsa(alsa, name);
    if (!find_function("snd_pcm_open", &open_pcm) ||
        !find_function("snd_pcm_close", &close_pcm) || alsa[0] == '\0')
        return RESULT_NOT_FOUND;
    result = open_pcm(&pcm, alsa, direction == AUDIO_CAPTURE ? 1 : 0, NONBLOCK);
    if (result == 0)
        (void)close_pcm(pcm);
    return result == 0        ? RESULT_OK
           : result == -EBUSY ? RESULT_BUSY
                              : RESULT_NOT_FOUND;
}

uint32_t portaudio_library_cards(void)
{
    int (*next)(int *);
    uint32_t cards = 0;
    int card = -1;

    if (!find_function("snd_card_next", &next))
        return 0;
    while (next(&card) == 0 && card >= 0 && card < 32)
        cards |= UINT32_C(1) << card;
    return cards;
}

#endif
