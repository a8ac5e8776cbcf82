/*
 * A device made of files: captures from a sound file, plays into a WAV. Either
 * may be missing; with neither it is the null device, a mere clock, for
 * programs on machines without sound. Paced by a thread in real time, or
 * stepped by its owner.
 */
#ifndef CLIENT_AUDIO_AUDIO_DEVICE_FILE_H
#define CLIENT_AUDIO_AUDIO_DEVICE_FILE_H

#include "client/audio/audio_device.h"
#include "protocol/base/result.h"

#include <stdbool.h>

enum audio_pace {
    AUDIO_PACE_NONE,   /* not a pace */
    AUDIO_PACE_THREAD, /* a block every 20 ms, on a thread of its own */
    AUDIO_PACE_STEP,   /* a block each audio_device_file_step() */
};

/*
 * Opens the files (NULL: none). The caller owns `*out` and ends it with its
 * `free`. Errors as wav_reader_new() and wav_writer_new().
 *
 * When what it captures is at its end, `ended` is called with RESULT_OK; if
 * it also plays, it goes on playing. A file that cannot be written any more
 * ends it with RESULT_IO.
 */
MUST_USE enum result audio_device_file_new(struct audio_device **out,
                                           const char *capture_path,
                                           const char *playback_path,
                                           enum audio_pace pace);

/*
 * One block of AUDIO_PACE_STEP: plays one, captures one, on the caller's
 * thread. False once there is nothing left to do.
 */
bool audio_device_file_step(struct audio_device *device);

#endif
