# SPDX-License-Identifier: EUPL-1.2
"""Certificates made for a test, and a front that speaks TLS before a server that does not.

The servers of the tests are the embedded ones, and PostgreSQL's was built without TLS.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
A_DAY = timedelta(days=1)


class Proof(NamedTuple):
    """A certificate with its key, and the authority that signed it."""

    authority: Path
    certificate: Path
    key: Path


def proof(folder: Path, name: str, *, valid: timedelta = A_DAY) -> Proof:
    """Make an authority, and a certificate of it for this machine."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority of {name}")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    authority = (
        _unsigned(issuer, issuer, root, valid)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    signed = (
        _unsigned(subject, issuer, key, valid)
        .add_extension(names, critical=False)
        .sign(root, hashes.SHA256())
    )
    made = Proof(*(folder / f"{name}.{kind}" for kind in ("ca", "crt", "key")))
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - A_DAY)
        .not_valid_after(now + valid)
    )


@contextmanager
def front(of: Proof, port: int, *, greeting: int = 0) -> Iterator[int]:
    """Speak TLS on a port of its own before a server's, for the length of a block.

    PostgreSQL's clients first ask, in 8 bytes, whether there is TLS at all.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(of.certificate, of.key)
    with socket.create_server((HOST, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, tls, port, greeting), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            # A thread that waits in accept is not woken by a close.
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, tls: ssl.SSLContext, port: int, greeting: int) -> None:
    with suppress(OSError):
        while True:
            client = listener.accept()[0]
            threading.Thread(target=_serve, args=(client, tls, port, greeting), daemon=True).start()


def _serve(client: socket.socket, tls: ssl.SSLContext, port: int, greeting: int) -> None:
    with suppress(OSError), client, socket.create_connection((HOST, port)) as server:
        if greeting:
            client.recv(greeting, socket.MSG_WAITALL)
            client.sendall(b"S")
        with tls.wrap_socket(client, server_side=True) as secured:
            back = threading.Thread(target=_pass_on, args=(server, secured), daemon=True)
            back.start()
            _pass_on(secured, server)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65_536):
            target.sendall(said)
        target.shutdown(socket.SHUT_WR)
