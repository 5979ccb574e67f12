"""Whether the figures agreed with the registers when they were last counted again."""

from datetime import timedelta

from django.utils import timezone

from shegong.kernel.cube_measures import measures
from shegong.kernel.cube_tables import CubeMark
from shegong.kernel.health import BAD, OK, WARN, Fact, check
from shegong.kernel.text import N_

LATE = timedelta(hours=49)


@check("figures", N_("Figures agree"), "count", database=True)
def figures() -> Fact:
    """The nightly recount found each figure as it was kept."""
    marks = {mark.name: mark for mark in CubeMark.objects.filter(name__in=measures())}
    todo = N_("See whether the job worker runs; count now: shegong cube recount --repair")
    if missing := len(measures()) - len(marks):
        return Fact(
            WARN, missing, N_("%(count)s figures were never counted again."), {"count": missing}, todo
        )
    differed = sum(mark.differed for mark in marks.values())
    if differed:
        names = ", ".join(mark.name for mark in marks.values() if mark.differed)
        text = N_("Figures differed from the registers in %(count)s places and were put right: %(names)s.")
        advice = N_("The log of the job worker names each one. Tell the developers if it happens again.")
        return Fact(BAD, differed, text, {"count": differed, "names": names}, advice)
    oldest = min((mark.counted_at for mark in marks.values() if mark.counted_at), default=timezone.now())
    if timezone.now() - oldest > LATE:
        hours = int((timezone.now() - oldest).total_seconds() // 3600)
        return Fact(
            WARN, hours, N_("Figures were last counted again %(hours)s hours ago."), {"hours": hours}, todo
        )
    return Fact(OK, 0, N_("Every figure agreed with the registers when it was counted again."))
