"""An identity provider on this machine: real keys, a real JWKS address."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://dang-nhap.example", "phuc-vu"


class Provider:
    """Signs tokens and publishes the public halves of its keys; `asked` counts the fetches."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.asked = 0
        self.url = ""

    def rotate(self, kid: str, *, kind: str = "RSA") -> None:
        """Replace all keys by a new one."""
        new = rsa.generate_private_key(65537, 2048) if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
        self.keys = {kid: new}

    def jwks(self) -> dict[str, Any]:
        """Return what is published."""
        return {"keys": [{**_published(key), "kid": kid, "use": "sig"} for kid, key in self.keys.items()]}

    def sign(self, *, kid: str, key: Any = None, algorithm: str = "", **claims: Any) -> str:
        """Return a token; claims given as None are left out."""
        signer = key or self.keys[kid]
        now = dt.datetime.now(dt.UTC)
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "exp": now + dt.timedelta(minutes=5), **claims}
        body = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(body, signer, algorithm=algorithm or _usual(signer), headers={"kid": kid})


@contextmanager
def running() -> Iterator[Provider]:
    """Serve the keys from a thread."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            body = json.dumps(provider.jwks()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the server's own name
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}/keys"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _published(key: PrivateKeyTypes) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        return dict(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True))
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return dict(ECAlgorithm.to_jwk(key.public_key(), as_dict=True))


def _usual(key: Any) -> str:
    return "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
