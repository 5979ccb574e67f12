"""What an officer, a member of the panel or the signatory is asked for one step of a case."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.models import Complaint, Inquiry
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.sides import chosen_person, member_of, parts_of, respondent_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.appeals import RESULT_NAMES
from shegong.duties.conduct.rules.inquiry import SIDE_NAMES
from shegong.duties.conduct.rules.looks import FINDING_NAMES
from shegong.duties.conduct.rules.recusal import conflicts
from shegong.ground.people.models import Person, names_of
from shegong.kernel.access import holders
from shegong.kernel.http import today
from shegong.ui.fields import CameraField, DateTextField

Choices = list[tuple[str, str]]


def inquiry_of(complaint: Complaint) -> Inquiry | None:
    """The round that runs, or ran last."""
    return complaint.inquiries.order_by("-round").first()


class StepForm(forms.Form):
    """A form about one complaint."""

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.complaint, self.inquiry = complaint, inquiry_of(complaint)
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    def is_about(self, row: Any) -> None:
        """The row that is signed with this form: its version goes along, so that nobody signs what changed meanwhile."""
        self.mark = f"{row.pk}.{getattr(row, 'version', 0)}" if row is not None else ""
        if self.mark:
            self.fields["what"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.mark)

    def is_as_seen(self) -> bool:
        """Whether what was shown is what is there."""
        return self.cleaned_data.get("what") in (None, "", self.mark)


def _area(label: Any, rows: int = 6, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=8000, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _people(ids: Iterable[int]) -> Choices:
    names = names_of(list(ids))
    return [(str(pk), name) for pk, name in sorted(names.items(), key=lambda one: one[1])]


def _free(complaint: Complaint, permission: str, taken: Iterable[int]) -> Choices:
    """Holders of a right in the body that handles the case who have no side in it that the register knows of."""
    on, whom = today(), respondent_of(complaint, today())
    found = set(holders(permission, on, body=complaint.routed_to_id)) - set(taken)
    return _people(pk for pk in found if not conflicts(member_of(pk, on), whom))


class PlanForm(StepForm):
    """What will be looked into, how, until when."""

    plan = _area(_("Plan"), help_text=_("What is to be found out, whom to ask, which papers, until when"))


class InvestigatorForm(StepForm):
    """Another investigator."""

    person = forms.ChoiceField(
        label=_("Which person"), help_text=_("People of your office without a side in the case")
    )

    def prepare(self) -> None:
        """Without those who investigate or judge already."""
        taken = parts_of(self.complaint, self.inquiry)
        self.fields["person"].choices = _free(
            self.complaint, Permission.INVESTIGATE, taken.investigators | taken.panel
        )

    def chosen(self) -> Person:
        """The person."""
        return chosen_person(self.cleaned_data["person"])


class SeatForm(InvestigatorForm):
    """Another member of the panel."""

    leads = forms.BooleanField(label=_("Leads the panel"), required=False)

    def prepare(self) -> None:
        """Without those who investigate or judge already."""
        taken = parts_of(self.complaint)
        self.fields["person"].choices = _free(
            self.complaint, Permission.DECIDE, taken.investigators | taken.panel
        )


class RecusalForm(StepForm):
    """Who steps back, and why."""

    person = forms.ChoiceField(label=_("Which person"))
    why = _area(
        _("Why"), rows=3, help_text=_("The relation that was declared, or another reason; it stays on record")
    )

    def prepare(self) -> None:
        """Investigators and members of the panel of this round."""
        if self.inquiry is None:
            return
        ids = [*self.inquiry.investigators.filter(left_on=None).values_list("person_id", flat=True),
               *self.inquiry.seats.filter(recused_on=None).values_list("person_id", flat=True)]  # fmt: skip
        self.fields["person"].choices = _people(ids)


class DiscloseForm(StepForm):
    """The allegation in the words in which the respondent reads it."""

    text = _area(
        _("What the respondent reads"), rows=8,
        help_text=_("Describe the matter so that it can be answered. No name, no day or place that only one person could know."),
    )  # fmt: skip


class StatementForm(StepForm):
    """What somebody said."""

    side = forms.ChoiceField(label=_("Whose statement"), widget=forms.RadioSelect)
    text = _area(_("Statement"), rows=8)

    def prepare(self) -> None:
        """All sides."""
        self.fields["side"].choices = [(str(code), gettext(name)) for code, name in SIDE_NAMES.items()]


class EvidenceForm(StepForm):
    """A piece of evidence."""

    side = forms.ChoiceField(label=_("Whose evidence"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("What it shows"), max_length=80)
    file = CameraField(label=_("Photo or PDF"))

    def prepare(self) -> None:
        """All sides."""
        self.fields["side"].choices = [(str(code), gettext(name)) for code, name in SIDE_NAMES.items()]


class InterimForm(StepForm):
    """A suspension for the time of the inquiry."""

    start = DateTextField(label=_("From"))
    end = DateTextField(label=_("Until before"))
    ground = forms.ChoiceField(label=_("Ground of the measure"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Grounds of the policy."""
        self.fields["ground"].choices = _grounds()
        self.fields["start"].initial = today()


class KeepForm(StepForm):
    """What comes of the review of an interim measure."""

    keep = forms.ChoiceField(
        label=_("Result of the review"), widget=forms.RadioSelect,
        choices=[("yes", _("It goes on to its end")), ("no", _("It ends today"))],
    )  # fmt: skip


class ReportForm(StepForm):
    """What the investigators found."""

    report = _area(
        _("Report of the investigators"),
        rows=10,
        help_text=_("What is proven, what is not, from which evidence"),
    )


class VoteForm(StepForm):
    """A member's vote."""

    measure = forms.ChoiceField(label=_("Measure"), widget=forms.RadioSelect)
    months = forms.IntegerField(label=_("Months of a suspension"), required=False, min_value=0, max_value=120)

    def prepare(self) -> None:
        """The graded list."""
        self.fields["measure"].choices = _measures()

    @property
    def term(self) -> int:
        """Months, 0 for none."""
        return self.cleaned_data.get("months") or 0


class ProposalForm(VoteForm):
    """The panel's decision, and the answer to whoever complained."""

    grounds = forms.MultipleChoiceField(
        label=_("Grounds of the decision"), widget=forms.CheckboxSelectMultiple, required=False
    )
    reasons = _area(
        _("Reasons"), rows=10, help_text=_("Served on the respondent: facts, evidence, why this measure")
    )
    answer = _area(
        _("Answer to who complained"), rows=5,
        help_text=_("What came of it and why, in words that a citizen understands; read with the code"),
    )  # fmt: skip

    def prepare(self) -> None:
        """The graded list and the grounds."""
        super().prepare()
        self.fields["grounds"].choices = _grounds()


class NoteForm(StepForm):
    """Why the panel should word it anew."""

    note = _area(_("What is to be changed"), rows=3)


class ResultForm(VoteForm):
    """What comes of a review."""

    result = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    reasons = _area(_("Reasons"), rows=8)
    field_order = ("result", "measure", "months", "reasons")

    def prepare(self) -> None:
        """The three results; a measure where it changes."""
        super().prepare()
        self.fields["measure"].required = False
        self.fields["measure"].help_text = gettext("Only where the decision is changed: a milder one")
        self.fields["result"].choices = [(str(code), gettext(name)) for code, name in RESULT_NAMES.items()]


class LookResultForm(StepForm):
    """What comes of a second look."""

    finding = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    answer = _area(
        _("Answer to who complained"),
        rows=6,
        help_text=_("What was looked at again, what was found, and why"),
    )

    def prepare(self) -> None:
        """The two results."""
        self.fields["finding"].choices = [(str(code), gettext(name)) for code, name in FINDING_NAMES.items()]


class RepairResultForm(StepForm):
    """What comes of a request for early repair."""

    granted = forms.ChoiceField(
        label=_("Result"), widget=forms.RadioSelect,
        choices=[("yes", _("Repair the record now")), ("no", _("Leave it shown to its end"))],
    )  # fmt: skip
    reasons = _area(_("Reasons"), rows=6, help_text=_("Whom the decision is about reads them"))


class SeriesForm(StepForm):
    """Evidence that it is a series."""

    evidence = _area(
        _("Ground for it in the files"),
        help_text=_("What was found before, and why this complaint adds nothing to it"),
    )


class SignForm(StepForm):
    """Nothing is asked: a signature."""


class FindingForm(forms.Form):
    """What the inspector found of a flag."""

    finding = forms.ChoiceField(
        label=_("Finding"), widget=forms.RadioSelect,
        choices=[("none", _("Nothing in it")), ("retaliation", _("Retaliation"))],
    )  # fmt: skip
    note = _area(_("What you looked at"), rows=3)


def _measures() -> Choices:
    return [(m.code, m.title.says(get_language())) for m in sanction_policy(today()).measures]


def _grounds() -> Choices:
    return [(g.code, g.title.says(get_language())) for g in sanction_policy(today()).grounds]
