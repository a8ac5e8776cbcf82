"""The file of a record, exported from a real server while it runs: what
chibo-verify says of it, of forms with less in it, and of each thing that can be
done to it by somebody who has no key, or who is the server."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import played_record  # noqa: E402
from server_process import BUILD  # noqa: E402

COMPLETE, INVALID, UNUSABLE, SO_FAR = 0, 1, 2, 3


def verify(*arguments):
    done = subprocess.run([BUILD / "bin/chibo-verify", *map(str, arguments),
                           "--json"], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


def chiboctl(server, *words, code=0):
    done = subprocess.run([BUILD / "bin/chiboctl", *map(str, words),
                           "--config", server.config, "--language", "en"],
                          capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr
