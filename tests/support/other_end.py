"""What a process that the test has started asks the system of one of its
sockets: the other end of a connection of ours."""
import contextlib
import ctypes
import errno
import os
import socket

PIDFD_OPEN, PIDFD_GETFD = 434, 438
TCP_NOTSENT_LOWAT = 25


@contextlib.contextmanager
def borrowed(process, ours):
    """The end in `process`, a Popen, of a connection whose other end is the
    socket `ours`: it is borrowed, which a parent may."""
    libc = ctypes.CDLL(None, use_errno=True)
    port = ours.getsockname()[1]
    opened = libc.syscall(PIDFD_OPEN, process.pid, 0)
    assert opened >= 0, os.strerror(ctypes.get_errno())
    try:
        for number in map(int, os.listdir(f"/proc/{process.pid}/fd")):
            copy = libc.syscall(PIDFD_GETFD, opened, number, 0)
            if copy < 0 and ctypes.get_errno() == errno.EBADF:
                continue  # it was closed meanwhile
            assert copy >= 0, os.strerror(ctypes.get_errno())
            if "socket:" not in os.readlink(f"/proc/self/fd/{copy}"):
                os.close(copy)
                continue
            with socket.socket(fileno=copy) as theirs:
                if is_other_end(theirs, port):
                    yield theirs
                    return
    finally:
        os.close(opened)
    raise AssertionError("the process has no such connection")


def options_of(process, ours):
    """(TCP_USER_TIMEOUT, TCP_NOTSENT_LOWAT) of that end."""
    with borrowed(process, ours) as theirs:
        return (theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
                theirs.getsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT))


def is_other_end(theirs, port):
    if theirs.family not in (socket.AF_INET, socket.AF_INET6):
        return False  # the administrator's
    try:
        return theirs.getpeername()[1] == port
    except OSError:
        return False
