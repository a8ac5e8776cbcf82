"""The folder of a device's profile, and chibo run upon it; anchors and chains made
by code that shares nothing with chibo."""
import hashlib
import pathlib
import shutil
import subprocess

import chibo_process as play

CHIBO = str(play.BUILD / "bin/chibo")
PASSPHRASE = "mật khẩu của Mẫu 01"


# --- anchors by other code --------------------------------------------------------


def chain(events):
    """The heads of these events, each the exact bytes of one."""
    heads, head = [], bytes(32)
    for seq, event in enumerate(events):
        leaf = hashlib.sha256(b"chibo-v1:leaf\0" + event).digest()
        head = hashlib.sha256(b"chibo-v1:link\0" + head +
                              seq.to_bytes(8, "big") + leaf).digest()
        heads.append(head.hex())
    return heads


def summed(lines):
    text = "".join(line + "\n" for line in lines).encode()
    return text + b"sum " + hashlib.sha256(text).hexdigest().encode() + b"\n"


def anchors_of(organisation, *logs):
    """Each log is its id and the lines below."""
    lines = ["chibo-anchors 1", "organisation " + organisation]
    for log, *below in sorted(logs):
        lines += ["log " + log, *below]
    return summed(lines)


def lines_of(path):
    """An anchors file's lines, whose sum has to be right."""
    text = pathlib.Path(path).read_bytes()
    lines = text.decode().splitlines()
    assert summed(lines[:-1]) == text
    return lines[:-1]


def head(letter):
    return letter * 64


def put(path, data, mode=0o600):
    path.write_bytes(data)
    path.chmod(mode)


# --- the scene --------------------------------------------------------------------


class Profile:
    """A folder with a device's files, and chibo run upon it."""

    def __init__(self, folder, passphrase_file):
        self.folder = pathlib.Path(folder)
        self.passphrase_file = passphrase_file

    def __getattr__(self, name):
        if name in ("keystore", "journal", "anchors"):
            return self.folder / name
        raise AttributeError(name)

    def chibo(self, *words, language="en", passphrase_file=None, typed="",
              **more):
        command = [CHIBO, *words, "--profile", self.folder, "--language",
                   language, "--passphrase-file",
                   passphrase_file or self.passphrase_file]
        return subprocess.run([str(word) for word in command], text=True,
                              capture_output=True, input=typed,
                              timeout=play.PATIENCE_S,
                              env=play.environment(**more))

    def copy(self, folder):
        shutil.copytree(self.folder, folder)
        return Profile(folder, self.passphrase_file)

    def older(self):
        return self.folder / "anchors.old"


class World:
    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server").start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        members = directory / "members.csv"
        members.write_text("name,category,office,party_group\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,"
            f"{'cell_leader' if n == 1 else 'none'},\n"
            for n in range(1, 61)), encoding="utf-8")
        self.server.control("member", "import", members)
        self.passphrase_file = directory / "passphrase"
        self.passphrase_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self.holders = iter(f"m{n}" for n in range(2, 61))
        self.profile = self.new_profile("m1")
        done = self.enroll(self.profile, self.link("m1"))
        assert done.returncode == 0, done.stderr
        self.organisation = lines_of(self.profile.anchors)[1].split()[1]

    def new_profile(self, name):
        return Profile(self.directory / name, self.passphrase_file)

    def link(self, holder):
        return self.server.invite(holder)[holder]

    def enroll(self, profile, link, **more):
        return profile.chibo("enroll", link, "--label", "Máy mẫu", **more)

    def device_count(self, holder):
        return len([d for d in self.server.control("device", "list", holder)
                    if d.get("holder", holder) == holder])


def both_languages(profile, *words, code, english, vietnamese, **more):
    """Runs a command in both; each has its words on one of the outputs."""
    for language, expected in (("en", english), ("vi", vietnamese)):
        done = profile.chibo(*words, language=language, **more)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        for sentence in expected:
            assert sentence in said, said
    return done


def whoami_works(profile):
    done = profile.chibo("whoami")
    return done.returncode == 0 and "Device code:" in done.stdout


def filled(world, profile):
    """Anchors of two saves: the older says 7, the newer 9."""
    for path, seq in ((profile.older(), 7), (profile.anchors, 9)):
        put(path, anchors_of(world.organisation,
                             ("hop.1", f"last {seq} {head('a')}")))
