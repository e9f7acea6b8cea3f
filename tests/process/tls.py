# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""https in front of a server of this machine, as a reverse proxy does it in production."""

import socket
import socketserver
import ssl
import threading
from contextlib import closing, suppress
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


def make_certificate(folder):
    """Write a certificate for this machine's address, with its key; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Storefront tests")])
    now, day = datetime.now(timezone.utc), timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


class Front(socketserver.ThreadingTCPServer):
    """Passes on to `port` what comes encrypted to `url`."""

    daemon_threads = True

    def __init__(self, certificate, port):
        super().__init__((HOST, 0), _Passage)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate)
        self.target = (HOST, port)
        self.url = f"https://{HOST}:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()


class _Passage(socketserver.BaseRequestHandler):
    def handle(self):
        with suppress(OSError):
            near = self.server.context.wrap_socket(self.request, server_side=True)
            with closing(near), socket.create_connection(self.server.target) as far:
                answers = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
                answers.start()
                _pass_on(near, far)
                answers.join()


def _pass_on(source, target):
    with suppress(OSError):
        while data := source.recv(64 * 1024):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
