"""TLS certificates as an administrator would put them in place."""
import datetime
import ipaddress
import select
import ssl
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def write_certificate(directory, name):
    """A self-signed pair; returns its certificate in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.utcnow()
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256()))
    key_path = directory / "tls_key.pem"
    key_path.touch(0o600)
    key_path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    (directory / "tls_certificate.pem").write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM))
    return certificate.public_bytes(serialization.Encoding.DER)


def shown_certificate(port):
    return ssl.PEM_cert_to_DER_cert(
        ssl.get_server_certificate(("127.0.0.1", port)))


def await_certificate(port, wanted, patience_s=90):
    end = time.monotonic() + patience_s
    while shown_certificate(port) != wanted:
        assert time.monotonic() < end, "the new certificate is not shown"
        select.select([], [], [], 0.01)
