"""Tables of the keys: people's own secrets (read and written by `kernel.person_keys` alone), and a name for master keys."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shegong.kernel.walls_rows import Open


class PersonKey(models.Model):
    """The secret mixed into every key that seals something about a person; empty once she was erased."""

    person_id = models.BigIntegerField(primary_key=True)
    secret = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)
    wall = Open("Random bytes that open nothing without the master key, which no database holds.")

    class Meta:
        app_label = "kernel"
        indexes = [
            models.Index(
                fields=["destroyed_at"], condition=Q(destroyed_at__isnull=False), name="person_key_destroyed"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="person_key_held_or_destroyed",
                condition=Q(secret__isnull=False, destroyed_at__isnull=True)
                | Q(secret__isnull=True, destroyed_at__isnull=False),
            )
        ]


class SealingKey(models.Model):
    """A sealing key as the subject of journal entries. It has no table: keys are never in the database."""

    number = models.IntegerField(primary_key=True)

    class Meta:
        app_label = "kernel"
        managed = False
