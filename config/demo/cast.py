"""Who takes part: sample machines and people, each with an access token of their own, and citizens without one."""

from dataclasses import dataclass, field
from pathlib import Path

from config.demo.client import Api
from config.quickstart.samples import CREDENTIALS, credentials, token

VENDOR, COUNTER, CONSOLE, EMULATION = "motcua-mau", "quay-mau", "quan-tri-mau", "thi-dua-mau"
INSPECTOR, HEAD, ACCUSED, HOME_AFFAIRS = "thanhtra.mau", "truongphong.mau", "canbo.mau", "noivu.mau"


@dataclass
class Cast:
    """Callers by name; each signs in once, when first needed."""

    base: str
    path: Path = CREDENTIALS
    known: dict[str, Api] = field(default_factory=dict)

    def named(self, name: str) -> Api:
        """Return a sample machine or person, signed in through the public API."""
        if name not in self.known:
            self.known[name] = Api(self.base, token(name, base=self.base, path=self.path))
        return self.known[name]

    @property
    def citizen(self) -> Api:
        """Anybody with a telephone."""
        return Api(self.base)

    def secret_of(self, client: str) -> str:
        """Return a machine's own secret, for the handshake of the national portal."""
        return str(credentials(self.path)["clients"][client]["client_secret"])
