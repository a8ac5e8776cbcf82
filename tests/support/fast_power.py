"""Powers in BELENIOS-2048 by OpenSSL: what Python takes 4 ms for, in a tenth.

For tests of many elections, or of many members. The second implementation keeps
to Python's own numbers wherever nobody calls `use()`: as a program, and where
test_ballot_reference, which holds these powers against Python's, and
test_ballot_property ask for them.
"""
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


def _number(value):
    data = value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
    return _read(data, len(data), None)


_modulus, _mont = _number(group.P), _mont_new()
_room = _room_new()
if not _mont_set(_mont, _modulus, _room):
    raise MemoryError("libcrypto takes no modulus")
_room_free(_room)


def power(base, exponent):
    """base^exponent modulo P, for numbers that are not negative."""
    data = ctypes.create_string_buffer(SIZE)
    result, room = _new(), _room_new()
    numbers = [_number(base % group.P), _number(exponent)]
    done = _raise(result, *numbers, _modulus, room, _mont) and \
        _write(result, data, SIZE) == SIZE
    for number in [result, *numbers]:
        _free(number)
    _room_free(room)
    if not done:
        raise MemoryError("libcrypto gives no power")
    return int.from_bytes(data.raw, "big")


def use():
    group.raise_by(power)


def leave():
    """Python's own numbers again, and what was computed by others forgotten."""
    group.raise_by(group._plainly)
    group.power.cache_clear()
    group.contains.cache_clear()
