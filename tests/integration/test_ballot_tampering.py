"""chibo-verify over every archive of support/ballot_mutations: each is refused,
for its own reason and at its own event, as an election of ours and, where that
must be the same, as one of others; and a build of it with one check left out is
found out."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import fast_power  # noqa: E402
from ballot_mutations import MUTATIONS, Scene  # noqa: E402

fast_power.use()  # to make them, not to judge

BUILD = TESTS.parent / os.environ.get("CHIBO_BUILD", "build/release")
VERIFY = BUILD / "bin/chibo-verify"
UNCHECKED = BUILD / "tests/chibo-verify_unchecked"
COMPLETE, INVALID = 0, 1

# Each check that can be left out (support/planted/ballot_faults.c), and the
# reasons of those mutations that only it finds.
CHECKS = {
    "ballot_branches_check": {"individual_proof", "overall_proof",
                              "blank_proof"},
    "ballot_raised_check_member": {"not_in_group"},
    "ballot_group_check_member": {"not_in_group"},
    "ballot_proof_check": {"ballot_signature", "key_proof",
                           "certificate_signature", "coefficients_signature"},
    "ballot_list_check": {"identity", "not_in_group"},
    "ballot_election_check_owner": {"committee_signature"},
    "ballot_pedersen_check": {"certificate_context", "verification_key"},
    "ballot_certificate_check": {"certificate_context",
                                 "certificate_signature"},
    "ballot_certificates_check_distinct": {"same_key"},
    "ballot_coefficients_check": {"coefficients", "coefficients_signature"},
    "ballot_coefficients_check_certs": {"certs_signature"},
    "ballot_trustee_key_check": {"key_proof"},
    "ballot_trustee_key_check_signature": {"key_signature"},
    "ballot_vote_check": {"individual_proof", "overall_proof", "blank_proof",
                          "ballot_hash", "ballot_signature"},
    "ballot_tally_check": {"tally"},
    "ballot_tally_size_check": {"tally_numbers", "tally_reference"},
    "ballot_decryption_check": {"decryption_proof", "strong_proof"},
    "ballot_result_check": {"result_numbers"},
}


class Files:
    """The archives on disk, each made once."""

    def __init__(self, folder):
        self.folder = folder
        self.scene = Scene()
        self.good = self.write("good", self.scene.file)
        self.paths = {}

    def write(self, name, data):
        path = self.folder / f"{name}.bel"
        path.write_bytes(data)
        return path

    def __getitem__(self, mutation):
        if mutation not in self.paths:
            self.paths[mutation] = self.write(mutation.name,
                                              mutation.make(self.scene))
        return self.paths[mutation]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return Files(tmp_path_factory.mktemp("mutations"))


def told(path, *arguments, program=VERIFY, unchecked=""):
    done = subprocess.run(
        [program, path, "--json", *arguments], capture_output=True, timeout=60,
        stdin=subprocess.DEVNULL,
        env=dict(os.environ, CHIBO_UNCHECKED=unchecked))
    assert done.stderr == b"", done.stderr
    return done.returncode, json.loads(done.stdout)


def misfit(path, mutation, *arguments, **how):
    """What differs from the expectation, or None."""
    code, said = told(path, *arguments, **how)
    found = (said["fault"], said["event"], said["kind"] or None)
    if (code, said["valid"], found) == (INVALID, False, mutation.expected):
        return None
    return f"{mutation.name} {arguments}: {code} {found} instead of " \
        f"{mutation.expected}"


def misfits(files, mutations, *arguments, **how):
    """Archives are made here while programs read others."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(misfit, files[m], m, *arguments, **how)
                for m in mutations]
        return [job.result() for job in jobs if job.result()]


def test_the_election_itself_is_valid_and_complete(files):
    for arguments in ((), ("--belenios",)):
        code, said = told(files.good, *arguments)
        assert (code, said["verdict"], said["fault"]) == (
            COMPLETE, "complete", "")
        assert [q["counts"] for q in said["questions"]] == \
            files.scene.good.expected()


def test_whatever_is_changed_is_found_for_its_own_reason(files):
    assert not (found := misfits(files, MUTATIONS)), "\n".join(found)


def test_what_is_wrong_in_any_election_is_found_in_those_of_others(files):
    """The first of each reason and event: the rest is the same code."""
    firsts = {m.expected: m for m in reversed(MUTATIONS) if m.lenient == "same"}
    assert len(firsts) > 80
    assert not (found := misfits(files, firsts.values(), "--belenios")), \
        "\n".join(found)


@pytest.mark.parametrize("check", CHECKS)
def test_a_verifier_without_one_check_is_found_out(files, check):
    """For each of the reasons that it has."""
    for reason in CHECKS[check]:
        of_this = [m for m in MUTATIONS if m.fault == reason]
        assert any(misfit(files[m], m, program=UNCHECKED, unchecked=check)
                   for m in of_this), reason


def test_the_planted_verifier_has_all_checks_until_one_is_left_out(files):
    code, said = told(files.good, program=UNCHECKED)
    assert (code, said["verdict"]) == (COMPLETE, "complete")
    for name in ("a_vote_put_into_the_tally", "ballot_by_the_identity"):
        mutation = next(m for m in MUTATIONS if m.name == name)
        assert not misfit(files[mutation], mutation, program=UNCHECKED)
