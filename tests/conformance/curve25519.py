"""Ed25519 by the equations of RFC 8032, slow and plain, for the tests alone.

Nothing here is shared with the C sources or with the library that both sign
with. `verify` is deliberately the bare equation: it takes keys that the program
has to refuse, so that the vectors can show why.
"""

import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # of -1
NEUTRAL = (0, 1)


def add(one, other):
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def times(number, point):
    result = NEUTRAL
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def negated(point):
    return (-point[0] % P, point[1])


def x_of(y):
    """The even one of both, or None if y is of no point."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return x if x % 2 == 0 else P - x


BASE = (x_of(4 * pow(5, P - 2, P) % P), 4 * pow(5, P - 2, P) % P)


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data):
    """As libraries do it: y need not be below P, and where x is zero its sign
    is passed over."""
    number = int.from_bytes(data, "little")
    y = (number & (2**255 - 1)) % P
    x = x_of(y)
    if x is None:
        return None
    return (P - x if x % 2 != number >> 255 and x else x, y)


def verify(key, message, signature):
    """S·B = R + h·A, with R compared as bytes and S below L."""
    point = decode(key)
    s = int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    h = int.from_bytes(
        hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return encode(add(times(s, BASE),
                      negated(times(h, point)))) == signature[:32]


@functools.lru_cache(maxsize=None)
def torsion():
    """The eight points of small order."""
    y = 2
    while True:
        x = x_of(y)
        if x is not None:
            point = times(L, (x, y))  # what is left has an order of 1 to 8
            if times(4, point) != NEUTRAL:
                return [times(i, point) for i in range(8)]
        y += 1
