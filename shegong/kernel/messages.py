"""Messages to people: in the inbox, by SMS and by mail; written with the change, delivered after it, with proof.

Text and addresses are sealed. Logs and the queue see ids only; the console back ends of a demo print the text.
"""

import json
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models import Model, Q
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from shegong.kernel.jobs import job, later
from shegong.kernel.sealing import open_sealed, seal
from shegong.kernel.walls_rows import Open

INBOX, SMS, EMAIL = "inbox", "sms", "email"
TABLE = "kernel_message"


@dataclass(frozen=True)
class Template:
    """What is told: English source strings with %(name)s places. `keep` False: wiped once delivered (codes)."""

    kind: str
    title: str
    body: str
    keep: bool = True


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of messages."""

    def inbox(self, person_id: int | None) -> Self:
        """What this person finds in the inbox, newest first."""
        due = Q(not_before=None) | Q(not_before__lte=Now())
        return self.filter(due, person_id=person_id, channels__contains=[INBOX]).order_by("-id")

    def unread(self, person_id: int | None) -> Self:
        """Inbox messages not yet opened."""
        return self.inbox(person_id).filter(read_at=None)


class Message(models.Model):
    """One message to one person, or to one address when there is no person yet."""

    seal_id = models.UUIDField(unique=True)
    person_id = models.BigIntegerField(null=True)
    kind = models.TextField()
    text = models.BinaryField()
    address = models.BinaryField(null=True)
    channels = ArrayField(models.TextField())
    link = models.TextField(blank=True)
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True)
    keep = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()
    sealed = (("text", "seal_id"), ("address", "seal_id"))
    wall = Open("Sealed; written by whoever acts to somebody else, often out of reach.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(
                name="message_channels",
                condition=Q(channels__contained_by=[INBOX, SMS, EMAIL]) & ~Q(channels=[]),
            ),
            models.CheckConstraint(
                name="message_to_somebody", condition=Q(person_id__isnull=False) | Q(address__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="message_inbox"),
            models.Index(fields=["person_id"], condition=Q(read_at=None), name="message_unread"),
        ]

    @property
    def words(self) -> tuple[str, str]:
        """Title and body in the reader's language; ("", "") once wiped."""
        if not self.text:
            return "", ""
        every = json.loads(open_sealed(self.text, table=TABLE, column="text", row=self.seal_id))
        title, body = every.get(translation.get_language() or "") or every[settings.LANGUAGE_CODE]
        return title, body

    @property
    def title(self) -> str:
        return self.words[0]

    @property
    def body(self) -> str:
        return self.words[1]


class Delivery(models.Model):
    """One attempt to deliver, with its outcome; append-only."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.TextField()
    outcome = models.TextField()
    detail = models.TextField(blank=True)  # class of the error, never its text: that may hold an address
    at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(
                name="delivery_outcome", condition=Q(outcome__in=["sent", "failed", "no_address", "expired"])
            ),
            models.UniqueConstraint(
                fields=["message", "channel"], condition=Q(outcome="sent"), name="delivery_sent_once"
            ),
        ]


class SmsBackend(Protocol):
    """A provider of short messages. Raises on failure; the job tries again."""

    def send(self, number: str, text: str) -> None: ...


class ConsoleSms:
    """Prints instead of sending: for a demo."""

    def send(self, number: str, text: str) -> None:
        sys.stderr.write(f"SMS to {number}: {text}\n")
        sys.stderr.flush()


def sms_backend() -> SmsBackend:
    """The provider that SHEGONG_SMS names: `console`, or the dotted path of a class."""
    name = settings.SMS_BACKEND
    return ConsoleSms() if name == "console" else import_string(name)()


AddressBook = Callable[[int, str], str | None]
_address_books: list[AddressBook] = []


def use_address_book(book: AddressBook) -> None:
    """Where the phone (`sms`) and mail address (`email`) of a person are looked up; set once at start-up."""
    _address_books[:] = [book]


def send(
    person: Model,
    template: Template,
    params: Mapping[str, Any],
    *,
    channels: Sequence[str] = (INBOX, SMS, EMAIL),
    not_before: datetime | None = None,
    link: str = "",
) -> Message:
    """Tell `person` something, inside the action's transaction; delivered after commit to each channel she has."""
    return _write(
        template, params, person_id=person.pk, channels=list(channels), not_before=not_before, link=link
    )


def tell(person_id: int, template: Template, params: Mapping[str, Any], *, link: str = "") -> Message:
    """The same in the inbox alone, for contexts that know people by id."""
    return _write(template, params, person_id=person_id, channels=[INBOX], link=link)


def send_to(
    address: str, channel: str, template: Template, params: Mapping[str, Any], **limits: Any
) -> Message:
    """Send to a bare phone or mail address (a one-time code); `not_after` ends the attempts."""
    return _write(template, params, address=address, channels=[channel], **limits)


def _write(
    template: Template, params: Mapping[str, Any], *, address: str | None = None, **fields: Any
) -> Message:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message is written inside the action's transaction")
    row = uuid.uuid4()
    message = Message.objects.create(
        seal_id=row,
        kind=template.kind,
        text=seal(_every_language(template, params), table=TABLE, column="text", row=row),
        address=seal(address, table=TABLE, column="address", row=row) if address else None,
        keep=template.keep,
        **fields,
    )
    if set(message.channels) != {INBOX}:
        later(deliver, at=message.not_before, message_id=message.pk)
    return message


def _every_language(template: Template, params: Mapping[str, Any]) -> str:
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            values = {
                k: v.says(code) if hasattr(v, "says") else v for k, v in params.items()
            }  # a policy's wording
            words[code] = [gettext(part) % values for part in (template.title, template.body)]
    return json.dumps(words, ensure_ascii=False)


class NotDelivered(Exception):
    """At least one channel failed; the queue tries again."""


@job("messages.deliver", queue="messages")
def deliver(message_id: int) -> None:
    """Deliver one message to the channels that have not had it; each attempt leaves its proof."""
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None or not message.text:
            return
        done = set(message.deliveries.exclude(outcome="failed").values_list("channel", flat=True))
        outcomes = [
            _deliver(message, channel) for channel in message.channels if channel not in {INBOX, *done}
        ]
        if "failed" not in outcomes and not message.keep:
            Message.objects.filter(pk=message.pk).update(text=b"", address=None if message.person_id else b"")
    if "failed" in outcomes:
        raise NotDelivered(f"message {message_id}")


def _deliver(message: Message, channel: str) -> str:
    outcome, detail = _attempt(message, channel)
    Delivery.objects.create(message=message, channel=channel, outcome=outcome, detail=detail)
    return outcome


def _attempt(message: Message, channel: str) -> tuple[str, str]:
    if message.not_after and timezone.now() > message.not_after:
        return "expired", ""
    address = _address(message, channel)
    if not address:
        return "no_address", ""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            _hand_over(channel, address, *message.words)
    except Exception as problem:  # any failure of a provider is one outcome: try again later
        return "failed", type(problem).__name__
    return "sent", ""


def _address(message: Message, channel: str) -> str | None:
    if message.address:
        return open_sealed(message.address, table=TABLE, column="address", row=message.seal_id)
    if message.person_id is None or not _address_books:
        return None
    return _address_books[0](message.person_id, channel)


def _hand_over(channel: str, address: str, title: str, body: str) -> None:
    if channel == SMS:
        sms_backend().send(address, body)
    else:
        send_mail(" ".join(title.split()), body, None, [address])


def read(message: Message) -> None:
    """Note that the person opened it; the first time counts."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=Now())
