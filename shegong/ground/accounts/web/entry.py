"""Signing in, signing up, signing out. Codes and passwords are checked by actions, the second factor by the library."""

from ipaddress import ip_network
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from shegong.ground.accounts import actions
from shegong.ground.accounts.actions.entry import check_sign_in, owner_of, proven
from shegong.ground.accounts.bound import services
from shegong.ground.accounts.middleware import SIGN_IN
from shegong.ground.accounts.models import CodeRequest, SignIn, User
from shegong.ground.accounts.web.forms import AddressForm, CodeForm, NewPasswordForm, SignInForm
from shegong.kernel import client_address
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import actor_of, attempt, page, status_of, today
from shegong.ui.menu import Menus

CODE, NEXT, JOINING = "code", "code_next", "joining"
TRUSTED = tuple(ip_network(block) for block in settings.TRUSTED_PROXIES)


def client_of(request: HttpRequest) -> str:
    """The client's address, behind a trusted proxy too; for counting tries only."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address.client_of(request.META.get("REMOTE_ADDR", ""), forwarded, TRUSTED)[:64]


def safe_next(request: HttpRequest, asked: str) -> str:
    """`asked` when it is a page of ours, else ""."""
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else ""


def let_in(request: HttpRequest, user: User, method: str, where: str) -> HttpResponse:
    """Go on to the second factor, if the user has one, and then in."""
    if user.is_active:
        record_authentication(request, user, method=method)
    return perform_login(request, Login(user=user, redirect_url=safe_next(request, where) or None))


def _form(form: type, request: HttpRequest, **initial: Any) -> Any:
    return form(request.POST) if request.method == "POST" else form(initial=initial)


@page(PUBLIC, methods=("GET", "POST"), own_once=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password."""
    if not actor_of(request).is_anonymous:
        return redirect("accounts:start")
    form = _form(SignInForm, request, next=request.GET.get("next", ""))
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        user = attempt(
            form, lambda: check_sign_in(given["name"], given["password"], client=client_of(request))
        )
        if user is not None:
            return let_in(request, user, "password", given["next"])
    context = {"form": form, "services": services()}
    return render(request, "accounts/sign_in.html", context, status=status_of(form))


@page(PUBLIC, methods=("GET", "POST"), own_once=True)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code: for signing in without a password, and for signing up."""
    if not actor_of(request).is_anonymous:
        return redirect("accounts:start")
    form = _form(AddressForm, request, next=request.GET.get("next", ""))
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        issued = attempt(form, lambda: ask_code(request, given["address"], "enter"))
        if issued is not None:
            request.session[NEXT] = safe_next(request, given["next"])
            return redirect("accounts:confirm")
    return render(request, "accounts/code.html", {"form": form}, status=status_of(form))


def ask_code(request: HttpRequest, address: str, purpose: str) -> actions.entry.Issued:
    """Have a code sent; only this session may use it. A demo shows it, as there is no phone to send it to."""
    issued = actions.request_code(
        address, purpose=purpose, by=actor_of(request), on=today(), client=client_of(request)
    )
    shown = issued.code if settings.DEMO and settings.SMS_BACKEND == "console" and not settings.SMTP else ""
    request.session[CODE] = {"token": str(issued.request.token), "shown": shown}
    return issued


@page(PUBLIC, methods=("GET", "POST"), own_once=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """Type the code that came; then in, or on to a password for a new account."""
    asked = request.session.get(CODE)
    if not asked:
        return redirect("accounts:code")
    form = _form(CodeForm, request)
    if request.method == "POST":
        row = attempt(form, lambda: redeem(request, form, asked["token"]))
        if row is not None:
            return _proven(request, row)
    context = {"form": form, "shown": asked["shown"]}
    return render(request, "accounts/confirm.html", context, status=status_of(form))


def redeem(request: HttpRequest, form: CodeForm, token: str) -> CodeRequest:
    """Use the code of this session up."""
    return actions.redeem_code(token, form.cleaned_data["code"], by=actor_of(request), on=today())


def _proven(request: HttpRequest, row: CodeRequest) -> HttpResponse:
    del request.session[CODE]
    person = owner_of(*proven(row))
    user = User.objects.filter(person=person).first() if person else None
    if user is not None:
        return let_in(request, user, "code", request.session.pop(NEXT, ""))
    request.session[JOINING] = str(row.token)
    return redirect("accounts:join")


@page(PUBLIC, methods=("GET", "POST"), own_once=True)
def join(request: HttpRequest) -> HttpResponse:
    """A password for the new account; then in."""
    row = CodeRequest.objects.filter(token=request.session.get(JOINING)).first()
    if row is None:
        return redirect("accounts:code")
    form = _form(NewPasswordForm, request)
    if request.method == "POST":
        user = attempt(form, lambda: _join(request, row, form))
        if user is not None:
            del request.session[JOINING]
            return let_in(request, user, "code", request.session.pop(NEXT, ""))
    return render(request, "accounts/join.html", {"form": form}, status=status_of(form))


def _join(request: HttpRequest, row: CodeRequest, form: NewPasswordForm) -> User:
    return actions.join(row, password=form.cleaned_data["password"], by=actor_of(request), on=today())


@page(PUBLIC, methods=("GET", "POST"), own_once=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out of this device."""
    actor = actor_of(request)
    if request.method == "GET" and not actor.is_anonymous:
        return render(request, "accounts/sign_out.html")
    row = SignIn.objects.filter(pk=request.session.get(SIGN_IN), user_id=actor.user_id).first()
    if row is not None:
        actions.end_sign_in(row, by=actor, on=today())
    logout(request)
    return redirect("account_login")


@page(PUBLIC)
def inactive(request: HttpRequest) -> HttpResponse:
    """The account was disabled."""
    return render(request, "accounts/inactive.html", status=403)


@page(SIGNED_IN)
def start(request: HttpRequest) -> HttpResponse:
    """Where each goes after signing in: officers to their first task, clerks to their body, people to their pages."""
    actor, home = actor_of(request), f"{settings.FORCE_SCRIPT_NAME or ''}/"
    if request.lacks_factor:  # type: ignore[attr-defined]
        return redirect("mfa_index")
    if not actor.is_officer:
        return HttpResponseRedirect(f"{home}my/")
    space = "organisation" if all(not authority.ranges for authority in actor.authorities) else "office"
    groups = Menus(request).space(space)
    return HttpResponseRedirect(groups[0].items[0].url if groups else f"{home}my/")
