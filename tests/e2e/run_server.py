#!/usr/bin/python3
"""A server with a sample cell, to try by hand.

    run_server.py [--vouched required] [DIRECTORY]

Starts chibod in the foreground of this terminal, with its data in DIRECTORY
(build/run), and prints one command for each sample member that enrols a device
and joins a meeting: paste them into other terminals. Ctrl-C ends it; started
again it goes on with the same data. Devices need not be vouched for here, so
that a meeting can be tried at once; with --vouched required it is as on a real
server, and a meeting is opened only by a device that is vouched for.
"""
import argparse
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


def is_register_held(server):
    """After a restore: nobody can be invited until the hold is over."""
    status, = server.control("status")
    return status["organisation"] in status["held"]


def commands(server, directory):
    """Lines to paste: who has no device yet enrols first."""
    if not is_register_held(server):
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
            if is_register_held(server):
                continue
            link = server.invite(holder)[holder]
            join = (f"{chibo} enroll {shlex.quote(link)} "
                    "--insecure-empty-passphrase "
                    f"--profile {shlex.quote(profile)} && {join}")
        role = ROLES.get(holder)
        lines.append(f"# {name}" + (f", {role}" if role else "") + f"\n{join}\n")
    return lines


def tell(server, lines):
    chiboctl = os.path.relpath(play.BUILD / "bin/chiboctl")
    config = shlex.quote(os.path.relpath(server.config))
    print(f"The server runs on 127.0.0.1, port {server.port}. Paste one "
          "command into each of several terminals\n(the chair then types "
          "/lobby, /open; /help shows more). Ctrl-C ends the server.\n")
    if server.vouched == "required":
        print("Devices have to be vouched for: before /open, chair and "
              "minute-taker compare each other's\n(/vouch m3 and /vouch m1).\n")
    else:
        print("Devices need not be vouched for here; to try it as on a real "
              "server:\nmake run VOUCHED=required, before the lobby is "
              "opened.\n")
    print(f"The administrator's commands: {chiboctl} … --config {config}\n")
    if is_register_held(server):
        print("The register is held after a restore: start the members' "
              "programs; if it stays held,\n"
              f"{chiboctl} accept-loss --yes --config {config}\n")
    print("\n".join(lines), flush=True)


def run(server, directory):
    # Ctrl-C is for this program, which ends the server in good order.
    try:
        server.start(start_new_session=True)
        fill(server)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        tell(server, commands(server, directory))
        return server.process.wait()
    except play.Failure as failure:
        print(f"run_server: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return server.stop()
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vouched", choices=("optional", "required"),
                        default="optional")
    parser.add_argument("directory", nargs="?", type=pathlib.Path,
                        default=ROOT / "build/run")
    given = parser.parse_args()
    directory = given.directory.resolve()
    try:
        server = play.Server(directory, "Đảng bộ Mẫu", vouched=given.vouched)
    except play.Failure as failure:
        print(f"run_server: {failure}", file=sys.stderr)
        return 1
    return run(server, directory)


if __name__ == "__main__":
    sys.exit(main())
