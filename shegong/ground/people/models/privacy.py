"""Whose data are only stored, and which notice a person had before her when she gave them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shegong.kernel.walls_rows import Open


class Withheld(models.Model):
    """A person whose data are stored and used for nothing else: absent from searches, lists by name and files."""

    person_id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField(db_default=Now())
    basis = models.TextField()

    journalled = ("person_id", "basis")

    wall = Open("Numbers of people that every search leaves out.")


class NoticeSeen(models.Model):
    """Which version of the notice on personal information stood before a person when she sent a form, and on what the
    processing rests. Of what is optional (`is_optional`) she may withdraw: `withdrawn_at` ends the use."""

    person_id = models.BigIntegerField()
    form = models.TextField()
    version = models.TextField()
    basis = models.TextField()
    is_optional = models.BooleanField(default=False)
    seen_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    wall = Open("Versions of a notice and days; nothing that a person said of herself.")

    class Meta:
        indexes = [models.Index(fields=["person_id", "form"], name="notice_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "form", "version"], condition=Q(withdrawn_at=None), name="notice_once"
            ),
            models.CheckConstraint(
                name="notice_only_optional_withdrawn", condition=Q(withdrawn_at=None) | Q(is_optional=True)
            ),
        ]


def withheld_people() -> list[int]:
    """The numbers of people whose data are only stored."""
    return list(Withheld.objects.order_by("person_id").values_list("person_id", flat=True))
