"""The clock of a case: working days by the official calendar (art. 7; regulations section 1); pure."""

from datetime import date

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.kernel.calendar import Calendar, Due, corresponding_day


def completeness_due(submitted_on: date, policy: RegistrationPolicy, calendar: Calendar) -> Due:
    """Until when the first office must accept or tell everything that is missing, once."""
    return calendar.add_working_days(submitted_on, policy.completeness_working_days)


def accepted_from(submitted_on: date, on: date, policy: RegistrationPolicy, calendar: Calendar) -> date:
    """The day from which a case accepted on `on` counts as accepted: the day of handing in when the office told nothing
    within its time (行政许可法 art. 32: deemed accepted from the day of receipt), else `on`."""
    is_late = on > completeness_due(submitted_on, policy, calendar).on
    return submitted_on if is_late and policy.is_deemed_accepted else on


def complete_by(returned_on: date, policy: RegistrationPolicy, calendar: Calendar) -> date:
    """Until when what was returned is put right, so that the day of handing in goes on counting."""
    return calendar.add_days(returned_on, policy.completion_days).on


def decision_due(accepted_on: date, policy: RegistrationPolicy, calendar: Calendar) -> Due:
    """30 working days from acceptance; the day of acceptance is not counted."""
    return calendar.add_working_days(accepted_on, policy.decision_working_days)


def valid_to(admitted_on: date, policy: RegistrationPolicy) -> date:
    """Last day of validity: the corresponding day three years later; a printed end never rolls over a holiday."""
    return corresponding_day(admitted_on, years=policy.validity_years)


def renewal_opens(valid_to_day: date, policy: RegistrationPolicy) -> date:
    """First day on which re-registration is accepted: three months before expiry (art. 4)."""
    return corresponding_day(valid_to_day, months=-policy.renewal_window_months)
