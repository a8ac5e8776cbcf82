"""What every test of processes has: passphrases that cost nothing, and sums that
are computed once (support/cheap_scrypt, support/remembered_sums)."""
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
import chibo_process  # noqa: E402

TESTS = chibo_process.BUILD / "tests"
REMEMBERING = TESTS / "remembered_sums.so"
chibo_process.preloaded += [TESTS / "cheap_scrypt.so", REMEMBERING]

# Of this run alone; where there is a disk in memory, there.
SHARED = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
remembered = tempfile.NamedTemporaryFile(prefix="chibo-remembered-", dir=SHARED)
remembered.truncate(1 << 23)
os.environ["CHIBO_REMEMBERED"] = remembered.name
# For what is run without chibo_process.environment(), too.
os.environ["LD_PRELOAD"] = str(REMEMBERING)
os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [
    os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
