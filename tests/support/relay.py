"""A TCP relay on a port of its own, which can be cut, led elsewhere, and fall
silent as a line does.

It sees bytes of TLS only: what passes through is what was sent.
"""
import contextlib
import ctypes
import select
import socket
import struct
import threading

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
NO_PACKET = struct.pack("HBBI", 0x06, 0, 0, 0)  # BPF: ret #0


def drop_packets(one):
    """From now on the kernel throws away what comes for this socket, before
    TCP sees it: nothing is answered, nobody gets in."""
    program = ctypes.create_string_buffer(NO_PACKET)
    one.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                   struct.pack("HL", 1, ctypes.addressof(program)))


class Records:
    """Sizes of the TLS records of a stream of bytes."""

    def __init__(self):
        self.rest = b""

    def take(self, data):
        sizes = []
        self.rest += data
        while len(self.rest) >= 5:
            size = 5 + int.from_bytes(self.rest[3:5], "big")
            if len(self.rest) < size:
                break
            sizes.append(size)
            self.rest = self.rest[size:]
        return sizes


def take_packets(one):
    one.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


class Relay:
    def __init__(self, target, address="127.0.0.1", port=0):
        self.target = target  # a port; None: nobody is let through
        self.listener = socket.create_server((address, port))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs = []
        self.is_speaking = threading.Event()
        self.is_speaking.set()
        self.accepted = 0
        self.records = []  # sizes of what came from near, of all connections
        self.carried = []  # bytes, of each connection: [towards far, back]
        self.greeted = []  # bytes, of each: back, before near spoke again
        self.changed = threading.Condition(self.lock)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # closed
            with self.lock:
                target = self.target
            far = target and self._reach(target)
            if not far:
                near.close()
                continue
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                if self.target != target:  # led elsewhere meanwhile
                    near.close()
                    far.close()
                    continue
                self.pairs.append((near, far))
                self.carried.append([0, 0])
                self.greeted.append(0)
                number = self.accepted
                self.accepted += 1
                self.changed.notify_all()
            threading.Thread(target=self._carry, args=(near, far, number),
                             daemon=True).start()

    @staticmethod
    def _reach(target):
        """None: nobody listens there now."""
        try:
            return socket.create_connection(("127.0.0.1", target))
        except OSError:
            return None

    def _carry(self, near, far, number):
        other = {near: far, far: near}
        carried = self.carried[number]
        turns = 0  # of near
        records = Records()
        with near, far, contextlib.suppress(OSError, ValueError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    self.is_speaking.wait()
                    data = one.recv(65536)
                    if not data:
                        return
                    with self.changed:
                        carried[one is far] += len(data)
                        turns += one is near
                        if one is far and turns == 1:
                            self.greeted[number] += len(data)
                        if one is near:
                            self.records += records.take(data)
                            self.changed.notify_all()
                    other[one].sendall(data)

    def lead(self, target):
        """Cuts what there is; who comes from now on gets to `target`."""
        with self.lock:
            self.target = target
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.lead(None)

    def await_more_than(self, count, timeout_s):
        """More connections than this were let in; false after so long."""
        with self.changed:
            return self.changed.wait_for(lambda: self.accepted > count,
                                         timeout_s)

    def await_records(self, count, timeout_s):
        """So many records have come from near; false after so long."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.records) >= count,
                                         timeout_s)

    def passed(self):
        """Bytes, of each connection there ever was: towards far, and back."""
        with self.lock:
            return [list(sizes) for sizes in self.carried]

    def greetings(self):
        """Bytes, of each connection: a server's part of its handshake."""
        with self.lock:
            return list(self.greeted)

    def cut_one(self, number):
        """Cuts one of the connections there are."""
        with self.lock:
            near, far = self.pairs.pop(number)
        for one in (near, far):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _towards_us(self):
        with self.lock:
            return [self.listener, *(near for near, _ in self.pairs)]

    def fall_silent(self, answers=False):
        """Nothing passes any more, either way, and nobody is told. `answers`:
        this end of the line goes on to say that it got what was sent."""
        self.is_speaking.clear()
        for one in [] if answers else self._towards_us():
            with contextlib.suppress(OSError):  # closed meanwhile
                drop_packets(one)

    def speak_again(self):
        for one in self._towards_us():
            with contextlib.suppress(OSError):  # closed, or never silent
                take_packets(one)
        self.is_speaking.set()

    def close(self):
        self.is_speaking.set()
        self.cut()
        self.listener.close()
