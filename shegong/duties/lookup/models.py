"""What the public asked: evidence of an enquiry for its receipt, never who is or is not in the register."""

from django.db import models

from shegong.duties.registry.models import Registration, new_token


class Enquiry(models.Model):
    """One verification with a receipt; append-only. `client` is a keyed hash of the address block, for one day."""

    receipt = models.TextField(unique=True, default=new_token)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.TextField()
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    as_of = models.DateField()
    answer = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enquiry_kind", condition=models.Q(kind__in=["page", "qr", "bulk", "api"])
            )
        ]
