"""One's own account: devices, password, phone; and the inbox."""

from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.accounts import actions
from shegong.ground.accounts.actions.entry import proven
from shegong.ground.accounts.authority import has_factor
from shegong.ground.accounts.middleware import SIGN_IN, is_fresh
from shegong.ground.accounts.models import CodeRequest, SignIn, User
from shegong.ground.accounts.web.bound import bindings
from shegong.ground.accounts.web.entry import CODE, ask_code, redeem
from shegong.ground.accounts.web.forms import AddressForm, CodeForm, NewPasswordForm, PasswordForm
from shegong.ground.people.models import Contact
from shegong.kernel import messages
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.ui.menu import MenuItem, menus_of

INBOX_LENGTH = 100


@page(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """The account at a glance, with every device that is signed in."""
    actor = actor_of(request)
    contacts = Contact.objects.filter(
        person_id=actor.person_id, during__upper_inf=True, kind__in=["phone", "email"]
    )
    context = {
        "contacts": contacts.order_by("kind"),
        "devices": SignIn.objects.open().filter(user_id=actor.user_id).order_by("-seen_at")[:50],
        "here": request.session.get(SIGN_IN),
        "factor": has_factor(request.user),
        "services": list(bindings(actor.user_id)),
    }
    return render(request, "accounts/account.html", context)


@page(SIGNED_IN, methods=("POST",), about="own")
def end_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one of one's own devices out."""
    actor = actor_of(request)
    row = SignIn.objects.open().filter(pk=pk, user_id=actor.user_id).first()
    if row is None:
        raise Http404
    actions.end_sign_in(row, by=actor, on=today())
    return see(request, "accounts:account", _("The device is signed out."))


@page(SIGNED_IN, methods=("POST",))
def end_devices(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    keep = request.session.get(SIGN_IN)
    actions.end_sign_ins(request.user, keep=keep, by=actor_of(request), on=today())
    return see(request, "accounts:account", _("All other devices are signed out."))


def came_by_code(request: HttpRequest) -> bool:
    """Whether a fresh code let the person in: she may choose a new password without the old one."""
    records = request.session.get("account_authentication_methods") or []
    return is_fresh(request) and any(record.get("method") == "code" for record in records)


@page(SIGNED_IN, methods=("GET", "POST"), own_once=True)
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other device is signed out."""
    kind = NewPasswordForm if came_by_code(request) else PasswordForm
    form = kind(request.POST) if request.method == "POST" else kind()
    if request.method == "POST" and attempt(form, lambda: _change_password(request, form)):
        return see(request, "accounts:account", _("The password is changed. Other devices are signed out."))
    return render(request, "accounts/password.html", {"form": form}, status=status_of(form))


def _change_password(request: HttpRequest, form: NewPasswordForm) -> User:
    user: User = request.user  # type: ignore[assignment]
    if "old" in form.cleaned_data and not user.check_password(form.cleaned_data["old"]):
        raise Refused(Obstacle("old_password", N_("The present password is not right."), field="old"))
    changed = actions.set_password(
        user, password=form.cleaned_data["password"], by=actor_of(request), on=today()
    )
    actions.end_sign_ins(user, keep=request.session.get(SIGN_IN), by=actor_of(request), on=today())
    update_session_auth_hash(request, changed)
    return changed


@page(SIGNED_IN, methods=("GET", "POST"), own_once=True, fresh=True)
def contact(request: HttpRequest) -> HttpResponse:
    """Give another phone or mail address: a code goes there."""
    form = (
        AddressForm(request.POST) if request.method == "POST" else AddressForm(initial=typed_before(request))
    )
    if request.method == "POST":
        issued = attempt(form, lambda: ask_code(request, form.cleaned_data["address"], "contact"))
        if issued is not None:
            return redirect("accounts:contact_confirm")
    return render(request, "accounts/contact.html", {"form": form}, status=status_of(form))


@page(SIGNED_IN, methods=("GET", "POST"), own_once=True)
def contact_confirm(request: HttpRequest) -> HttpResponse:
    """Type the code that came there; the new contact takes the place of the old one."""
    asked = request.session.get(CODE)
    if not asked:
        return redirect("accounts:contact")
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if request.method == "POST" and attempt(form, lambda: _change_contact(request, form, asked["token"])):
        del request.session[CODE]
        return see(request, "accounts:account", _("Your contact is changed."))
    context = {"form": form, "shown": asked["shown"]}
    return render(request, "accounts/contact_confirm.html", context, status=status_of(form))


def _change_contact(request: HttpRequest, form: CodeForm, token: str) -> CodeRequest:
    row = redeem(request, form, token)
    actions.change_contact(row, value=proven(row)[1], by=actor_of(request), on=today())
    return row


@page(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages, newest first."""
    rows = Message.objects.inbox(actor_of(request).person_id)[:INBOX_LENGTH]
    return render(request, "accounts/inbox.html", {"rows": rows, "base": base_of(request)})


@page(SIGNED_IN, methods=("GET", "POST"), about="own")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message. The page says by a POST of its own that it was read: a GET changes nothing."""
    row = Message.objects.inbox(actor_of(request).person_id).filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        messages.read(row)
        return HttpResponse() if request.htmx else redirect("accounts:inbox")
    return render(request, "accounts/message.html", {"row": row, "base": base_of(request)})


def base_of(request: HttpRequest) -> str:
    """Officers read their inbox in the office, clerks of a body in its space, people on their own pages."""
    held = actor_of(request).authorities
    if not held:
        return "ui/my.html"
    return "ui/office.html" if any(one.ranges for one in held) else "ui/organisation.html"


def bell(request: HttpRequest) -> dict[str, object]:
    """Context processor: where the inbox is and how many messages are unread, asked only by pages that show it."""
    person_id = actor_of(request).person_id
    if person_id is None:
        return {}
    url = reverse("accounts:inbox")
    return {"inbox_url": url, "inbox_count": lambda: menus_of(request).count(url)}


def menu(request: HttpRequest) -> list[MenuItem]:
    """Entries of one's own space."""
    actor = actor_of(request)
    if actor.is_anonymous:
        return []
    return [
        MenuItem(
            "my",
            "",
            _("Inbox"),
            reverse("accounts:inbox"),
            order=80,
            count=lambda: Message.objects.unread(actor.person_id),
        ),
        MenuItem("my", "", _("Account"), reverse("accounts:account"), order=90),
    ]
