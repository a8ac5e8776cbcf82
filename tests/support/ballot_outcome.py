"""Whether the archive of a ballot is what everybody's verifier accepts."""
import json
import pathlib
import shutil
import subprocess
import tempfile

from chibo_process import BUILD, Failure

VERIFIER = BUILD / "bin/chibo-verify"
OTHER = "belenios-tool"
TIMEOUT_S = 120


def ours(path):
    """What chibo-verify says of an archive; Failure if it is not content."""
    done = subprocess.run([VERIFIER, path, "--json"], capture_output=True,
                          text=True, timeout=TIMEOUT_S,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0 or done.stderr:
        raise Failure(f"chibo-verify {path}: exit code {done.returncode}\n"
                      f"{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def theirs(path):
    """Has belenios-tool verify it; the counts in the result that it accepted.
    Any word of it that is not of success is a Failure."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, f"{folder}/{uuid_of(path)}.bel")
        done = subprocess.run([OTHER, "election", "verify", "--dir", folder],
                              capture_output=True, text=True,
                              timeout=TIMEOUT_S, stdin=subprocess.DEVNULL)
    said = [line for line in (done.stdout + done.stderr).splitlines()
            if not line.startswith("I: using directory")]
    if (done.returncode, said) != (0, ["I: all checks passed"]):
        raise Failure(f"{OTHER} {path}: exit code {done.returncode}: {said}")
    return result_of(path)


def records_of(path):
    """The contents of an archive, in its order."""
    data, at, found = pathlib.Path(path).read_bytes(), 0, []
    while at < len(data):
        size = int(data[at + 124:at + 135], 8)
        found.append(data[at + 512:at + 512 + size])
        at += 512 + -(-size // 512) * 512
    return found


def uuid_of(path):
    """By which belenios-tool knows an archive from its name."""
    return next(json.loads(r)["uuid"] for r in records_of(path)
                if r.startswith(b'{"version":1,"description"'))


def ballots_of(path):
    return [r for r in records_of(path) if r.startswith(b'{"election_uuid"')]


def result_of(path):
    """The counts of the record Result, read from the archive's bytes."""
    results = [json.loads(r)["result"] for r in records_of(path)
               if r.startswith(b'{"result":')]
    if len(results) != 1:
        raise Failure(f"{len(results)} results in {path}")
    return [number for row in results[0] for number in row]


def check_archive(path, counts, head=None):
    """Both verifiers accept the archive, and find these counts in it."""
    said = ours(path)
    found = [n for q in said["questions"] for n in q["counts"]]
    if (said["verdict"], found) != ("complete", counts) or \
            head not in (None, said["head"]):
        raise Failure(f"chibo-verify: {said}; wanted {counts}, head {head}")
    if theirs(path) != counts:
        raise Failure(f"{OTHER} accepted {theirs(path)}, wanted {counts}")
