"""The server that lies (tests/support/planted/chibod_lying.c), as a process."""
import json
import subprocess

from server_process import BUILD, ServerProcess, copy_data, planted


class LyingServer(ServerProcess):
    """Tells the truth until it is told not to; tests/support/lying/lies.h says
    what there is to be told. Who is to sign a head has the time to."""

    def __init__(self, directory, *, vouched="optional", checkpoint_ms=5000,
                 **options):
        super().__init__(directory, binary=planted("chibod_lying"),
                         vouched=vouched, checkpoint_ms=checkpoint_ms,
                         **options)
        self.options = {"vouched": vouched, "checkpoint_ms": checkpoint_ms}
        self.prompter = None

    def control(self, *words, binary=BUILD / "bin/chiboctl"):
        """Runs chiboctl."""
        done = subprocess.run([binary, *words, "--config",
                               self.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def prompt(self, op, **terms):
        if not self.prompter:
            self.prompter = self.admin()
        self.prompter.ask(op, **terms)

    def lie(self, log, to, **terms):
        """From now on the holders `to` are told this about the log."""
        self.prompt("lie", log=log, to=list(to), **terms)

    def truth(self):
        self.prompt("truth")

    def stop(self):
        if self.prompter:
            self.prompter.close()
            self.prompter = None
        super().stop()


def twin(server, directory, kind=LyingServer, **options):
    """A second server of the same organisation, with the same key, and the
    history of `server`, which is stopped, so far."""
    copy_data(server.data, directory / "data")
    return kind(directory, **server.options, **options)


def save_log(log, path):
    """A log as `chibo log -o` writes one: by a client that checks nothing."""
    path.write_bytes(b"".join(event + b"\n" for event in log.events))
    path.with_name(path.name + ".openings").write_text("".join(
        json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
        for message in log.opening_frames))
    return path
