"""Files that configurations point to: certificates, keys and passwords, made anew for every run."""

import base64
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID


def _certificate(folder: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.school.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture(scope="session")
def shared_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    _certificate(folder, "tls")
    _certificate(folder, "other")
    (folder / "master.key").write_bytes(base64.b64encode(bytes(range(32))) + b"\n")
    (folder / "short.key").write_bytes(base64.b64encode(bytes(16)))
    (folder / "smarthost.password").write_text("correct horse\n")
    (folder / "relay.secret").write_text("Lijster-op-de-nok-20\n")
    (folder / "client.secret").write_text("correct horse\n")
    dkim = ed25519.Ed25519PrivateKey.generate()
    (folder / "dkim.key").write_bytes(
        dkim.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    for file in folder.iterdir():
        file.chmod(0o600)
    return folder


@pytest.fixture
def folder(shared_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything a configuration needs but postwacht.toml; also the current one."""
    shutil.copytree(shared_files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
