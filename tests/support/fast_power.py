"""Powers in BELENIOS-2048 by OpenSSL: what Python takes 4 ms for, in a tenth.

For tests of many elections, or of many members. A base that is raised again and
again gets a table of its powers. The second implementation keeps
to Python's own numbers wherever nobody calls `use()`: as a program, and where
test_ballot_reference, which holds these powers against Python's, and
test_ballot_property ask for them.
"""
import collections
import ctypes
import ctypes.util

from ballot_reference import group

SIZE = 256  # bytes of an element

_crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
_POINTER, _BYTES, _NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int


def _function(name, result, *parameters):
    function = getattr(_crypto, name)
    function.restype, function.argtypes = result, parameters
    return function


_new = _function("BN_new", _POINTER)
_read = _function("BN_bin2bn", _POINTER, _BYTES, _NUMBER, _POINTER)
_write = _function("BN_bn2binpad", _NUMBER, _POINTER, _BYTES, _NUMBER)
_room_new = _function("BN_CTX_new", _POINTER)
_free = _function("BN_free", None, _POINTER)
_room_free = _function("BN_CTX_free", None, _POINTER)
_mont_new = _function("BN_MONT_CTX_new", _POINTER)
_mont_set = _function("BN_MONT_CTX_set", _NUMBER, _POINTER, _POINTER, _POINTER)
_raise = _function("BN_mod_exp_mont", _NUMBER, *[_POINTER] * 6)
_to_mont = _function("BN_to_montgomery", _NUMBER, *[_POINTER] * 4)
_from_mont = _function("BN_from_montgomery", _NUMBER, *[_POINTER] * 4)
_copy = _function("BN_dup", _POINTER, _POINTER)
# So short that others need not run meanwhile.
_multiply = ctypes.PyDLL(_crypto._name).BN_mod_mul_montgomery
_multiply.restype, _multiply.argtypes = _NUMBER, [_POINTER] * 5


def _number(value):
    data = value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
    return _read(data, len(data), None)


_modulus, _mont = _number(group.P), _mont_new()
_room = _room_new()
if not _mont_set(_mont, _modulus, _room):
    raise MemoryError("libcrypto takes no modulus")
_room_free(_room)

WINDOW = 6    # bits of an exponent that a row of a table is for
OFTEN = 24    # times that a base is raised until it gets one
TABLES = 64   # at most: each takes a megabyte
_uses = collections.Counter()
_tables = {}


def _check(done):
    if not done:
        raise MemoryError("libcrypto gives no power")


def _make_table(base):
    """Row i holds base^(2^(6 i) * k) for k = 0 … 63, 0 left out."""
    room, rows, step = _room_new(), [], _number(base)
    _check(_to_mont(step, step, _mont, room))
    for _ in range(0, group.Q.bit_length(), WINDOW):
        row = [None, step]
        for _ in range(2**WINDOW - 1):
            row.append(_copy(row[-1]))
            _check(_multiply(row[-1], row[-1], step, _mont, room))
        step = row.pop()
        rows.append(row)
    _room_free(room)
    return rows


def _by_table(rows, exponent):
    data = ctypes.create_string_buffer(SIZE)
    room, result = _room_new(), _number(1)
    _check(_to_mont(result, result, _mont, room))
    for row in rows:
        if digit := exponent % 2**WINDOW:
            _check(_multiply(result, result, row[digit], _mont, room))
        exponent >>= WINDOW
    _check(_from_mont(result, result, _mont, room)
           and _write(result, data, SIZE) == SIZE)
    _free(result)
    _room_free(room)
    return int.from_bytes(data.raw, "big")


def power(base, exponent):
    """base^exponent modulo P, for numbers that are not negative."""
    _uses[base] += 1
    if _uses[base] == OFTEN and len(_tables) < TABLES:
        _tables[base] = _make_table(base % group.P)
    if base in _tables and exponent.bit_length() <= group.Q.bit_length():
        return _by_table(_tables[base], exponent)
    return _by_library(base, exponent)


def _by_library(base, exponent):
    data = ctypes.create_string_buffer(SIZE)
    result, room = _new(), _room_new()
    numbers = [_number(base % group.P), _number(exponent)]
    done = _raise(result, *numbers, _modulus, room, _mont) and \
        _write(result, data, SIZE) == SIZE
    for number in [result, *numbers]:
        _free(number)
    _room_free(room)
    _check(done)
    return int.from_bytes(data.raw, "big")


def use():
    group.raise_by(power)


def leave():
    """Python's own numbers again, and what was computed by others forgotten."""
    group.raise_by(group._plainly)
    group.power.cache_clear()
    group.contains.cache_clear()
