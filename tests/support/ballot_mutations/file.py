"""The file: headers, names, padding, what is left out or put in."""
from . import base
from .base import FIRST, PUBLISHED, archive, made, mutation, pack, register

END = PUBLISHED + 1  # the event that does not come any more
HEADER = archive.BLOCK


def _first(text):
    def make(scene):
        return pack([("BELENIOS", text)] + scene.entries()[1:])
    return make


TIME = str(made.TIME).encode()
for _name, _text in (
        ("of_another_version", b'{"version":2,"timestamp":"%s"}' % TIME),
        ("of_another_time", b'{"version":1,"timestamp":"%d"}' % (made.TIME + 1)),
        ("time_as_a_number", b'{"version":1,"timestamp":%s}' % TIME),
        ("time_with_a_zero_before", b'{"version":1,"timestamp":"0%s"}' % TIME),
        ("with_another_field", b'{"version":1,"timestamp":"%s","a":1}' % TIME),
        ("in_another_order", b'{"timestamp":"%s","version":1}' % TIME),
        ("with_a_space", b'{"version":1, "timestamp":"%s"}' % TIME)):
    register(f"first_record_{_name}", _first(_text), "archive_header", 0, None)


def _patched(at, data, resum=True):
    """Bytes of the header of the first ballot's event."""
    def make(scene):
        file = bytearray()
        for name, content in scene.entries():
            entry = bytearray(archive.tar_entry(name, content, made.TIME))
            if name.endswith("event.json") and b'"height":1,' in content:
                entry[at:at + len(data)] = data
                if resum:
                    entry[148:156] = b" " * 8
                    entry[148:156] = b"%06o\0 " % sum(entry[:HEADER])
            file += entry
        return bytes(file)
    return make


for _name, _at, _data, _resum in (
        ("another_mode", 100, b"0000600", True),
        ("a_user", 108, b"0001750", True),
        ("a_group", 116, b"0001750", True),
        ("a_magic", 257, b"ustar\x0000", True),
        ("a_user_name", 265, b"root", True),
        ("a_type_of_nothing", 156, b"\0", True),
        ("a_type_of_a_link", 156, b"2", True),
        ("another_time", 136, b"15300015123", True),
        ("a_time_with_spaces", 135, b" ", True),
        ("a_name_behind_the_name", 90, b"../x", True),
        ("a_long_size", 124, b"\x80\0\0\0\0\0\0\0\0\0\0\xb5", True),
        ("a_sum_that_is_wrong", 148, b"000000", False),
        ("a_sum_in_another_form", 154, b" \0", False),
        ("a_byte_at_the_end", 511, b"x", True)):
    register(f"tar_header_with_{_name}", _patched(_at, _data, _resum),
             "tar_header", FIRST, None)


@mutation("tar_padding", FIRST, None)
def padding_that_is_not_zero(scene):
    file = bytearray()
    for name, content in scene.entries():
        entry = bytearray(archive.tar_entry(name, content, made.TIME))
        if b'"height":1,' in content:
            entry[-1] = 1
        file += entry
    return bytes(file)


@mutation("end_blocks", END, None)
def blocks_that_end_a_tar(scene):
    return scene.file + bytes(2 * archive.BLOCK)


@mutation("end_blocks", FIRST, None)
def a_block_of_zeros_between(scene):
    return scene.chained(lambda h, e: e, scene.steps[:1]) + bytes(
        archive.BLOCK) + scene.file[len(archive.write(scene.steps[:1],
                                                      made.TIME)):]


@mutation("truncated", PUBLISHED, None)
def the_last_block_cut_off(scene):
    return scene.file[:-archive.BLOCK]


@mutation("truncated", PUBLISHED, None)
def the_last_byte_cut_off(scene):
    return scene.file[:-1]


@mutation("truncated", END, None)
def half_a_header_more(scene):
    return scene.file + archive.tar_header("x", 0, made.TIME)[:100]


def _named(rename):
    """The first ballot under another name."""
    def make(scene):
        ballot = scene.record(FIRST)
        return pack([(rename(n) if d == ballot else n, d)
                     for n, d in scene.entries()])
    return make


for _name, _rename in (
        ("the_hash_of_another", lambda n: "0" + n[1:] if n[0] != "0"
         else "1" + n[1:]),
        ("capitals", lambda n: n.upper().replace("DATA.JSON", "data.json")),
        ("another_suffix", lambda n: n.replace("data.json", "json")),
        ("nothing_before_the_suffix", lambda n: "data.json"),
        ("a_folder", lambda n: f"./{n}"),
        ("more_behind_it", lambda n: f"{n}.json")):
    register(f"record_named_with_{_name}", _named(_rename),
             "name_is_not_hash", FIRST, None)
register("record_named_as_an_event",
         _named(lambda n: n.replace(".data.", ".event.")), "wrong_field",
         FIRST, None)


@mutation("unreferenced_record", PUBLISHED, None)
def an_event_named_as_a_record(scene):
    entries = scene.entries()
    entries[-1] = (archive.data_name(entries[-1][1]), entries[-1][1])
    return pack(entries)


@mutation("unreferenced_record", END, None)
def a_record_behind_the_last_event(scene):
    return scene.file + archive.tar_entry(archive.data_name(b"{}"), b"{}",
                                          made.TIME)


def _before(event, *data):
    """More records before an event, which does not name them."""
    def make(scene):
        steps = scene.steps
        steps[event].data = [*data, *steps[event].data]
        return archive.write(steps, made.TIME)
    return make


register("a_record_that_no_event_names", _before(FIRST, b"{}"),
         "unreferenced_record", FIRST)
register("a_record_before_the_end_of_ballots", lambda scene: pack([
    entry for name, content in scene.entries() for entry in (
        [(archive.data_name(b"{}"), b"{}")] if b'"EndBallots"' in content
        else []) + [(name, content)]]), "unreferenced_record", base.ENDED)
register("a_great_many_records", _before(FIRST, *[b"%d" % i
                                                  for i in range(9)]),
         "unreferenced_record", FIRST, None)


@mutation("unreferenced_record", FIRST)
def a_record_twice(scene):
    steps = scene.steps
    steps[FIRST].data *= 2
    return archive.write(steps, made.TIME)


@mutation("event_payload", FIRST)
def a_record_that_is_not_there(scene):
    ballot = scene.record(FIRST)
    return pack([(n, d) for n, d in scene.entries() if d != ballot])


@mutation("event_payload", base.TALLIED)
def the_tally_that_is_not_there(scene):
    tally = scene.record(base.TALLIED)
    return pack([(n, d) for n, d in scene.entries() if d != tally])

