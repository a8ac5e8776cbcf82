"""A TCP relay on a port of its own, which can be cut, and led elsewhere.

It sees bytes of TLS only: what passes through is what was sent.
"""
import contextlib
import select
import socket
import threading


class Relay:
    def __init__(self, target):
        self.target = target  # a port; None: nobody is let through
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # closed
            with self.lock:
                target = self.target
            if target is None:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", target))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.pairs.append((near, far))
            threading.Thread(target=self._carry, args=(near, far),
                             daemon=True).start()

    @staticmethod
    def _carry(near, far):
        other = {near: far, far: near}
        with near, far, contextlib.suppress(OSError, ValueError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    data = one.recv(65536)
                    if not data:
                        return
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

    def close(self):
        self.cut()
        self.listener.close()
