"""A connection to a server, without a thread of its own."""
import select
import socket
import time

import OpenSSL.SSL

from wire_errors import PATIENCE, Disconnected

EXPORTER = b"EXPORTER-Channel-Binding"


class TlsStream:
    """A TLS 1.3 connection that never blocks longer than asked to."""

    def __init__(self, port, patience=PATIENCE, receive_buffer=None,
                 ticket=None, address="127.0.0.1"):
        context = OpenSSL.SSL.Context(OpenSSL.SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(OpenSSL.SSL.TLS1_3_VERSION)
        self.socket = socket.socket()
        try:
            if receive_buffer:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                       receive_buffer)
            self.socket.settimeout(patience)
            self.socket.connect((address, port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
            self.tls = OpenSSL.SSL.Connection(context, self.socket)
            self.tls.set_connect_state()
            if ticket:
                self.tls.set_session(ticket)
            self._until(self.tls.do_handshake, patience)
        except (OSError, OpenSSL.SSL.Error):
            self.socket.close()
            raise Disconnected(None) from None
        self.exporter = self.tls.export_keying_material(EXPORTER, 32)

    def fileno(self):
        return self.socket.fileno()

    @property
    def ticket(self):
        """For another connection's handshake; None: the server gave none."""
        session = self.tls.get_session()
        has_ticket = OpenSSL.SSL._lib.SSL_SESSION_has_ticket(session._session)
        return session if has_ticket else None

    @property
    def is_resumed(self):
        return OpenSSL.SSL._lib.SSL_session_reused(self.tls._ssl) == 1

    def _until(self, act, patience):
        end = time.monotonic() + patience
        while True:
            try:
                return act()
            except OpenSSL.SSL.WantReadError:
                ready = [self.socket], []
            except OpenSSL.SSL.WantWriteError:
                ready = [], [self.socket]
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("the server takes nothing")
            select.select(*ready, [], left)

    def send(self, data, patience=PATIENCE):
        view = memoryview(data)
        while view:
            try:
                sent = self._until(lambda: self.tls.send(bytes(view[:16384])),
                                   patience)
            except (OSError, OpenSSL.SSL.Error):
                raise Disconnected(None) from None
            view = view[sent:]

    def receive(self):
        """What is there: bytes, b"" for nothing now, None for the end."""
        try:
            return self.tls.recv(65536)
        except (OpenSSL.SSL.WantReadError, OpenSSL.SSL.WantWriteError):
            return b""
        except (OSError, OpenSSL.SSL.Error):
            return None

    def close(self):
        self.socket.close()
