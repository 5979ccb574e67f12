"""What verifies certificates without this server: published keys, status lists, and a page that works with no network.

The page is a set of plain files. A browser that was here once keeps them (`worker.js`); `offline.zip` is the same set in a
folder, for a computer that never is. Nothing here depends on who asks, and no answer is about one person.
"""

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import path, reverse
from django.utils import timezone

from shegong.duties.registry.models.proof import newest_list
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page
from shegong.kernel.signing import PURPOSES, published

FOLDER = Path(__file__).parents[1] / "static" / "lookup" / "offline"
FILES = {
    "index.html": "text/html; charset=utf-8",
    "verifier.css": "text/css; charset=utf-8",
    "token.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "verifier.js": "text/javascript; charset=utf-8",
}
READ_ME = "打开 index.html 即可核验，不需要网络。名单只保证一天：每天请重新下载这个文件夹。\r\n"
# The worker fetches what it keeps; the page itself asks nobody.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


@page(PUBLIC, clause="T4.2.e")
def keys(request: HttpRequest) -> HttpResponse:
    """Every key that ever signed, as a JWK set, with its dates and, where it was struck off, why."""
    return _file(request, json.dumps(_jwks(), ensure_ascii=False).encode(), "application/jwk-set+json")


@page(PUBLIC, clause="T4.2.e")
def compact(request: HttpRequest) -> HttpResponse:
    """The newest status list as the page without network reads it (JWS)."""
    return _file(request, _list("compact"), "application/jose")


@page(PUBLIC, clause="T4.2.e")
def status_list(request: HttpRequest, purpose: str) -> HttpResponse:
    """The newest W3C Bitstring status list credential: `revocation` or `suspension`."""
    if purpose not in ("revocation", "suspension"):
        raise Http404
    return _file(request, _list(purpose), "application/vc+jwt")


@page(PUBLIC, clause="T4.2.e")
def offline(request: HttpRequest, name: str = "index.html") -> HttpResponse:
    """A file of the page that verifies without network."""
    if name == "knowledge.js":
        return _file(request, _knowledge(), "text/javascript; charset=utf-8")
    if name not in FILES:
        raise Http404
    return _file(request, (FOLDER / name).read_bytes(), FILES[name])


@page(PUBLIC, clause="T4.2.e")
def worker(request: HttpRequest) -> HttpResponse:
    """Keeps the page in the browser, and answers a scanned code with it when there is no network."""
    return _file(request, (FOLDER / "worker.js").read_bytes(), "text/javascript; charset=utf-8")


@page(PUBLIC, clause="T4.2.e")
def folder(request: HttpRequest) -> HttpResponse:
    """The page with the keys and the list of this moment, as one folder in a zip."""
    out, at = io.BytesIO(), timezone.localtime().timetuple()[:6]
    parts = {name: (FOLDER / name).read_bytes() for name in FILES}
    parts |= {"knowledge.js": _knowledge(), "说明.txt": READ_ME.encode("utf-8-sig")}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(f"hexian/{name}", at), content, zipfile.ZIP_DEFLATED)
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="offline-verification.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _jwks() -> dict[str, object]:
    found = []
    for purpose in PURPOSES:
        for key in published(purpose):
            dates = {
                "from": key.since,
                "until": key.until,
                "struck_off_at": key.struck_off_at,
                "reason": key.reason,
            }
            found.append(
                {**key.jwk, "kid": key.kid, "alg": key.alg, "use": "sig", "purpose": purpose}
                | {name: value for name, value in dates.items() if value}
            )
    return {"keys": found}


def _list(form: str) -> bytes:
    newest = newest_list()
    if newest is None:
        raise Http404
    return str(getattr(newest, form)).encode()


def _knowledge() -> bytes:
    newest = newest_list()
    home = settings.PUBLIC_URL + reverse("lookup:verify")
    known = {"keys": _jwks()["keys"], "list": newest.compact if newest else "", "site": str(settings.SITE["name_zh"]),
             "phone": settings.SITE["phone"], "online": home, "demo": settings.DEMO}  # fmt: skip
    return f"window.KNOWLEDGE = {json.dumps(known, ensure_ascii=True)};\n".encode()


def _file(request: HttpRequest, content: bytes, kind: str) -> HttpResponse:
    """Asked for anew each time, sent only when it changed. Anybody may fetch it: it is published."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    same = tag in request.headers.get("If-None-Match", "")
    response = HttpResponseNotModified() if same else HttpResponse(content, content_type=kind)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Security-Policy"] = POLICY
    return response


urlpatterns = [
    path("v/keys.json", keys, name="keys"),
    path("v/status/list.jws", compact, name="compact_list"),
    path("v/status/<str:purpose>", status_list, name="status_list"),
    path("v/offline/", offline, name="offline"),
    path("v/offline/<str:name>", offline, name="offline_file"),
    path("v/offline.zip", folder, name="offline_folder"),
    path("v/worker.js", worker, name="offline_worker"),
]
