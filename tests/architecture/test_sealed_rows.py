"""Which rows the journal proves, and why the others are not among them: a new table must say which it is."""

import pytest
from django.apps import apps

from shegong.kernel.audit_rows import journalled_models

pytestmark = pytest.mark.clause("T4.2.e")

UNPROVEN = {
    "worked out again from rows that are proven": (
        "registry.HoursStanding", "education.YearTotal", "dossier.DuplicateReason", "lookup.Due", "kernel.Contribution",
        "kernel.CubeMark", "kernel.Cell", "kernel.CubeFold",
    ),
    "signed, or hashed with what is": (
        "registry.CardToken", "registry.StatusList", "registry.SigningKey", "statistics.SnapshotFigure", "statistics.SnapshotRow",
        "education.DrawCandidate", "kernel.Checkpoint", "kernel.MerkleNode", "kernel.Witnessed",
    ),
    "the journal itself and where its readers stand": (
        "kernel.JournalEntry", "kernel.JournalReader", "kernel.JournalCheck", "lookup.Following",
    ),
    "sealed, bound to its table, column and row; another content does not open": (
        "conduct.ComplainantVault", "conduct.ComplaintDraft", "documents.File", "kernel.BatchPart", "kernel.Message",
        "kernel.PersonKey", "kernel.SealingKey",
    ),
    "of a moment: counters, sessions, who looks at what, what was sent": (
        "accounts.SignIn", "accounts.CodeRequest", "people.NoticeSeen", "registry.Desk", "lookup.Enquiry", "lookup.Alert",
        "lookup.Told", "oversight.Reminder", "kernel.BatchRow", "kernel.Pulse", "kernel.Delivery", "kernel.Throttle",
        "kernel.IdempotencyKey", "kernel.Sequence", "kernel.PolicyReport", "kernel.SavedView", "regions.TreeStamp",
    ),
    "a proposal: what it comes to is proven, and who agreed stands in the entry": (
        "accounts.GrantRequest", "accounts.KeyOrder",
    ),
    # docs/security.md names these as open: each change stands in the journal, the row itself is not compared with it.
    "open": (
        "accounts.User", "people.Contact", "people.Skill", "credentials.Education", "credentials.CertificateCheck",
        "registry.ReturnItem", "tasks.TaskEvent", "programme.PlanItemBody", "documents.Folder", "organizations.School",
        "kernel.Holiday", "kernel.CalendarYear",
    ),
}  # fmt: skip


def test_every_table_is_proven_by_the_journal_or_says_why_not():
    ours = {one._meta.label: one for one in apps.get_models() if one.__module__.startswith("shegong.")}
    proven = {one._meta.label for one in journalled_models()}
    said = [label for labels in UNPROVEN.values() for label in labels]
    assert len(said) == len(set(said))
    assert set(ours) - proven == set(said)


def test_what_a_registration_rests_on_is_proven():
    proven = {one._meta.label for one in journalled_models()}
    assert proven >= {
        "people.Person", "people.Identity", "people.PersonName", "people.Tie", "accounts.Grant", "credentials.Certificate",
        "registry.Application", "registry.Decision", "registry.Registration", "registry.Term", "registry.Card",
        "registry.Restriction", "registry.StatusHold", "education.CreditEntry", "conduct.Decision", "employment.Employment",
    }  # fmt: skip
