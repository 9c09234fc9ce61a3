"""A key pair in the place of Safaricom's: the public half as a certificate, the private half to check with."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

KEY_BITS = 2048


class CredentialKey:
    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)

    def certificate(self) -> str:
        """PEM, as Safaricom's SandboxCertificate.cer; self-signed and valid for a day."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "daraja-simulator.local")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=1))
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    def holds(self, credential: str, password: str) -> bool:
        """True for base64 of the password under RSA PKCS#1 v1.5; OAEP, or anything beside the password, is wrong."""
        try:
            plain = self._key.decrypt(base64.b64decode(credential, validate=True), padding.PKCS1v15())
        except (binascii.Error, ValueError):
            return False
        return plain == password.encode()
