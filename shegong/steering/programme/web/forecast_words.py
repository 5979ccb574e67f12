"""A forecast in one sentence: how it was made, and how far off it would have been before."""

from datetime import date

from django.utils.translation import gettext as _

from shegong.steering.programme.models.outlook import deadline_of, is_counted, is_forecast
from shegong.steering.programme.rules.forecast import Outlook
from shegong.steering.programme.rules.plans import Indicator


def forecast_words(seen: Outlook | None) -> str:
    """Method, range and backtest; '' without a forecast."""
    if seen is None:
        return ""
    text, values = seen.method
    whys = dict.fromkeys(_(one.why) for one in seen.known if one.why)
    said = [
        _(text) % values,
        *([seen.usual] if seen.usual else []),
        *([_("Taken in, as known on the day: %(what)s") % {"what": " ".join(whys)}] if whys else []),
        _("By %(day)s it will stand between %(low)s and %(high)s eight times out of ten.")
        % {"day": seen.deadline.isoformat(), "low": f"{seen.low:,}", "high": f"{seen.high:,}"},
    ]
    if seen.tried and seen.error is not None:
        said.append(
            _(
                "Done the same way from %(tried)s past months, it was off by %(error)s on average, and the truth lay within "
                "its range %(inside)s times."
            )
            % {"tried": seen.tried, "error": f"{round(seen.error):,}", "inside": seen.inside}
        )
    return " ".join(said)


def none_words(one: Indicator, on: date, year: int | None) -> str:
    """Why there is no forecast."""
    if not is_forecast(one):
        return _("There is no forecast: papers, units and single steps have no pace.")
    if on >= deadline_of(one, on, year):
        return _("There is no forecast: the deadline has passed.")
    if is_counted(one) or one.summed:
        return _("There is no forecast: less than six months of figures are known.")
    return _("There is no forecast: it is entered too seldom to have a pace.")
