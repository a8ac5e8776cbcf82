"""What processes remember together is what each would have computed."""
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey)
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from chibo_process import BUILD  # noqa: E402

LIBRARY = BUILD / "tests/remembered_sums.so"
SIGNATURES, POWERS = 1 << 15, 1 << 13
SIZE = SIGNATURES * 32 + POWERS * 320
MODULUS = 2**2048 - 1942289
BASE, EXPONENT = 3**1200, 7**90

# Asks the library in a process of its own, and says what it answered.
ASK = """
import ctypes, json, sys
crypto = ctypes.CDLL(None)
def function(name, result, *parameters):
    found = getattr(crypto, name)
    found.restype, found.argtypes = result, parameters
    return found
P, B, N = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
read = function("BN_bin2bn", P, B, N, P)
def number(value):
    data = value.to_bytes(256, "big")
    return read(data, len(data), None)
def power(base, exponent, modulus, secret):
    out = function("BN_new", P)()
    room = function("BN_CTX_new", P)()
    raised = number(exponent)
    if secret:
        function("BN_set_flags", None, P, N)(raised, 4)
    assert function("BN_mod_exp_mont", N, *[P] * 6)(
        out, number(base), raised, number(modulus), room, None)
    data = ctypes.create_string_buffer(256)
    function("BN_bn2binpad", N, P, P, N)(out, data, 256)
    return int.from_bytes(data.raw, "big")
def verify(key, message, signature):
    key = function("EVP_PKEY_new_raw_public_key", P, N, P, B, ctypes.c_size_t)(
        1087, None, bytes.fromhex(key), 32)
    context = function("EVP_MD_CTX_new", P)()
    assert function("EVP_DigestVerifyInit", N, *[P] * 5)(
        context, None, None, None, key)
    message, signature = bytes.fromhex(message), bytes.fromhex(signature)
    return function("EVP_DigestVerify", N, P, B, ctypes.c_size_t, B,
                    ctypes.c_size_t)(context, signature, len(signature),
                                     message, len(message))
name, *words = json.loads(sys.argv[1])
print(json.dumps(globals()[name](*words)))
"""


def ask(memory, *words):
    done = subprocess.run(
        ["/usr/bin/python3", "-c", ASK, json.dumps(words)],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "CHIBO_REMEMBERED": str(memory),
             "LD_PRELOAD": f"{LIBRARY}:libcrypto.so.3",
             "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def memory(tmp_path):
    path = tmp_path / "remembered"
    path.write_bytes(bytes(SIZE))
    return path


def place_of(memory):
    """Where the one power stands that is remembered."""
    data = memory.read_bytes()
    places = [at for at in range(SIGNATURES * 32, SIZE, 320)
              if any(data[at:at + 320])]
    assert len(places) == 1
    return places[0]


def test_a_power_is_right_and_remembered(memory):
    expected = pow(BASE, EXPONENT, MODULUS)
    assert ask(memory, "power", BASE, EXPONENT, MODULUS, False) == expected
    at = place_of(memory)
    assert memory.read_bytes()[at + 32:at + 288] == expected.to_bytes(256, "big")
    assert ask(memory, "power", BASE, EXPONENT, MODULUS, False) == expected
    assert ask(memory, "power", BASE, EXPONENT + 1, MODULUS, False) \
        == pow(BASE, EXPONENT + 1, MODULUS)


def test_it_is_what_is_remembered_that_is_answered(memory):
    ask(memory, "power", BASE, EXPONENT, MODULUS, False)
    at, data = place_of(memory), bytearray(memory.read_bytes())
    data[at + 32:at + 288] = (1).to_bytes(256, "big")
    data[at + 288:at + 320] = hashlib.sha256(data[at:at + 288]).digest()
    memory.write_bytes(data)
    assert ask(memory, "power", BASE, EXPONENT, MODULUS, False) == 1


def test_a_place_that_was_written_by_halves_is_empty(memory):
    ask(memory, "power", BASE, EXPONENT, MODULUS, False)
    at, data = place_of(memory), bytearray(memory.read_bytes())
    data[at + 100] ^= 1
    memory.write_bytes(data)
    assert ask(memory, "power", BASE, EXPONENT, MODULUS, False) \
        == pow(BASE, EXPONENT, MODULUS)


@pytest.mark.parametrize("modulus, secret", [
    (MODULUS, True), (2**1024 - 105, False)])
def test_what_is_secret_or_of_another_size_is_not_remembered(memory, modulus,
                                                             secret):
    base = BASE % modulus
    assert ask(memory, "power", base, EXPONENT, modulus, secret) \
        == pow(base, EXPONENT, modulus)
    assert memory.read_bytes() == bytes(SIZE)



def test_a_signature_is_remembered_only_where_it_is_right(memory):
    private = Ed25519PrivateKey.generate()
    key = private.public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw).hex()
    message = "Đảng viên Mẫu 01".encode()
    right = private.sign(message).hex()
    wrong = private.sign(message + b".").hex()

    assert ask(memory, "verify", key, message.hex(), wrong) == 0
    assert memory.read_bytes() == bytes(SIZE)
    assert ask(memory, "verify", key, message.hex(), right) == 1
    sums = [hashlib.sha256(bytes.fromhex(key + right) + message).digest()]
    data = memory.read_bytes()
    assert [data[at:at + 32] for at in range(0, SIGNATURES * 32, 32)
            if any(data[at:at + 32])] == sums
    assert ask(memory, "verify", key, message.hex(), right) == 1
    assert ask(memory, "verify", key, message.hex(), wrong) == 0


def test_without_a_memory_everything_is_computed(tmp_path):
    assert ask(tmp_path / "none", "power", BASE, EXPONENT, MODULUS, False) \
        == pow(BASE, EXPONENT, MODULUS)


def test_a_program_that_loads_the_library_late_is_no_exception(memory):
    private = Ed25519PrivateKey.generate()
    key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    done = subprocess.run(
        ["/usr/bin/python3", "-c",
         "import sys\n"
         "from cryptography.hazmat.primitives.asymmetric import ed25519\n"
         "key, signature = map(bytes.fromhex, sys.argv[1:])\n"
         "ed25519.Ed25519PublicKey.from_public_bytes(key).verify(\n"
         "    signature, b'')\n", key.hex(), private.sign(b"").hex()],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "CHIBO_REMEMBERED": str(memory),
             "LD_PRELOAD": str(LIBRARY),
             "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"})
    assert done.returncode == 0, done.stderr
