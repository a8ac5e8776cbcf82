#!/usr/bin/python3
"""Holds every #include of ours against config/layers.txt. Exit 1 on a breach."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def read_law():
    law = {}
    for line in (ROOT / "config/layers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            folder, allowed = line.split(":", 1)
            law[folder] = allowed.split()
    return law


def allowed(include, folder, law):
    if include.startswith(folder + "/"):
        return True
    return any(include == entry or include.startswith(entry + "/")
               for entry in law[folder])


def main():
    law = read_law()
    breaches = 0
    for top in ("protocol", "server", "client"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            name = str(path.relative_to(ROOT))
            folder = str(path.parent.relative_to(ROOT))
            if folder not in law:
                print(f"{name}: no line for {folder} in config/layers.txt")
                breaches += 1
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                if found and not allowed(found[1], folder, law):
                    print(f"{name}:{number}: {folder} may not see {found[1]}")
                    breaches += 1
    print(f"layers: {breaches} breaches")
    return 1 if breaches else 0


sys.exit(main())
