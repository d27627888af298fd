"""A Kafka node that speaks only TLS and knows its users by SCRAM, with a certificate of an authority of its own."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.kafka.broker import Broker, prepare

MECHANISM = "SCRAM-SHA-512"
MORE = """\
listeners=SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SASL_SSL://127.0.0.1:{port}
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms={mechanism}
sasl.mechanism.inter.broker.protocol={mechanism}
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
 org.apache.kafka.common.security.scram.ScramLoginModule required username="{user}" password="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
"""


class SecuredBroker(Broker):
    """user, password: of its only user. authority: path of the certificate that vouches for it."""

    user, password = "upload", "sesame-sesame"

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        data.mkdir(parents=True, exist_ok=True)
        self.authority, self._keystore = data / "authority.pem", data / "broker.pem"
        key, certificate = authority_of("Kafka")
        self.authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._keystore.write_bytes(_keystore(key, certificate))

    def _prepare(self) -> Path:
        more = MORE.format(
            port=self.node.port,
            controller=self.node.controller,
            mechanism=MECHANISM,
            user=self.user,
            password=self.password,
            keystore=self._keystore,
            authority=self.authority,
        )
        user = f"{MECHANISM}=[name={self.user},password={self.password}]"
        return prepare(self.data, self.node, [self.node], more=more, format_options=["--add-scram", user])


def authority_of(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A certificate that signs others, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Authority of {name}")])
    builder = _valid_today(subject, subject, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    return key, builder.sign(key, hashes.SHA256())


def _keystore(authority_key: ec.EllipticCurvePrivateKey, authority: x509.Certificate) -> bytes:
    """A key and its certificate for 127.0.0.1, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        _valid_today(subject, authority.subject, key).add_extension(here, False).sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _valid_today(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
