"""The network face (server/net), with sessions that echo, from outside.

CHIBO_BUILD names the directory of the build.
"""
import hashlib
import http.client
import os
import pathlib
import re
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time

import OpenSSL.SSL
import pytest
from websockets.client import ClientConnection
from websockets.exceptions import InvalidHandshake
from websockets.frames import Opcode
from websockets.uri import parse_uri

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from client_frame import frame  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CHIBO_BUILD", ROOT / "build/release"))
ECHO = BUILD / "tests/integration/net_echo"
PATIENCE = 60  # seconds until a thing that should happen counts as not happening


class Server:
    """net_echo as a process of its own."""

    def __init__(self, directory, *settings, **environment):
        self.directory = directory
        config = directory / "chibod.conf"
        config.write_text(
            'listen_port = 0; data_directory = "."; log_level = "debug";\n'
            + "\n".join(settings)
        )
        self.log = open(directory / "log", "w+")
        self.process = subprocess.Popen(
            [ECHO, config], stdout=subprocess.PIPE, stderr=self.log, text=True,
            env=play.environment(**environment)
        )
        self.port = int(self.line("port "))

    def line(self, beginning):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        assert ready, f"no line {beginning!r}"
        line = self.process.stdout.readline()
        assert line.startswith(beginning), line + self.log_text()
        return line[len(beginning):].strip()

    def log_text(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        """Ends it with SIGTERM; all sessions ended, the loop is empty."""
        self.process.send_signal(signal.SIGTERM)
        self.finish()

    def finish(self):
        output, _ = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, output + self.log_text()
        closed, opened = re.search(r"sessions (\d+) of (\d+)", output).groups()
        assert closed == opened
        assert "uv_loop_close 0" in output

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


def serve(directory, **environment):
    running = Server(directory, **environment)
    yield running
    try:
        running.stop()
    finally:
        running.kill()


@pytest.fixture
def server(tmp_path):
    yield from serve(tmp_path)


@pytest.fixture(params=["", "no_tcp_info.so"])
def any_system(tmp_path, request):
    """A server whose system says how long a peer has been silent, and one whose
    system does not."""
    preloaded = {"LD_PRELOAD": str(BUILD / "tests" / request.param)} \
        if request.param else {}
    yield from serve(tmp_path, **preloaded)


def client_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connect_tls(port, context=None):
    plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
    return (context or client_context()).wrap_socket(plain)


class Peer:
    """One WebSocket client: a TLS socket under an independent protocol."""

    def __init__(self, port, subprotocols=("chibo.v1",), tls=None):
        self.tls = tls or connect_tls(port)
        self.protocol = ClientConnection(
            parse_uri(f"wss://localhost:{port}/"),
            subprotocols=list(subprotocols) or None,
            max_size=2**24,
        )
        self.protocol.send_request(self.protocol.connect())
        self.flush()
        self.events = []
        event = self.next()
        if self.protocol.handshake_exc:
            raise self.protocol.handshake_exc
        if event is None:
            raise EOFError("closed without an answer")
        assert event.status_code == 101

    def flush(self):
        for data in self.protocol.data_to_send():
            if data:
                self.tls.sendall(data)

    def next(self):
        """The next event, or None at the end of the stream."""
        while not self.events:
            try:
                data = self.tls.recv(65536)
            except (ConnectionError, ssl.SSLError, OpenSSL.SSL.Error):
                data = b""
            if not data:
                self.protocol.receive_eof()
                return None
            self.protocol.receive_data(data)
            self.events += self.protocol.events_received()
            try:
                self.flush()
            except (OSError, OpenSSL.SSL.Error):
                pass  # the answer to a close frame may come too late
        return self.events.pop(0)

    def raw(self, data):
        self.tls.sendall(data)

    def text(self, text):
        self.protocol.send_text(text.encode())
        self.flush()

    def answer(self, text):
        """A slow machine may have been silent for so long that it was pinged."""
        self.text(text)
        while (event := self.next()) and event.opcode is Opcode.PING:
            pass
        return event.data.decode()

    def close_code(self):
        """Reads until the server's close frame; None if there was none."""
        while event := self.next():
            if event.opcode is Opcode.CLOSE:
                return struct.unpack("!H", event.data[:2])[0]
        return None


TEXT, BINARY, CONTINUATION, PING = 1, 2, 0, 9


def get(port, path, method="GET", headers={}, timeout=PATIENCE):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, context=client_context(), timeout=timeout
    )
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def metric(port, name):
    return int(re.search(rf"^{name} (\d+)$", get(port, "/metrics")[1], re.M)[1])


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        select.select([], [], [], 0.02)


# --- messages ---------------------------------------------------------------


def test_text_and_bytes_come_back(server):
    peer = Peer(server.port)
    assert peer.answer("Đồng chí Mẫu 01 xin phát biểu") == "Đồng chí Mẫu 01 xin phát biểu"
    peer.protocol.send_binary(bytes(range(256)))
    peer.flush()
    event = peer.next()
    assert (event.opcode, event.data) == (Opcode.BINARY, bytes(range(256)))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 20000, 65535, 65536])
def test_a_message_of_any_allowed_size_is_one_message(server, size):
    peer = Peer(server.port)
    peer.protocol.send_binary(b"x" * size)
    peer.flush()
    assert peer.next().data == b"x" * size


def test_fragments_are_put_together_around_a_ping(server):
    peer = Peer(server.port)
    peer.raw(frame(TEXT, "Biểu ".encode()[:4], fin=False))
    peer.raw(frame(PING, b"song"))
    pong = peer.next()
    assert (pong.opcode, pong.data) == (Opcode.PONG, b"song")
    peer.raw(frame(CONTINUATION, "Biểu ".encode()[4:], fin=False))
    peer.raw(frame(CONTINUATION, "quyết".encode(), fin=False))
    peer.raw(frame(CONTINUATION, b""))
    assert peer.next().data.decode() == "Biểu quyết"


def test_many_frames_in_one_record_are_all_taken(server):
    peer = Peer(server.port)
    peer.raw(b"".join(frame(BINARY, bytes([i])) for i in range(128)))
    assert [peer.next().data for _ in range(128)] == [bytes([i]) for i in range(128)]


def test_a_large_write_of_the_server_arrives_whole(server):
    peer = Peer(server.port)
    peer.text("!zeros 4194304")
    assert peer.next().data == bytes(4194304)
    assert peer.answer("sau đó") == "sau đó"


def test_a_frame_may_come_byte_by_byte(server):
    peer = Peer(server.port)
    for byte in frame(TEXT, ("ạ" * 100).encode()):
        peer.raw(bytes([byte]))
    assert peer.next().data.decode() == "ạ" * 100
    for byte in frame(TEXT, b"x" * 200, mask=None)[:2]:
        peer.raw(bytes([byte]))
    assert peer.close_code() == 1002


def test_frames_sent_with_the_request_are_taken(server):
    tls = connect_tls(server.port)
    tls.sendall(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: chibo.v1\r\n\r\n" + frame(TEXT, "sớm".encode())
    )
    received = b""
    while not received.endswith("sớm".encode()):
        piece = tls.recv(4096)
        assert piece
        received += piece
    assert received.startswith(b"HTTP/1.1 101 ")


# --- what is refused --------------------------------------------------------


@pytest.mark.parametrize("subprotocols", [(), ("chat",), ("chibo.v2",), ("http",)])
def test_without_the_subprotocol_there_is_no_session(server, subprotocols):
    with pytest.raises((InvalidHandshake, EOFError)):
        Peer(server.port, subprotocols)
    assert metric(server.port, "echo_opened") == 0


def test_an_unmasked_frame_ends_with_1002(server):
    peer = Peer(server.port)
    assert peer.answer("trước") == "trước"
    peer.raw(frame(TEXT, b"khong che", mask=None))
    assert peer.close_code() == 1002


@pytest.mark.parametrize("opcode", [PING, 8])
def test_an_unmasked_control_frame_ends_with_1002(server, opcode):
    peer = Peer(server.port)
    peer.raw(frame(opcode, b"\x03\xe8", mask=None))
    assert peer.close_code() == 1002


def test_an_unmasked_frame_behind_masked_ones_in_one_record_is_seen(server):
    peer = Peer(server.port)
    peer.raw(frame(TEXT, b"a" * 200) + frame(BINARY, b"b", mask=None))
    assert peer.close_code() == 1002


def test_an_unmasked_frame_with_the_request_gets_no_session(server):
    tls = connect_tls(server.port)
    tls.sendall(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: chibo.v1\r\n\r\n" + frame(TEXT, b"hello", mask=None)
    )
    try:
        while tls.recv(4096):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    assert metric(server.port, "echo_opened") == 0


@pytest.mark.parametrize(
    "payload",
    [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "Đảng".encode()[:1], b"ok \x80"],
)
def test_text_that_is_not_utf8_ends_with_1007(server, payload):
    peer = Peer(server.port)
    peer.raw(frame(TEXT, payload))
    assert peer.close_code() == 1007


def test_bytes_need_not_be_utf8(server):
    peer = Peer(server.port)
    peer.raw(frame(BINARY, b"\xff\xc0"))
    assert peer.next().data == b"\xff\xc0"


@pytest.mark.parametrize("size", [65537, 1 << 20])
def test_a_message_too_large_ends_with_1009(server, size):
    peer = Peer(server.port)
    try:
        peer.raw(frame(TEXT, b"x" * size))
    except (ConnectionError, ssl.SSLError):
        pass
    assert peer.close_code() == 1009


def test_a_message_too_large_in_fragments_ends_with_1009(server):
    peer = Peer(server.port)
    peer.raw(frame(TEXT, b"x" * 40000, fin=False) + frame(CONTINUATION, b"x" * 40000))
    assert peer.close_code() == 1009


def test_a_promise_of_a_huge_message_ends_with_1009(server):
    peer = Peer(server.port)
    peer.raw(b"\x82\xff" + struct.pack("!Q", 1 << 62) + b"\1\2\3\4abcd")
    assert peer.close_code() == 1009


@pytest.mark.parametrize(
    "bad",
    [
        frame(3, b"opcode"),
        frame(11, b"opcode"),
        frame(TEXT, b"reserved", first=0xC1),
        frame(CONTINUATION, b"of nothing"),
        frame(PING, b"in pieces", fin=False),
        frame(PING, b"x" * 126),
    ],
)
def test_a_broken_frame_ends_the_connection_and_no_other(server, bad):
    other = Peer(server.port)
    peer = Peer(server.port)
    peer.raw(bad)
    peer.close_code()
    assert other.answer("còn đây") == "còn đây"


def test_tls_1_2_is_refused(server):
    context = client_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        connect_tls(server.port, context)
    assert connect_tls(server.port).version() == "TLSv1.3"


def test_plain_text_is_not_answered(server):
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        try:
            while piece := plain.recv(4096):
                answer += piece
        except ConnectionError:
            pass
    assert b"HTTP" not in answer


def test_only_http_1_1_is_spoken(server):
    context = client_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    assert connect_tls(server.port, context).selected_alpn_protocol() == "http/1.1"
    tls = connect_tls(server.port)
    tls.sendall(
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)
    )
    try:
        while tls.recv(4096):
            pass
    except (ConnectionError, ssl.SSLError):
        pass


def test_permessage_deflate_is_not_agreed_to(server):
    tls = connect_tls(server.port)
    tls.sendall(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chibo.v1\r\n\r\n"
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = tls.recv(4096)
        assert piece, answer
        answer += piece
    assert answer.startswith(b"HTTP/1.1 101 ") and b"xtensions" not in answer


@pytest.mark.parametrize("method", ["POST", "PUT", "CONNECT", "OPTIONS"])
def test_methods_other_than_get_end_the_connection(server, method):
    with pytest.raises((http.client.HTTPException, OSError)):
        get(server.port, "/healthz", method)


# --- ends -------------------------------------------------------------------


def test_the_session_can_close_with_its_own_code(server):
    peer = Peer(server.port)
    peer.text("!close 4003")
    assert peer.close_code() == 4003
    wait_for(lambda: metric(server.port, "echo_closed") == 1)


def test_a_close_of_the_client_is_answered(server):
    peer = Peer(server.port)
    peer.protocol.send_close(1000, "thôi")
    peer.flush()
    assert peer.close_code() == 1000
    wait_for(lambda: metric(server.port, "echo_closed") == 1)


def test_a_client_that_vanishes_ends_its_session(server):
    peer = Peer(server.port)
    assert peer.answer("một") == "một"
    peer.tls.close()
    wait_for(lambda: metric(server.port, "echo_closed") == 1)


def test_sigterm_tells_everybody_1001(tmp_path):
    server = Server(tmp_path)
    try:
        peers = []
        for _ in range(20):
            peers.append(Peer(server.port))
            for peer in peers:  # or it might be silent for too long
                assert peer.answer("còn đây") == "còn đây"
        server.process.send_signal(signal.SIGTERM)
        assert [peer.close_code() for peer in peers] == [1001] * 20
        server.finish()
    finally:
        server.kill()


def test_sigterm_ends_it_with_clients_that_do_not_answer(tmp_path):
    server = Server(tmp_path)
    try:
        peers = [Peer(server.port) for _ in range(5)]
        half_open = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
        wait_for(lambda: metric(server.port, "echo_opened") == 5)
        server.stop()
        assert len(peers) + len(half_open) == 10
    finally:
        server.kill()


# --- floods -----------------------------------------------------------------


def flood(peer, seconds):
    """4 kB frames, never reading, until the server lets go or time is over."""
    burst = frame(BINARY, b"\x55" * 4096) * 16
    peer.tls.settimeout(0.5)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            peer.tls.sendall(burst)
    except (OSError, ssl.SSLError):
        pass


@pytest.mark.parametrize("round_number", range(5))
def test_a_flood_that_reads_nothing_does_not_freeze_the_server(server, round_number):
    other = Peer(server.port)
    peer = Peer(server.port)
    flood(peer, 3)
    assert get(server.port, "/healthz") == (200, "ok\n")
    assert other.answer("vẫn sống") == "vẫn sống"


def test_bad_frames_behind_a_flood_do_not_freeze_the_server(server):
    for bad in (frame(3, b"x"), frame(TEXT, b"\xff"), frame(TEXT, b"x", mask=None)):
        peer = Peer(server.port)
        peer.tls.settimeout(0.5)
        try:
            peer.raw(frame(BINARY, b"\x55" * 60000) * 8 + bad * 20)
        except (OSError, ssl.SSLError):
            pass
        assert get(server.port, "/healthz") == (200, "ok\n")


def test_a_flood_of_pings_does_not_freeze_the_server(server):
    peer = Peer(server.port)
    peer.tls.settimeout(0.5)
    try:
        for _ in range(200):
            peer.raw(frame(PING, b"x" * 100) * 100)
    except (OSError, ssl.SSLError):
        pass
    assert get(server.port, "/healthz") == (200, "ok\n")


# --- limits and liveness ----------------------------------------------------


def test_connections_of_one_address_are_bounded(tmp_path):
    server = Server(tmp_path, "connection_max_per_address = 3;")
    try:
        peers = [Peer(server.port) for _ in range(3)]
        with pytest.raises((OSError, ssl.SSLError)):
            connect_tls(server.port)
        peers.pop().tls.close()
        wait_for(lambda: connects(server.port))
        assert peers[0].answer("một") == "một"
        server.stop()
    finally:
        server.kill()


def connects(port):
    try:
        connect_tls(port).close()
        return True
    except (OSError, ssl.SSLError):
        return False


def test_connections_in_all_are_bounded(tmp_path):
    server = Server(tmp_path, "connection_max = 2;")
    try:
        peers = [Peer(server.port) for _ in range(2)]
        assert not connects(server.port)
        peers.pop().tls.close()
        wait_for(lambda: connects(server.port))
        server.stop()
    finally:
        server.kill()


def test_who_does_not_finish_the_handshake_is_dropped(server):
    silent = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    no_request = connect_tls(server.port)
    slow = connect_tls(server.port)
    slow.sendall(b"GET /healthz HT")
    for connection in (silent, no_request, slow):
        try:
            assert connection.recv(1) == b""  # within its patience
        except (ConnectionError, ssl.SSLError):
            pass


def test_who_does_not_answer_pings_is_dropped_and_who_does_is_kept(any_system):
    server = any_system
    begun = time.monotonic()
    alive = Peer(server.port)
    dead = Peer(server.port)
    pinged = alive.next()  # the protocol answers by itself
    assert pinged.opcode is Opcode.PING
    assert time.monotonic() - begun > 5
    wait_for(lambda: metric(server.port, "echo_closed") == 1)
    assert alive.answer("còn đây") == "còn đây"
    assert alive.next().opcode is Opcode.PING  # silent again, asked again
    assert metric(server.port, "echo_closed") == 1
    dead.tls.close()


def test_who_says_something_by_itself_is_not_asked(any_system):
    peer = Peer(any_system.port)
    begun = spoke = time.monotonic()
    while time.monotonic() - begun < 13:
        before, spoke = spoke, time.monotonic()
        peer.text("một")
        event = peer.next()  # a ping in between comes first
        if event.opcode is Opcode.PING:
            assert time.monotonic() - before > 9, "asked, though it spoke"
            event = peer.next()
        assert event.data.decode() == "một"
        select.select([peer.tls], [], [], 1)


# --- HTTP -------------------------------------------------------------------


def test_healthz_and_metrics_answer_and_nothing_else_does(server):
    assert get(server.port, "/healthz") == (200, "ok\n")
    status, text = get(server.port, "/metrics")
    assert status == 200 and "echo_opened 0" in text
    for path in ("/", "/healthz/", "/../etc/passwd", "/metrics?x", "/%2e%2e/healthz/x"):
        status, text = get(server.port, path)
        assert (path, status) in ((path, 404), ("/metrics?x", 200)), path


# --- TLS identity -----------------------------------------------------------


def test_both_ends_export_the_same_channel_binding(server):
    context = OpenSSL.SSL.Context(OpenSSL.SSL.TLS_CLIENT_METHOD)
    plain = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    plain.settimeout(None)
    tls = OpenSSL.SSL.Connection(context, plain)
    tls.set_connect_state()
    tls.do_handshake()
    peer = Peer(server.port, tls=tls)
    exported = tls.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
    assert peer.answer("!exporter") == exported.hex()
    assert peer.answer("!address") == "127.0.0.1"


def served_certificate(port):
    return connect_tls(port).getpeercert(binary_form=True)


def openssl(*arguments):
    subprocess.run(("openssl",) + arguments, check=True, capture_output=True)


def test_a_reload_serves_a_good_pair_and_keeps_the_old_one_otherwise(tmp_path):
    server = Server(tmp_path)
    try:
        certificate = tmp_path / "tls_certificate.pem"
        key = tmp_path / "tls_key.pem"
        old_pem, old_key = certificate.read_bytes(), key.read_bytes()
        old = served_certificate(server.port)
        peer = Peer(server.port)

        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=moi",
                "-keyout", str(tmp_path / "new.key"), "-out", str(tmp_path / "new.pem"))
        certificate.write_bytes((tmp_path / "new.pem").read_bytes())
        server.process.send_signal(signal.SIGHUP)
        assert server.line("reload ") == "cryptographic operation failed"
        assert served_certificate(server.port) == old

        certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        server.process.send_signal(signal.SIGHUP)
        assert server.line("reload ") == "malformed input"
        assert served_certificate(server.port) == old

        certificate.unlink()
        server.process.send_signal(signal.SIGHUP)
        assert server.line("reload ") == "input or output failed"
        assert served_certificate(server.port) == old

        certificate.write_bytes((tmp_path / "new.pem").read_bytes())
        key.write_bytes((tmp_path / "new.key").read_bytes())
        server.process.send_signal(signal.SIGHUP)
        assert server.line("reload ") == "ok"
        assert served_certificate(server.port) == ssl.PEM_cert_to_DER_cert(
            certificate.read_text())

        certificate.write_bytes(old_pem)
        key.write_bytes(old_key)
        server.process.send_signal(signal.SIGHUP)
        assert server.line("reload ") == "ok"
        assert served_certificate(server.port) == old
        assert peer.answer("vẫn kết nối") == "vẫn kết nối"
        server.stop()
    finally:
        server.kill()


def test_the_certificate_made_at_start_is_kept_and_private(tmp_path):
    fingerprints = []
    for _ in range(2):
        server = Server(tmp_path, 'public_host = "chibo.example.vn";')
        try:
            fingerprints.append(hashlib.sha256(served_certificate(server.port)).hexdigest())
            server.stop()
        finally:
            server.kill()
    assert fingerprints[0] == fingerprints[1]
    for name in ("tls_certificate.pem", "tls_key.pem"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    text = subprocess.run(
        ("openssl", "x509", "-noout", "-text", "-in", str(tmp_path / "tls_certificate.pem")),
        check=True, capture_output=True, text=True,
    ).stdout
    assert "DNS:chibo.example.vn" in text and "prime256v1" in text


def test_a_setting_that_is_not_known_stops_the_start(tmp_path):
    config = tmp_path / "chibod.conf"
    config.write_text("listen_port = 0;\n\nnguoi_nghe = 5;\n")
    run = subprocess.run((ECHO, config), capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 2
    assert f"{config}:3: nguoi_nghe: unknown setting" in run.stderr
