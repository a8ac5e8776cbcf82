"""The file of a record, read, changed and written again by code that shares
nothing with ours: docs/record.md a second time. `reseal` is what a dishonest
server can do: everything anew, with its own key."""
import hashlib
import io
import json
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
import record_forms as forms  # noqa: E402

MANIFEST, SIGNATURES = "manifest.json", "signatures.json"
REDACTION = "redaction.json"
EVENTS, OPENINGS = "log/events.jsonl", "log/openings.jsonl"
REGISTER = "register/events.jsonl"
REGISTER_OPENINGS = "register/openings.jsonl"
OUTSIDE = {MANIFEST, SIGNATURES, REDACTION, OPENINGS, REGISTER_OPENINGS}


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def lines_of(data):
    return data.split(b"\n")[:-1]


def join(lines):
    return b"".join(line + b"\n" for line in lines)


def heads_of(events):
    heads = []
    for seq, raw in enumerate(events):
        heads.append(forms.link(heads[-1] if heads else None, seq,
                                forms.leaf(raw)))
    return heads


class RecordFile:
    def __init__(self, data):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            self.files = {name: packed.read(name)
                          for name in packed.namelist()}

    def copy(self):
        other = RecordFile.__new__(RecordFile)
        other.files = dict(self.files)
        return other

    def bytes(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
            for name in sorted(self.files, key=str.encode):
                about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                about.create_system = 3
                about.external_attr = 0o100644 << 16
                packed.writestr(about, self.files[name])
        return out.getvalue()

    # -- parts --

    def json(self, name):
        return json.loads(self.files[name])

    def put(self, name, value):
        self.files[name] = dump(value)

    def events(self):
        return lines_of(self.files[EVENTS])

    def openings(self):
        return lines_of(self.files[OPENINGS])

    def put_events(self, events):
        self.files[EVENTS] = join(events)

    def put_openings(self, openings):
        self.files[OPENINGS] = join(openings)

    def opening(self, where):
        """(place, opening) of the first one."""
        return next((i, o) for i, o in enumerate(map(json.loads,
                                                     self.openings()))
                    if where(o))

    # -- what only a server can do --

    def sign(self, seed, role="server", scope=None):
        manifest = self.json(MANIFEST)
        key = forms.public_key(seed)
        statement = forms.statement(
            "manifest", key, scope or manifest["meeting"],
            [role.encode(), forms.sha256(self.files[MANIFEST]),
             forms.number(manifest["seq"]), bytes.fromhex(manifest["head"])])
        return {"role": role, "key": key.hex(),
                "sig": forms.private_key(seed).sign(statement).hex()}

    def reseal(self, seed, **changes):
        """Manifest and signature over the files as they are now."""
        manifest = self.json(MANIFEST)
        hideable = {row["path"] for row in manifest["hideable"]}
        events = self.events()
        opened = [line for line in self.openings()
                  if not line.startswith(b'{"file":')]
        manifest.update(seq=len(events) - 1, head=heads_of(events)[-1].hex(),
                        files=[], hideable=[])
        for path in sorted(self.files, key=str.encode):
            value = hashlib.sha256(self.files[path]).hexdigest()
            if path in OUTSIDE:
                continue
            if path not in hideable:
                manifest["files"].append({"path": path,
                                          "size": len(self.files[path]),
                                          "sha256": value})
                continue
            salt = forms.sha256(path.encode())
            manifest["hideable"].append({"path": path, "c": forms.commitment(
                manifest["meeting"], "file:" + path, salt, value).hex()})
            opened.append(dump({"file": path, "salt": salt.hex(),
                                "value": value}))
        self.put_openings(opened)
        manifest.update(changes)
        self.put(MANIFEST, manifest)
        self.put(SIGNATURES, {"signatures": [self.sign(seed)]})
        return self

    def sign_redaction(self, seed, redaction):
        """redaction.json over this manifest."""
        manifest = self.json(MANIFEST)
        key = forms.public_key(seed)
        content = {name: redaction[name]
                   for name in ("v", "level", "openings", "files")}
        statement = forms.statement(
            "act", key, manifest["meeting"],
            [b"server", b"redact", forms.number(0),
             hashlib.sha256(self.files[MANIFEST]).hexdigest().encode(),
             hashlib.sha256(dump(content)).hexdigest().encode(),
             forms.number(manifest["seq"]), bytes.fromhex(manifest["head"])])
        self.put(REDACTION, dict(content, key=key.hex(), sig=forms.private_key(
            seed).sign(statement).hex()))
        return self
