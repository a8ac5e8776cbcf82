/*
 * The unit of everything that is heard: 20 ms of mono sound at 48 kHz as
 * signed 16-bit samples. Devices, codec, mixer and rings all speak in blocks.
 */
#ifndef CLIENT_AUDIO_AUDIO_BLOCK_H
#define CLIENT_AUDIO_AUDIO_BLOCK_H

enum {
    AUDIO_RATE = 48000,      /* samples a second */
    AUDIO_BLOCK_MS = 20,     /* milliseconds of a block */
    AUDIO_BLOCK_COUNT = 960, /* samples of a block */
    AUDIO_COUNT_PER_MS = 48, /* samples of a millisecond */
};

/* Flags of an audio frame, as they stand on the wire. */
enum {
    AUDIO_FLAG_SILENCE = 1 << 0,   /* silence follows until the next frame */
    AUDIO_FLAG_TALKSPURT = 1 << 1, /* first frame after a silence */
};

#endif
