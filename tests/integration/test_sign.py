"""chibo sign: papers signed with a personal certificate, out of a file or on a
token, checked by openssl itself, and what is refused with which words."""
import datetime
import pathlib
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
NAME = "Đảng viên Mẫu 03"


def call(*words, env=None, cwd=None):
    return subprocess.run([str(w) for w in words], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, cwd=cwd,
                          env=env or play.environment())


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issue(subject, key, issuer, issuer_key, days=(-1, 30), is_issuer=False):
    now = datetime.datetime.utcnow()
    return (x509.CertificateBuilder().subject_name(name(subject))
            .issuer_name(name(issuer)).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=days[0]))
            .not_valid_after(now + datetime.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(is_issuer, None), True)
            .sign(issuer_key, hashes.SHA256()))


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Papers:
    """An issuer, a person with a certificate of it, and a paper."""

    def __init__(self, folder):
        self.folder = folder
        self.root_key = rsa.generate_private_key(65537, 2048)
        self.root = issue("Nơi cấp mẫu", self.root_key, "Nơi cấp mẫu",
                          self.root_key, is_issuer=True)
        self.key = rsa.generate_private_key(65537, 2048)
        self.person = issue(NAME, self.key, "Nơi cấp mẫu", self.root_key)
        self.trusted = folder / "issuers.pem"
        self.trusted.write_bytes(pem(self.root))
        self.paper = folder / "minutes.pdf"
        self.paper.write_bytes(b"%PDF-1.7\r\nBi\xc3\xaan b\xe1\xba\xa3n\n\x00\xff")
        self.secret = folder / "secret"
        self.secret.write_text("một mật khẩu\n")
        self.p12 = self.keep("person.p12", self.person)

    def keep(self, file, certificate, key=None, password="một mật khẩu"):
        path = self.folder / file
        path.write_bytes(pkcs12.serialize_key_and_certificates(
            None, key or self.key, certificate, [self.root],
            serialization.BestAvailableEncryption(password.encode())
            if password else serialization.NoEncryption()))
        return path

    def sign(self, *more, key=None, language="en"):
        return call(play.BUILD / "bin/chibo", "sign", self.paper, "--key",
                    key or self.p12, "--passphrase-file", self.secret,
                    "--language", language, *more)

    def check(self, *more):
        return call(play.BUILD / "bin/chibo", "sign", self.paper, "--check",
                    "--trusted", self.trusted, "--language", "en", *more)

    def openssl(self, signature, trusted=None):
        return call("openssl", "cms", "-verify", "-binary", "-inform", "DER",
                    "-in", signature, "-content", self.paper, "-CAfile",
                    trusted or self.trusted, "-purpose", "any", "-out",
                    "/dev/null")

    @property
    def signature(self):
        return self.folder / "minutes.pdf.p7s"


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    return Papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def papers(issued):
    issued.signature.unlink(missing_ok=True)
    return issued


def test_openssl_verifies_what_was_signed_with_a_file(papers):
    done = papers.sign()
    assert done.returncode == 0, done.stderr
    assert NAME in done.stdout
    verified = papers.openssl(papers.signature)
    assert verified.returncode == 0, verified.stderr
    attributes = call("openssl", "cms", "-cmsout", "-print", "-inform", "DER",
                      "-in", papers.signature).stdout
    assert "id-smime-aa-signingCertificateV2" in attributes
    assert "sha256" in attributes


def test_a_signature_is_held_against_its_paper(papers):
    assert papers.sign().returncode == 0
    done = papers.check()
    assert done.returncode == 0, done.stderr
    assert "is a good signature" in done.stdout
    assert f"CN={NAME}" in done.stdout and "CN=Nơi cấp mẫu" in done.stdout


def test_a_changed_paper_is_found(papers):
    assert papers.sign().returncode == 0
    before = papers.paper.read_bytes()
    papers.paper.write_bytes(before[:-1] + b"\xfe")
    try:
        done = papers.check()
        assert papers.openssl(papers.signature).returncode != 0
    finally:
        papers.paper.write_bytes(before)
    assert done.returncode == 1
    assert "not of this file, or one of them was changed" in done.stderr


def test_each_byte_of_a_signature_counts(papers):
    assert papers.sign().returncode == 0
    good = papers.signature.read_bytes()
    for at in (0, 3, len(good) // 2, len(good) - 1):
        changed = bytearray(good)
        changed[at] ^= 0x20
        papers.signature.write_bytes(changed)
        assert papers.check().returncode == 1, at
    for broken in (b"", good[:-1], good + b"\0", b"no signature"):
        papers.signature.write_bytes(broken)
        done = papers.check()
        assert done.returncode == 1
        assert "no detached signature by one person" in done.stderr


def test_a_certificate_of_somebody_else_is_not_trusted(papers, tmp_path):
    other_key = rsa.generate_private_key(65537, 2048)
    other = issue("Nơi cấp mẫu", other_key, "Nơi cấp mẫu", other_key,
                  is_issuer=True)
    path = tmp_path / "others.pem"
    path.write_bytes(pem(other))
    assert papers.sign().returncode == 0
    done = papers.check("--trusted", path)
    assert done.returncode == 1
    assert "the certificate does not hold" in done.stderr
    assert papers.openssl(papers.signature, path).returncode != 0
    path.write_text("no certificate\n")
    assert "has no certificates in PEM" in papers.check("--trusted",
                                                        path).stderr


def signed_by_openssl(papers, *how):
    key, certificate = papers.folder / "key.pem", papers.folder / "cert.pem"
    key.write_bytes(papers.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    certificate.write_bytes(pem(papers.person))
    assert call("openssl", "cms", "-sign", "-binary", *how, "-outform",
                "DER", "-in", papers.paper, "-signer", certificate, "-inkey",
                key, "-out", papers.signature).returncode == 0


def test_a_signature_with_its_paper_inside_is_not_taken(papers):
    signed_by_openssl(papers, "-nodetach")
    assert "no detached signature" in papers.check().stderr


@pytest.mark.parametrize("digest, is_taken", [
    ("sha256", True), ("sha512", True), ("sha1", False), ("md5", False)])
def test_a_signature_over_a_weak_digest_is_not_taken(papers, digest, is_taken):
    signed_by_openssl(papers, "-md", digest)
    done = papers.check()
    assert (done.returncode == 0) == is_taken
    assert ("old digest" in done.stderr) != is_taken


def test_old_files_are_read_too(papers):
    key, certificate = papers.folder / "key.pem", papers.folder / "cert.pem"
    key.write_bytes(papers.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    certificate.write_bytes(pem(papers.person))
    old = papers.folder / "old.pfx"
    assert call("openssl", "pkcs12", "-export", "-legacy", "-in", certificate,
                "-inkey", key, "-out", old, "-passout",
                "file:" + str(papers.secret)).returncode == 0
    done = papers.sign(key=old)
    assert done.returncode == 0, done.stderr
    assert papers.openssl(papers.signature).returncode == 0


@pytest.mark.parametrize("spoil, words, vietnamese", [
    ("password", "the passphrase is wrong", "mật khẩu"),
    ("cut", "this is no PKCS#12 file", "không phải tệp PKCS#12"),
    ("expired", "has expired or is not valid yet", "đã hết hạn"),
    ("early", "has expired or is not valid yet", "chưa có hiệu lực"),
    ("missing", "there is no such file or folder",
     "không có tệp hay thư mục này"),
])
def test_a_key_that_is_no_use_is_refused(papers, spoil, words, vietnamese):
    bad = papers.folder / f"bad-{spoil}.p12"
    if spoil == "password":
        papers.keep(bad.name, papers.person, password="another")
    elif spoil == "cut":
        bad.write_bytes(papers.p12.read_bytes()[:-40])
    elif spoil == "expired":
        papers.keep(bad.name, issue(NAME, papers.key, "Nơi cấp mẫu",
                                    papers.root_key, days=(-30, -1)))
    elif spoil == "early":
        papers.keep(bad.name, issue(NAME, papers.key, "Nơi cấp mẫu",
                                    papers.root_key, days=(1, 30)))
    done = papers.sign(key=bad)
    assert done.returncode == 1 and words in done.stderr
    assert vietnamese in papers.sign(key=bad, language="vi").stderr
    assert not papers.signature.exists()


def test_no_signature_is_written_over_another(papers):
    assert papers.sign().returncode == 0
    before = papers.signature.read_bytes()
    done = papers.sign()
    assert done.returncode == 1 and "there is something in its place" in done.stderr
    assert papers.signature.read_bytes() == before


def test_the_command_line_is_explained(papers):
    assert papers.sign("--token", "pkcs11:").returncode == 2
    without = call(play.BUILD / "bin/chibo", "sign", papers.paper, "--check")
    assert without.returncode == 2 and "--trusted" in without.stderr


@pytest.fixture(scope="module")
def token(issued, tmp_path_factory):
    """A token in software, with the person's key and certificate on it."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}/tokens\n"
        "objectstore.backend = file\n")
    env = play.environment(SOFTHSM2_CONF=str(folder / "softhsm2.conf"))
    key, certificate = folder / "key.der", folder / "person.der"
    key.write_bytes(issued.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    certificate.write_bytes(
        issued.person.public_bytes(serialization.Encoding.DER))
    put = ("pkcs11-tool", "--module", MODULE, "--token-label", "sample",
           "--login", "--pin", "123456", "--label", "signing", "--id", "01",
           "--write-object")
    for words in (("softhsm2-util", "--init-token", "--free", "--label",
                   "sample", "--so-pin", "87654321", "--pin", "123456"),
                  (*put, key, "--type", "privkey", "--usage-sign"),
                  (*put, certificate, "--type", "cert")):
        done = call(*words, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
    (folder / "pin").write_text("123456\n")
    (folder / "wrong").write_text("654321\n")
    return folder, env


def sign_by_token(papers, token, uri="pkcs11:token=sample;object=signing",
                  pin="pin", module=MODULE):
    folder, env = token
    return call(play.BUILD / "bin/chibo", "sign", papers.paper, "--token", uri,
                "--module", module, "--passphrase-file", folder / pin,
                "--language", "en", env=env)


def test_openssl_verifies_what_was_signed_on_a_token(papers, token):
    done = sign_by_token(papers, token)
    assert done.returncode == 0, done.stderr
    assert NAME in done.stdout
    verified = papers.openssl(papers.signature)
    assert verified.returncode == 0, verified.stderr
    assert papers.check().returncode == 0


def test_a_token_that_is_no_use_is_refused(papers, token):
    done = sign_by_token(papers, token, pin="wrong")
    assert done.returncode == 1 and "the PIN is wrong" in done.stderr
    done = sign_by_token(papers, token, uri="pkcs11:token=sample;object=none")
    assert done.returncode == 1 and "no such certificate" in done.stderr
    done = sign_by_token(papers, token, module=papers.paper)
    assert done.returncode == 1 and "--module" in done.stderr
    done = sign_by_token(papers, token, module="/nowhere.so")
    assert done.returncode == 1 and "cannot read /nowhere.so" in done.stderr
    assert not papers.signature.exists()
