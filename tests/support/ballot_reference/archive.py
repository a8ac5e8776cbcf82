"""UUID.bel: an old tar that only grows, of records and of events that chain
them."""
from . import records
from .records import fields, hex_hash, integer, require

BLOCK = 512
SETUP, BALLOT, END = "Setup", "Ballot", "EndBallots"
TALLY, DECRYPTION, RESULT = "EncryptedTally", "PartialDecryption", "Result"
TYPES = [SETUP, BALLOT, END, TALLY, DECRYPTION, RESULT]
# Records that come before an event of this type; the last is its payload.
RECORD_COUNT = {SETUP: 4, BALLOT: 1, END: 0, TALLY: 2, DECRYPTION: 2, RESULT: 1}


# -- writing --

def tar_header(name, size, time):
    block = bytearray(BLOCK)
    for at, text in ((0, name), (100, "0000644"), (108, "0000000"),
                     (116, "0000000"), (124, f"{size:011o}"),
                     (136, f"{time:011o}"), (148, " " * 8), (156, "0")):
        block[at:at + len(text)] = text.encode()
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def tar_entry(name, data, time):
    return tar_header(name, len(data), time) + data + bytes(-len(data) % BLOCK)


def write_header(time):
    return records.write({"version": 1, "timestamp": str(time)})


def event_name(data):
    return f"{hex_hash(data)}.event.json"


def data_name(data):
    return f"{hex_hash(data)}.data.json"


class Step:
    """An event with the records before it."""

    def __init__(self, kind, *data):
        self.kind = kind
        self.data = list(data)

    def copy(self):
        return Step(self.kind, *self.data)


def event_of(step, parent, height):
    event = {} if parent is None else {"parent": parent}
    event |= {"height": height, "type": step.kind}
    if step.data:
        event["payload"] = hex_hash(step.data[-1])
    return event


def entries_of(steps, time):
    """[(name, data)] of a whole archive."""
    header = write_header(time)
    entries = [("BELENIOS", header)]
    parent = None
    for height, step in enumerate(steps):
        entries += [(data_name(d), d) for d in step.data]
        event = records.write(event_of(step, parent, height))
        entries.append((event_name(event), event))
        parent = hex_hash(event)
    return entries


def write(steps, time):
    return b"".join(tar_entry(n, d, time) for n, d in entries_of(steps, time))


# -- reading --

class Entry:
    def __init__(self, name, data, header, padding):
        self.name = name
        self.data = data
        self.header = header
        self.padding = padding


def entries(data):
    """The entries of a file, one after the other; only what must be known to
    find the next one is checked."""
    at = 0
    while at < len(data):
        header = data[at:at + BLOCK]
        require(any(header) or len(header) < BLOCK, "end_blocks")
        require(len(header) == BLOCK, "truncated")
        digits = header[124:135]
        require(all(c in b"01234567" for c in digits) and header[135] == 0,
                "tar_header", "size")
        size = int(digits, 8)
        end = at + BLOCK + size
        at = end + -size % BLOCK
        require(at <= len(data), "truncated")
        yield Entry(header[:100].partition(b"\0")[0].decode("latin-1"),
                    data[end - size:end], header, data[end:at])


def check_entry(entry, time):
    require(entry.header == tar_header(entry.name, len(entry.data), time),
            "tar_header")
    require(not any(entry.padding), "tar_padding")


def read_first(entry):
    """The time of the archive, from its first entry."""
    require(entry.name == "BELENIOS", "archive_header", "name")
    digits = entry.header[136:147]
    require(all(c in b"01234567" for c in digits), "tar_header", "time")
    check_entry(entry, int(digits, 8))
    try:
        value = fields(records.read(entry.data), ["version", "timestamp"])
        require(integer(value["version"]) == 1, "archive_header", "version")
        time = records.number(value["timestamp"], 8**11)
    except records.Fault as fault:
        raise records.Fault("archive_header", fault.word) from None
    require(time == int(digits, 8), "archive_header", "time")
    return time


def read_event(data):
    value = records.read(data)
    fields(value, ["parent", "height", "type", "payload"],
           ["parent", "payload"])
    integer(value["height"], high=2**64)
    for name in ("parent", "payload"):
        if name in value:
            records.hash_text(value[name])
    records.string(value["type"])
    return value


def check_event(event, kind, data, height, parent):
    """Its place in the chain, and that it names the records before it."""
    require(event["height"] == height, "event_height")
    require(event.get("parent") == parent, "event_parent")
    count = RECORD_COUNT[kind]
    require(len(data) <= count, "unreferenced_record")
    require(len(data) == count, "event_payload", "too few records")
    payload = hex_hash(data[-1]) if data else None
    require(event.get("payload") == payload, "event_payload")
