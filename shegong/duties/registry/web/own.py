"""The signed-in person's own rows; anybody else's do not exist."""

from django.http import Http404, HttpRequest

from shegong.duties.registry.models import Application


def own_or_404(request: HttpRequest, token: str) -> Application:
    """One's own application of any kind."""
    rows = Application.objects.own(request.actor).select_related(
        "person", "certificate", "workplace__employer", "registration", "round"
    )
    found = rows.filter(token=token).first()
    if found is None:
        raise Http404
    return found
