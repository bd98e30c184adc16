# SPDX-License-Identifier: EUPL-1.2
"""A process tells when its certificates end, and that one cannot be read."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from shared.runtime.certificates import EXPIRY, watch_certificates

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SOON, LATER = datetime(2026, 12, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def certificate(until: datetime) -> bytes:
    """Make a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, BEGIN, until)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def told(file: Path) -> float:
    [metric] = EXPIRY.collect()
    return next(one.value for one in metric.samples if one.labels["file"] == str(file))


def test_the_certificate_that_ends_first_is_told_and_a_renewal_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "chain.pem"
    file.write_bytes(certificate(LATER) + certificate(SOON))

    watch_certificates([file])

    assert told(file) == SOON.timestamp()
    file.write_bytes(certificate(LATER))
    assert told(file) == LATER.timestamp()


def test_a_file_that_holds_no_certificate_looks_expired(tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing.pem", tmp_path / "empty.pem"
    empty.write_text("nothing")

    watch_certificates([missing, empty])

    assert told(missing) == told(empty) == 0
