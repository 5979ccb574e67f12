"""Messages: written with the change, delivered after it, with proof; nothing personal in logs, queue or tables."""

import email
import logging
import socket
from datetime import timedelta
from email.header import decode_header, make_header
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from shegong.kernel import jobs, messages
from shegong.kernel.messages import (
    EMAIL,
    INBOX,
    SMS,
    Delivery,
    Message,
    NotDelivered,
    Template,
    deliver,
    send,
    send_to,
)
from shegong.kernel.text import N_

# Sentences that the catalogue has, so that both languages are seen.
GREETING = Template("test.greeting", N_("Your code"), "%(code)s — %(name)s")
CODE = Template("test.code", N_("Your code"), "%(code)s", keep=False)
ANNA = SimpleNamespace(pk=77)


class Provider:
    """An SMS provider that can be down."""

    def __init__(self):
        self.sent, self.down = [], False

    def send(self, number, text):
        if self.down:
            raise ConnectionError(f"cannot reach {number}")
        self.sent.append((number, text))


@pytest.fixture
def provider(monkeypatch):
    one = Provider()
    monkeypatch.setattr(messages, "sms_backend", lambda: one)
    return one


@pytest.fixture
def book(monkeypatch):
    held = {(77, SMS): "+8613800138000", (77, EMAIL): "anna@example.cn"}
    monkeypatch.setattr(
        messages, "_address_books", [lambda person_id, channel: held.get((person_id, channel))]
    )
    return held


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def mail_server(settings):
    received = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
            return "250 OK"

    controller = Controller(Handler(), hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    yield received
    controller.stop()


@pytest.mark.django_db(transaction=True)
def test_a_message_reaches_inbox_phone_and_a_real_mail_server_after_commit(provider, book, mail_server):
    with transaction.atomic():
        send(ANNA, GREETING, {"code": "A1", "name": "金哲"})
        assert provider.sent == []
    jobs.work(once=True)
    assert provider.sent == [("+8613800138000", "A1 — 金哲")]
    ((to, mail),) = mail_server
    assert to == ["anna@example.cn"]
    assert str(make_header(decode_header(mail["Subject"]))) == "验证码"
    assert mail.get_payload(decode=True).decode().strip() == "A1 — 金哲"
    assert sorted(Delivery.objects.values_list("channel", "outcome")) == [("email", "sent"), ("sms", "sent")]
    assert Message.objects.unread(77).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_a_change_that_was_rolled_back(provider, book):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send(ANNA, GREETING, {"code": "A1", "name": ""}, channels=(INBOX, SMS))
        _ = 1 / 0
    jobs.work(once=True)
    assert provider.sent == [] and Message.objects.count() == 0


@pytest.mark.django_db
def test_a_failed_channel_is_tried_again_and_the_others_are_not_sent_twice(provider, book, mail_server):
    provider.down = True
    with transaction.atomic():
        row = send(ANNA, GREETING, {"code": "A1", "name": ""})
    with pytest.raises(NotDelivered):
        deliver(message_id=row.pk)
    provider.down = False
    deliver(message_id=row.pk)
    deliver(message_id=row.pk)
    assert len(provider.sent) == len(mail_server) == 1
    outcomes = Delivery.objects.filter(channel=SMS).order_by("id").values_list("outcome", "detail")
    assert list(outcomes) == [("failed", "ConnectionError"), ("sent", "")]


@pytest.mark.django_db
def test_without_an_address_that_is_the_outcome(provider, book):
    del book[(77, SMS)]
    with transaction.atomic():
        row = send(ANNA, GREETING, {"code": "A1", "name": ""}, channels=(INBOX, SMS))
    deliver(message_id=row.pk)
    assert Delivery.objects.get().outcome == "no_address"


@pytest.mark.django_db
def test_a_code_is_wiped_once_delivered_and_not_sent_after_its_time(provider):
    with transaction.atomic():
        soon = send_to(
            "+8613800138000", SMS, CODE, {"code": "123456"}, not_after=timezone.now() + timedelta(minutes=9)
        )
        late = send_to(
            "+8613800138000", SMS, CODE, {"code": "654321"}, not_after=timezone.now() - timedelta(minutes=1)
        )
    deliver(message_id=soon.pk)
    deliver(message_id=late.pk)
    assert [text for _, text in provider.sent] == ["123456"]
    assert Delivery.objects.get(message=late).outcome == "expired"
    assert all(not bytes(row.text) and not bytes(row.address) for row in Message.objects.all())


@pytest.mark.django_db
def test_the_reader_chooses_the_language_and_opening_counts_once(book):
    with transaction.atomic():
        row = send(ANNA, GREETING, {"code": "A1", "name": ""}, channels=(INBOX,))
    row.refresh_from_db()
    with translation.override("en"):
        assert row.title == "Your code"
    with translation.override("zh-hans"):
        assert row.title == "验证码"
    messages.read(row)
    first = Message.objects.get().read_at
    messages.read(row)
    assert first and Message.objects.get().read_at == first
    assert Message.objects.inbox(78).count() == 0


@pytest.mark.django_db
def test_before_its_time_a_message_is_not_in_the_inbox(book):
    with transaction.atomic():
        send(
            ANNA,
            GREETING,
            {"code": "A1", "name": ""},
            channels=(INBOX,),
            not_before=timezone.now() + timedelta(days=1),
        )
    assert Message.objects.inbox(77).count() == 0


@pytest.mark.django_db
def test_neither_logs_nor_queue_nor_tables_hold_address_or_text(provider, book, caplog):
    provider.down = True
    with caplog.at_level(logging.DEBUG), transaction.atomic():
        row = send(ANNA, GREETING, {"code": "SECRET", "name": "金哲"}, channels=(INBOX, SMS))
        send_to("+8613900139000", SMS, CODE, {"code": "987654"})
    with caplog.at_level(logging.DEBUG), pytest.raises(NotDelivered) as failure:
        deliver(message_id=row.pk)
    kept = caplog.text + str(failure.value)
    with connection.cursor() as cursor:
        for table in ("kernel_message", "kernel_delivery", "procrastinate_jobs"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            kept += cursor.fetchone()[0]
    for value in ("13800138000", "13900139000", "SECRET", "金哲", "987654"):
        assert value not in kept


@pytest.mark.django_db
def test_proof_of_delivery_can_neither_be_changed_nor_removed(provider, book):
    with transaction.atomic():
        row = send(ANNA, GREETING, {"code": "A1", "name": ""}, channels=(SMS,))
    deliver(message_id=row.pk)
    for statement in ("UPDATE kernel_delivery SET outcome = 'failed'", "DELETE FROM kernel_delivery"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_a_mistake_of_ours():
    with pytest.raises(RuntimeError):
        send(ANNA, GREETING, {"code": "A1", "name": ""})


def test_the_console_prints_for_a_demo(capsys, settings):
    settings.SMS_BACKEND = "console"
    messages.sms_backend().send("+8613800138000", "123456")
    assert "123456" in capsys.readouterr().err
