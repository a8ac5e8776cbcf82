#!/usr/bin/python3
"""Makes a WAV that sounds, to a codec and to a correlation, like a speaker.

    make_speech.py OUT.wav [--speaker N] [--seconds S] [--rate HZ]
                   [--channels N] [--lead S] [--silence-every S]

Syllables of voiced sounds through three formants and of hisses, with pauses
between the words. The same arguments give the same bytes; different speakers
do not resemble each other (their correlation stays below 0.3).
"""
import argparse
import sys
import wave

import numpy as np

PITCHES = (105.0, 210.0, 140.0, 255.0, 90.0, 180.0, 122.0, 232.0)


class Voice:
    """One speaker: a pitch, a vocal tract and a source of chance."""

    def __init__(self, speaker, rate):
        self.chance = np.random.Generator(np.random.PCG64(7919 * speaker + 17))
        self.rate = rate
        self.pitch = PITCHES[speaker % len(PITCHES)]
        self.pitch *= 1.0 + 0.02 * (speaker // len(PITCHES) % 5)
        self.tract = 0.85 + 0.3 * self.chance.random()

    def formants(self):
        first = 300.0 + 500.0 * self.chance.random()
        second = first + 500.0 + 1000.0 * self.chance.random()
        third = 2300.0 + 700.0 * self.chance.random()
        return [(first * self.tract, 80.0), (second * self.tract, 110.0),
                (third * self.tract, 170.0)]

    def syllable(self):
        """A rise and a fall of one sound, 120 to 300 ms."""
        count = int(self.rate * (0.12 + 0.18 * self.chance.random()))
        part = np.arange(count) / count
        hiss = self.chance.standard_normal(count)
        if self.chance.random() < 0.8:
            bend = 0.2 * (self.chance.random() - 0.5)
            pitch = self.pitch * (0.9 + 0.2 * self.chance.random())
            phase = np.cumsum(pitch * (1.0 + bend * part)) / self.rate
            pulses = np.diff(np.floor(phase), prepend=0.0)
            source = pulses + 0.01 * hiss
        else:
            source = 0.08 * hiss
        sound = shape(source, self.formants(), self.rate)
        sound *= np.sin(np.pi * part) ** 2
        peak = np.abs(sound).max()
        return sound / peak if peak > 0 else sound

    def pause(self, is_word_end):
        seconds = 0.08 * self.chance.random()
        if is_word_end:
            seconds += 0.15 + 0.15 * self.chance.random()
        return np.zeros(int(self.rate * seconds))


def shape(source, formants, rate):
    """Filters by resonances, in the frequency domain."""
    size = 1 << (2 * len(source) - 1).bit_length()
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.zeros(size // 2 + 1, dtype=complex)
    for frequency, bandwidth in formants:
        if frequency > 0.45 * rate:
            continue
        radius = np.exp(-np.pi * bandwidth / rate)
        angle = 2.0 * np.pi * frequency / rate
        response += (1.0 - radius) / (
            1.0 - 2.0 * radius * np.cos(angle) * z + radius ** 2 * z ** 2)
    spectrum = np.fft.rfft(source, size) * response
    return np.fft.irfft(spectrum, size)[:len(source)]


def make_speech(speaker, seconds, rate, lead=0.0, silence_every=0.0):
    """Samples from -1 to 1."""
    voice = Voice(speaker, rate)
    total = int(round(seconds * rate))
    parts = [np.zeros(int(round(lead * rate)))]
    count = len(parts[0])
    since_silence = 0
    syllables_left = 3
    while count < total:
        piece = voice.syllable() * (0.45 + 0.25 * voice.chance.random())
        syllables_left -= 1
        gap = voice.pause(syllables_left == 0)
        if syllables_left == 0:
            syllables_left = int(voice.chance.integers(2, 6))
        parts += [piece, gap]
        count += len(piece) + len(gap)
        since_silence += len(piece) + len(gap)
        if silence_every > 0 and since_silence >= silence_every * rate:
            parts.append(np.zeros(rate))
            count += rate
            since_silence = 0
    return np.concatenate(parts)[:total]


def write_wav(path, samples, rate, channels=1):
    data = np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype('<i2')
    with wave.open(path, 'wb') as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.repeat(data, channels).tobytes())


def main():
    parser = argparse.ArgumentParser(
        description='Makes a WAV that passes for speech.')
    parser.add_argument('out')
    parser.add_argument('--speaker', type=int, default=0)
    parser.add_argument('--seconds', type=float, default=5.0)
    parser.add_argument('--rate', type=int, default=48000)
    parser.add_argument('--channels', type=int, default=1)
    parser.add_argument('--lead', type=float, default=0.0,
                        help='seconds of silence before the first word')
    parser.add_argument('--silence-every', type=float, default=0.0,
                        help='a second of silence after so many of speech')
    arguments = parser.parse_args()
    samples = make_speech(arguments.speaker, arguments.seconds, arguments.rate,
                          arguments.lead, arguments.silence_every)
    write_wav(arguments.out, samples, arguments.rate, arguments.channels)
    return 0


if __name__ == '__main__':
    sys.exit(main())
