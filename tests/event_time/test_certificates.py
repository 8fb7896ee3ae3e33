"""A receiver that shows a certificate and asks for one: who is let in, and what is said of those who are not."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.event_time.invented import hours, samples, series
from tests.services.answering import answering
from tests.services.process import LOOPBACK
from tidegauge.core.errors import NobodyThere, Refused
from tidegauge.sinks.remote_write import RemoteWrite


@dataclass(frozen=True)
class Signed:
    """A certificate with its key, and the files that hold them."""

    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey
    file: Path
    key: Path


def used_for(*, signing: bool) -> x509.KeyUsage:
    """What a key is for. Python 3.13 asks for this extension, and for those that name keys."""
    unused = ("content_commitment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(
        digital_signature=not signing,
        key_encipherment=not signing,
        key_cert_sign=signing,
        **dict.fromkeys(unused, False),
    )


def signed(folder: Path, name: str, by: Signed | None = None) -> Signed:
    """A certificate of an authority's, or without `by` an authority."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, issuer = datetime.now(UTC), by.private if by else private
    made = (
        x509.CertificateBuilder(by.certificate.subject if by else subject, subject, private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
        .add_extension(used_for(signing=by is None), critical=True)
        .sign(issuer, hashes.SHA256())
    )
    file, key = folder / f"{name}.pem", folder / f"{name}.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    return Signed(made, private, file, key)


class Taking(BaseHTTPRequestHandler):
    """Takes whatever it is sent."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Place:
    """A receiver, whom it trusts, one whom it lets in, and a stranger."""

    url: str
    authority: Signed
    ours: Signed
    stranger: Signed


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("certificates")
    authority = signed(folder, "authority")
    theirs = signed(folder, "theirs", authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(theirs.file, theirs.key)
    context.load_verify_locations(authority.file)
    context.verify_mode = ssl.CERT_REQUIRED
    with answering(Taking, context) as address:
        others = signed(folder, "others")
        yield Place(
            f"{address}/api/v1/write", authority, signed(folder, "ours", authority), signed(folder, "else", others)
        )


def write(place: Place, authority: Path | str = "", certificate: Path | str = "", key: Path | str = "") -> str:
    """What the sink notes."""
    sink = RemoteWrite(place.url, authority=str(authority), certificate=str(certificate), key=str(key), timeout=5.0)
    return sink.show(samples(hours(1), series(4)))


def test_both_show_who_they_are(place: Place, tmp_path: Path) -> None:
    trusted = place.authority.file
    assert write(place, authority=trusted, certificate=place.ours.file, key=place.ours.key) == ""
    both = tmp_path / "both.pem"
    both.write_bytes(place.ours.key.read_bytes() + place.ours.file.read_bytes())
    assert write(place, authority=trusted, certificate=both) == ""


def test_nobody_else_is_let_in_and_nobody_else_is_trusted(place: Place) -> None:
    trusted, ours = place.authority.file, {"certificate": place.ours.file, "key": place.ours.key}
    for files in (
        {"authority": trusted},
        {"authority": trusted, "certificate": place.stranger.file, "key": place.stranger.key},
        ours,
        {"authority": place.stranger.file, **ours},
    ):
        with pytest.raises(NobodyThere, match="can't be reached"):
            write(place, **files)


def test_files_that_hold_no_certificate_are_a_sentence(place: Place, tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("no certificate")
    for files in (
        {"authority": tmp_path / "none.pem"},
        {"authority": text},
        {"certificate": place.ours.file},
        {"certificate": place.ours.file, "key": place.stranger.key},
    ):
        with pytest.raises(Refused, match="its certificates can't be read .* name files in PEM"):
            write(place, **files)
