"""The panel that hears a case: its seats, recusals, votes."""

from django.db import models
from django.db.models import Q

from shegong.duties.conduct.models.inquiry import Inquiry
from shegong.ground.people.models import Person
from shegong.kernel.walls_rows import Wall


class Seat(models.Model):
    """A member of the panel of one inquiry; one leads. A recused member keeps the seat's row with the reason."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    leads = models.BooleanField(default=False)
    seated_on = models.DateField()
    recused_on = models.DateField(null=True)
    recused_why = models.TextField(blank=True)

    journalled = ("inquiry_id", "person_id", "leads", "seated_on", "recused_on", "recused_why")
    wall = Wall(through="inquiry_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "person"], name="seat_once"),
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(leads=True, recused_on__isnull=True), name="seat_one_leads"
            ),
        ]


class Vote(models.Model):
    """How a member voted; append-only. `months` for a suspension."""

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="vote")
    measure = models.TextField()
    months = models.SmallIntegerField(default=0)
    voted_on = models.DateField()

    journalled = ("seat_id", "measure", "months", "voted_on")
    wall = Wall(through="seat_id")
