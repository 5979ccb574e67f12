"""Sign-in services of others (OpenID Connect) that this installation trusts: read from one file, asked over one client.

The file named by SHEGONG_OIDC has a table for each, for example a province's unified identity platform:

    [provincial]
    zh = "省统一身份认证"
    en = "Provincial identity service"
    issuer = "https://id.example.gov.cn"
    client_id = "shegong"
    client_secret_file = "/etc/shegong/oidc.secret"
    hosts = []          # further hosts its metadata may name, besides the issuer's own

Only what the service says of *who* it is gets used (`sub`): no name, number or address is asked for, and none is kept.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests


@dataclass(frozen=True)
class Provider:
    """One trusted service. `hosts` are the only ones that are ever asked for it."""

    code: str
    zh: str
    en: str
    issuer: str
    client_id: str
    secret: str
    hosts: frozenset[str]

    @property
    def origin(self) -> str:
        """Where the browser is sent to: for the Content-Security-Policy."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def app(self) -> dict[str, Any]:
        """As the sign-in library takes it."""
        return {
            "provider_id": self.code,
            "name": self.zh,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.issuer.rstrip("/"), "fetch_userinfo": False, "scope": ["openid"]},
        }


def read_providers(path: str) -> dict[str, Provider]:
    """The services of the file by their code; none when `path` is ''. Raises `ValueError` that names what is missing."""
    if not path:
        return {}
    found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return {code: _provider(path, code, entry) for code, entry in found.items()}


def _provider(path: str, code: str, entry: dict[str, Any]) -> Provider:
    missing = {"zh", "en", "issuer", "client_id", "client_secret_file"} - entry.keys()
    if missing:
        raise ValueError(f"{path}: [{code}] has no {', '.join(sorted(missing))}")
    own = urlsplit(entry["issuer"]).netloc
    return Provider(
        code=code,
        zh=entry["zh"],
        en=entry["en"],
        issuer=entry["issuer"],
        client_id=entry["client_id"],
        secret=Path(entry["client_secret_file"]).read_text(encoding="utf-8").strip(),
        hosts=frozenset([own, *entry.get("hosts", ())]),
    )


class NarrowSession(requests.Session):
    """Asks the hosts it was given and nobody else, whatever the metadata of a service names; follows no redirect."""

    def __init__(self, hosts: frozenset[str]):
        super().__init__()
        self.hosts = hosts
        self.trust_env = False  # no proxy and no password file of the environment

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Raises `requests.RequestException` before anything leaves for another host."""
        host = urlsplit(request.url or "").netloc
        if host not in self.hosts:
            raise requests.RequestException("a sign-in service named a host that is not its own")
        kwargs.update(allow_redirects=False, timeout=5)
        return super().send(request, **kwargs)
