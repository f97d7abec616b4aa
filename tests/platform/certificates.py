"""Certificates of TLS with a last day, by an authority of the test: good, over, and good again."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class ServerCertificate:
    """The certificate of 127.0.0.1, in `file` with its key, by the authority in `authority`; good until it is made to `expire`."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.file = folder / "authority.pem", folder / "server.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of a test")])
        own = self._builder(self._name, self._key.public_key(), datetime.now(UTC) + 30 * DAY)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        own = own.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
        )
        self.authority.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        self.renew()

    def renew(self) -> None:
        """From now on it is good."""
        self._write(datetime.now(UTC) + DAY)

    def expire(self) -> None:
        """Its last day was yesterday."""
        self._write(datetime.now(UTC) - DAY)

    def server(self) -> ssl.SSLContext:
        """What a server shows now; whoever is connected has seen an earlier one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    def client(self) -> ssl.SSLContext:
        """What a client trusts."""
        return ssl.create_default_context(cafile=self.authority)

    def _write(self, until: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        )
        told = self._builder(x509.Name([]), key.public_key(), until).add_extension(names, critical=True)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        told = told.add_extension(issuer, critical=False)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        shown = told.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        draft = self.file.with_suffix(".draft")
        draft.write_bytes(shown + secret)
        draft.replace(self.file)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, until: datetime
    ) -> x509.CertificateBuilder:
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=datetime.now(UTC) - 10 * DAY,
            not_valid_after=until,
        )
