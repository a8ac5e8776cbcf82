#!/usr/bin/python3
"""Undo what no fsync has covered: apply.py DIR LOG

DIR and LOG are what UNDO_FS_DIR and UNDO_FS_LOG were for the processes that
have been killed. Every file under DIR gets back the bytes and the size that
its last completed fsync left, SQLite's shared memory (-shm) is removed, and
LOG is removed too. Prints one line: how many writes of how many files.
"""
import os
import struct
import sys

HEADER = struct.Struct("<IIIIQQ")
MAGIC = 0x6F646E75
BEFORE, SYNCED, UNLINKED, RENAMED, MAPPED = range(1, 6)


class UndoError(Exception):
    pass


def records(log):
    """(position, kind, path, offset, file_size, data) in order. A record cut
    short at the end belongs to a write that has not happened."""
    position = 0
    while position + HEADER.size <= len(log):
        magic, kind, path_size, data_size, offset, file_size = (
            HEADER.unpack_from(log, position))
        if magic != MAGIC:
            raise UndoError(f"no record at {position} of the undo log")
        start = position + HEADER.size
        end = start + path_size + data_size
        if end > len(log):
            return
        path = os.fsdecode(log[start:start + path_size])
        data = log[start + path_size:end]
        yield position, kind, path, offset, file_size, data
        position = end


def uncovered(log):
    """path -> the records that are still to be undone, oldest first."""
    open_records = {}
    for position, kind, path, offset, file_size, data in records(log):
        if kind == BEFORE:
            open_records.setdefault(path, []).append(
                (position, offset, file_size, data))
        elif kind == SYNCED:
            open_records[path] = [
                record for record in open_records.get(path, [])
                if record[0] >= offset]
        elif kind == UNLINKED:
            open_records.pop(path, None)
        elif kind == RENAMED:
            open_records[os.fsdecode(data)] = open_records.pop(path, [])
        elif kind == MAPPED:
            raise UndoError(f"{path} was written through memory")
        else:
            raise UndoError(f"unknown record {kind} at {position}")
    return {path: found for path, found in open_records.items() if found}


def restore(path, undone):
    fd = os.open(path, os.O_WRONLY)
    try:
        for _, offset, file_size, data in reversed(undone):
            os.ftruncate(fd, file_size)
            if data and os.pwrite(fd, data, offset) != len(data):
                raise UndoError(f"cannot write {path}")
    finally:
        os.close(fd)


def apply(folder, log_path):
    """Returns (writes, files) that were undone."""
    try:
        with open(log_path, "rb") as file:
            log = file.read()
    except FileNotFoundError:
        log = b""
    todo = uncovered(log)
    for path, undone in todo.items():
        restore(path, undone)
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith("-shm"):
                os.unlink(os.path.join(parent, name))
    if os.path.exists(log_path):
        os.unlink(log_path)
    return sum(len(undone) for undone in todo.values()), len(todo)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        writes, files = apply(sys.argv[1], sys.argv[2])
    except (UndoError, OSError) as error:
        sys.exit(f"apply.py: {error}")
    print(f"undone: {writes} writes of {files} files")


if __name__ == "__main__":
    main()
