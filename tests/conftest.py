"""What every test of processes has: passphrases that cost nothing."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
import chibo_process  # noqa: E402

chibo_process.preloaded.append(chibo_process.BUILD / "tests/cheap_scrypt.so")
