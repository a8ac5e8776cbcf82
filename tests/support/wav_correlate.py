#!/usr/bin/python3
"""How much of a spoken WAV is found again in a recording, and how late.

    wav_correlate.py SPOKEN.wav RECORDED.wav [--threshold T] [--absent T]
                     [--window S] [--from S] [--to S]

Both are mixed to mono and brought to one rate. The whole spoken sound is
looked for in the recording first; around the place that fits best each window
of it that is loud enough is then compared by itself, so that neither a pause
nor a lost frame nor a slow drift spoils the rest.

Prints one line, `correlation C delay_ms D windows N worst W`:
C is the median of the windows' correlations (1 the same sound, 0 none of it),
D the median of how much later they are in the recording.

Exit code 0; 1 if C is not above --threshold, or not below --absent; 2 if the
files cannot be compared.
"""
import argparse
import collections
import sys
import wave

import numpy as np

RATE = 16000
SEARCH_S = 0.15  # around the rough place
QUIET = 0.25     # of the loudness of the whole: a window below is not compared


Match = collections.namedtuple('Match', 'correlation delay_ms windows worst')


class Unusable(Exception):
    """The files cannot be compared."""


def read_wav(path):
    """Samples from -1 to 1, mono, at the rate of the file."""
    try:
        with wave.open(path, 'rb') as source:
            rate, channels = source.getframerate(), source.getnchannels()
            if source.getsampwidth() != 2:
                raise Unusable(f'{path}: not 16-bit')
            data = source.readframes(source.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise Unusable(f'{path}: {error}') from error
    samples = np.frombuffer(data[:len(data) // (2 * channels) * 2 * channels],
                            '<i2').astype(float) / 32768.0
    return samples.reshape(-1, channels).mean(axis=1), rate


def to_rate(samples, rate, wanted=RATE):
    """Resampled by cutting or padding the spectrum."""
    if rate == wanted or len(samples) == 0:
        return samples
    count = int(round(len(samples) * wanted / rate))
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(count // 2 + 1, dtype=complex)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    return np.fft.irfft(kept, count) * (count / len(samples))


def slide(recorded, spoken):
    """Correlation of `spoken` with each stretch of `recorded` of its length."""
    count = len(recorded) - len(spoken) + 1
    if count < 1:
        return np.zeros(1)
    size = 1 << (len(recorded) + len(spoken) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(recorded, size) *
                           np.conj(np.fft.rfft(spoken, size)), size)[:count]
    sums = np.concatenate([[0.0], np.cumsum(recorded ** 2)])
    power = np.maximum(sums[len(spoken):] - sums[:count], 0.0)
    floor = 1e-4 * len(spoken) * 1e-4
    return product / np.sqrt((power + floor) * (np.dot(spoken, spoken) + floor))


def compare(spoken, recorded, window_s=0.5):
    """A Match of two sounds at RATE."""
    loudness = np.sqrt(np.mean(spoken ** 2)) if len(spoken) else 0.0
    if loudness < 1e-3:
        raise Unusable('the spoken sound is silence')
    tail = np.zeros(len(spoken))
    padded = np.concatenate([recorded, tail])
    rough = int(np.argmax(slide(padded, spoken)))
    width = min(int(window_s * RATE), len(spoken))
    margin = int(SEARCH_S * RATE)
    correlations, delays = [], []
    for start in range(0, len(spoken) - width + 1, max(width // 2, 1)):
        piece = spoken[start:start + width]
        if np.sqrt(np.mean(piece ** 2)) < QUIET * loudness:
            continue
        begin = max(0, rough + start - margin)
        found = slide(padded[begin:rough + start + width + margin], piece)
        best = int(np.argmax(found))
        correlations.append(float(found[best]))
        delays.append((begin + best - start) * 1000.0 / RATE)
    if not correlations:
        raise Unusable('nothing of the spoken sound is loud enough')
    return Match(float(np.median(correlations)), float(np.median(delays)),
                 len(correlations), min(correlations))


def cut(samples, begin_s, end_s):
    end = len(samples) if end_s is None else int(end_s * RATE)
    return samples[int(begin_s * RATE):end]


def compare_files(spoken_path, recorded_path, window_s=0.5, begin_s=0.0,
                  end_s=None):
    """A Match; its delay counts from the beginning of the recording."""
    spoken = to_rate(*read_wav(spoken_path))
    recorded = cut(to_rate(*read_wav(recorded_path)), begin_s, end_s)
    found = compare(spoken, recorded, window_s)
    return found._replace(delay_ms=found.delay_ms + 1000.0 * begin_s)


def main():
    parser = argparse.ArgumentParser(
        description='How much of a spoken WAV is in a recording.')
    parser.add_argument('spoken')
    parser.add_argument('recorded')
    parser.add_argument('--threshold', type=float,
                        help='fail unless the correlation is above this')
    parser.add_argument('--absent', type=float,
                        help='fail unless the correlation is below this')
    parser.add_argument('--window', type=float, default=0.5,
                        help='seconds compared at once')
    parser.add_argument('--from', dest='begin', type=float, default=0.0,
                        help='first second of the recording to look at')
    parser.add_argument('--to', dest='end', type=float,
                        help='last second of the recording to look at')
    arguments = parser.parse_args()
    try:
        found = compare_files(arguments.spoken, arguments.recorded,
                              arguments.window, arguments.begin, arguments.end)
    except Unusable as error:
        print(f'wav_correlate: {error}', file=sys.stderr)
        return 2
    print(f'correlation {found.correlation:.3f} delay_ms {found.delay_ms:.1f} '
          f'windows {found.windows} worst {found.worst:.3f}')
    is_missing = (arguments.threshold is not None and
                  found.correlation <= arguments.threshold)
    is_there = (arguments.absent is not None and
                found.correlation >= arguments.absent)
    return 1 if is_missing or is_there else 0


if __name__ == '__main__':
    sys.exit(main())
