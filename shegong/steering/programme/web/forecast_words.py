"""A forecast in one sentence: how it was made, and how far off it would have been before."""

from django.utils.translation import gettext as _

from shegong.steering.programme.rules.forecast import Outlook


def forecast_words(seen: Outlook | None) -> str:
    """Method, range and backtest; '' without a forecast."""
    if seen is None:
        return ""
    text, values = seen.method
    whys = dict.fromkeys(_(one.why) for one in seen.known if one.why)
    said = [
        _(text) % values,
        *([_("Taken in, as known on the day: %(what)s") % {"what": " ".join(whys)}] if whys else []),
        _("By %(day)s it will stand between %(low)s and %(high)s eight times out of ten.")
        % {"day": seen.deadline.isoformat(), "low": f"{seen.low:,}", "high": f"{seen.high:,}"},
    ]
    if seen.tried and seen.error is not None:
        said.append(
            _("Done the same way from %(tried)s past months, it was off by %(error)s%% in the middle case.")
            % {"tried": seen.tried, "error": f"{100 * seen.error:.1f}"}
        )
    return " ".join(said)
