"""The same form sent twice does its work once: the second sender gets the first answer."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.db import Error, IntegrityError, OperationalError, connection, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import RawPostDataException

from shegong.kernel import throttle
from shegong.kernel.refusal import Obstacle, Refused, Stale
from shegong.kernel.text import N_
from shegong.kernel.unusable import AGAIN, TAKEN, is_lost, sqlstate
from shegong.kernel.walls_rows import Open

FIELD = "_once"
HEADER = "Idempotency-Key"
KEY = re.compile(r"[0-9A-Za-z_-]{16,64}")
TRIES = 3


class IdempotencyKey(models.Model):
    """A key used once by one user on one route, with the answer it got. Kept seven days at least."""

    key = models.TextField()
    user_id = models.BigIntegerField(default=0)
    route = models.TextField()
    body_hash = models.BinaryField()
    status = models.SmallIntegerField(default=0)
    location = models.TextField(blank=True)
    body = models.TextField(blank=True)
    content_type = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    wall = Open("Asked for by a random key of the sender, before and after it is known who acts.")

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["key", "user_id", "route"], name="idempotency_once")]


def once(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Run `view` in one transaction with the request's key; replay the stored answer for a key already used.

    An answer of 400 or more rolls everything back, the key included, so a corrected form may be sent again under it.
    Raises `Refused` when the key comes back with another body. Without a key the view just runs in a transaction.
    """
    for left in reversed(range(TRIES)):
        try:
            with throttle.counted_even_if_undone():
                return _tried(request, view)
        except Error as problem:  # a deadlock undid everything, or the connection went: the same once more
            if not left or not _undone(problem):
                raise
            _rewind(request)
    raise AssertionError("unreachable")


class Unsure(OperationalError):
    """The connection went while the database was told to keep everything, and no key can say whether it did."""


def _undone(problem: Error) -> bool:
    """Whether a failed attempt left nothing behind, so that the same may be asked again; a dead connection is put away."""
    if is_lost(problem) and not connection.in_atomic_block:
        connection.close()
        return not isinstance(problem, Unsure)
    return sqlstate(problem) in AGAIN


def read(view: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a view that changes nothing; once more when the connection to the database went."""
    try:
        return view()
    except Error as problem:
        if connection.in_atomic_block or not _undone(problem):
            raise
    return view()


def _tried(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if not KEY.fullmatch(key):
        return _alone(view)
    row = IdempotencyKey(
        key=key, user_id=request.user.pk or 0, route=request.path, body_hash=_body_hash(request)
    )
    try:
        with transaction.atomic():
            with transaction.atomic():
                row.save(force_insert=True)  # a parallel twin waits here until the first one has committed
            response = _rolled_back_if_refused(view())
            if response.status_code < 400:
                _keep(row, response)
            return response
    except IntegrityError as clash:
        first = IdempotencyKey.objects.filter(key=key, user_id=row.user_id, route=row.route).first()
        if first is None:
            raise _faster(clash) from clash
        return _replay(first, row)


def _alone(view: Callable[[], HttpResponse]) -> HttpResponse:
    ended = False
    try:
        with transaction.atomic():
            response = _rolled_back_if_refused(view())
            ended = response.status_code < 400
        return response
    except IntegrityError as clash:
        raise _faster(clash) from clash
    except Error as problem:
        if ended and is_lost(problem):
            raise Unsure(str(problem)) from problem
        raise


def _faster(clash: IntegrityError) -> Exception:
    """Two people entered the same at the same moment: the constraint let one in, and the other is told."""
    return Stale() if sqlstate(clash) in TAKEN else clash


def _rewind(request: HttpRequest) -> None:
    for _name, files in request.FILES.lists():
        for file in files:
            file.seek(0)


def _rolled_back_if_refused(response: HttpResponse) -> HttpResponse:
    if response.status_code >= 400:
        transaction.set_rollback(True)
        throttle.undone()
    return response


def _body_hash(request: HttpRequest) -> bytes:
    fields = sorted(
        (k, v) for k, values in request.POST.lists() if k != "csrfmiddlewaretoken" for v in values
    )
    files = sorted((k, f.name or "", _content_hash(f)) for k, sent in request.FILES.lists() for f in sent)
    raw = repr((fields, files)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(raw if fields or files else _raw_body(request)).digest()


def _content_hash(file: Any) -> str:
    """Of what a file holds: another photo under the same name and of the same size is another form."""
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _raw_body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RawPostDataException:  # a form of several parts, read to its end, with nothing in it
        return b""


def _keep(row: IdempotencyKey, response: HttpResponse) -> None:
    small = not response.streaming and len(response.content) <= 65_536
    IdempotencyKey.objects.filter(pk=row.pk).update(
        status=response.status_code,
        location=response.get("Location", ""),
        body=response.content.decode(errors="replace") if small else "",
        content_type=response.get("Content-Type", ""),
    )


def _replay(first: IdempotencyKey, again: IdempotencyKey) -> HttpResponse:
    if bytes(first.body_hash) != bytes(again.body_hash):
        raise Refused(
            Obstacle(
                "key_reused",
                N_("This form was already sent with other content. Open it again and send it anew."),
            )
        )
    if first.location:
        return HttpResponseRedirect(first.location)
    return HttpResponse(first.body, status=first.status, content_type=first.content_type)
