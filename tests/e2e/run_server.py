#!/usr/bin/python3
"""A server with a sample cell, to try by hand.

    run_server.py [DIRECTORY]

Starts chibod in the foreground of this terminal, with its data in DIRECTORY
(build/run), and prints one command for each sample member that enrols a device
and joins a meeting: paste them into other terminals. Ctrl-C ends it; started
again it goes on with the same data.
"""
import os
import pathlib
import shlex
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import chibo_process as play  # noqa: E402

CELL = "Chi bộ Mẫu"
SITE = "Hội trường khu phố Mẫu"
ROLES = {"m1": "chair (chủ trì)", "m2": "deputy (phó chủ trì)",
         "m3": "minute-taker (thư ký)", "m5": "probationary (dự bị)",
         "s1": "the hall of m6 and m7 (điểm cầu)"}


def fill(server):
    """The sample cell and its meeting, if they are not there yet."""
    if server.control("member", "list"):
        return
    server.control("unit", "add", "cell", CELL)
    server.control("member", "import",
                   ROOT / "tests/e2e/sample/members.csv")
    server.control("site", "add", SITE, "--keeper", "m4")
    server.control(
        "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ (mẫu)",
        "--at", "2026-11-25 19:30", "--place", SITE, "--chair", "m1",
        "--deputy", "m2", "--minute-taker", "m3", "--item",
        "Đánh giá kết quả thực hiện nhiệm vụ tháng trước", "--item",
        "Phương hướng, nhiệm vụ tháng tới")


def commands(server, directory):
    """Lines to paste: who has no device yet enrols first."""
    for old in server.control("invitation", "list"):
        server.control("invitation", "withdraw", old["invitation"])
    members = {m["member"]: m["name"] for m in server.control("member", "list")}
    members["s1"] = SITE
    chibo = os.path.relpath(play.BUILD / "bin/chibo")
    lines = []
    for holder, name in members.items():
        profile = os.path.relpath(directory / holder)
        if os.sep not in profile:
            profile = "./" + profile
        join = f"{chibo} join --profile {shlex.quote(profile)}"
        if not (directory / holder / "keystore").exists():
            link = server.invite(holder)[holder]
            join = (f"{chibo} enroll {shlex.quote(link)} "
                    "--insecure-empty-passphrase "
                    f"--profile {shlex.quote(profile)} && {join}")
        role = ROLES.get(holder)
        lines.append(f"# {name}" + (f", {role}" if role else "") + f"\n{join}\n")
    return lines


def main():
    directory = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                             else ROOT / "build/run").resolve()
    try:
        # Ctrl-C is for this program, which ends the server in good order.
        server = play.Server(directory, "Đảng bộ Mẫu").start(
            start_new_session=True)
        fill(server)
        lines = commands(server, directory)
    except play.Failure as failure:
        print(f"run_server: {failure}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print(f"The server runs on 127.0.0.1, port {server.port}. Paste one "
              "command into each of several terminals\n(the chair then types "
              "/lobby, /open; /help shows more). Ctrl-C ends the server.\n")
        print("\n".join(lines), flush=True)
        return server.process.wait()
    except KeyboardInterrupt:
        return server.stop()
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
