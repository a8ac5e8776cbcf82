"""The file of the record of a meeting with a secret ballot: its archive and its
tally are in it, and cannot be kept from it."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
from exported_record import (INVALID, SO_FAR, carried,  # noqa: E402
                             chiboctl, verify)
from lying_ballot import ballot_under_lies  # noqa: E402
from record_file import RecordFile  # noqa: E402
from test_lying_ballot_count import (count_to_the_end,  # noqa: E402
                                     some_vote_on_paper)


@pytest.fixture(scope="module")
def balloted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("balloted")
    with ballot_under_lies(folder, with_teller=True) as ballot:
        some_vote_on_paper(ballot)
        count_to_the_end(ballot)
        path = folder / "record.chibo"
        server = ballot.hall.server
        chiboctl(server, "record", "export", ballot.log.id, "--out", path)
        yield (path, ballot.uuid, ballot.archive(), bytes.fromhex(
            (server.data / "identity.key").read_text().strip()))


def test_the_archive_of_a_ballot_is_in_the_record(balloted):
    path, uuid, archive, _ = balloted
    assert RecordFile(path.read_bytes()).files[f"ballots/{uuid}.bel"] == archive
    code, said, _ = verify(path)
    assert (code, said["failure"]) == (SO_FAR, None)
    assert said["ballots"] == [{"archive": uuid, "ballot": "b1",
                                "status": "equal", "fault": "",
                                "differs": ""}]


def test_the_tally_of_a_ballot_is_in_the_record(balloted):
    record = RecordFile(balloted[0].read_bytes())
    assert "documents/tally-b1.pdf" in record.files
    text = carried(record, "documents/tally-b1.docx")
    assert "KIỂM PHIẾU" in text and "Kết quả kiểm phiếu" in text


@pytest.mark.parametrize("keep, fault", [
    (0, "archive_missing"), (0.5, "archive"), (1, "archive_short")])
def test_no_ballot_can_be_kept_from_it(balloted, tmp_path, keep, fault):
    path, uuid, archive, seed = balloted
    record = RecordFile(path.read_bytes())
    name = f"ballots/{uuid}.bel"
    if keep == 0:
        record.files.pop(name)
    elif keep == 0.5:
        record.files[name] = archive[:len(archive) // 2]
    else:  # without its result: two records of the tar
        record.files[name] = archive[:without_the_end(archive)]
    changed = tmp_path / "changed.chibo"
    changed.write_bytes(record.reseal(seed).bytes())
    code, said, _ = verify(changed)
    assert (code, said["failure"]["fault"]) == (INVALID, fault)


def without_the_end(archive):
    """Where the data record of the last event begins."""
    places, at = [], 0
    while at < len(archive):
        places.append(at)
        size = int(archive[at + 124:at + 135], 8)
        at += 512 + (size + 511) // 512 * 512
    return places[-2]
