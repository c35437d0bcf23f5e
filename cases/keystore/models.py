"""Keys of situations, wrapped by the key provider.

No foreign key joins these tables to another one, in either direction: the main dump leaves them
out, and their own backup lives thirty days (decision 7).
"""

import uuid

from django.db import models


class SituationKey(models.Model):
    """The outer key of a situation: without it no member's wrap opens."""

    situation = models.UUIDField("situation", primary_key=True)
    provider_version = models.PositiveIntegerField("version de la clé du fournisseur")
    wrapped = models.BinaryField("clé scellée")

    class Meta:
        verbose_name = "clé de situation"
        verbose_name_plural = "clés de situation"

    def __str__(self) -> str:
        return f"clé {self.pk}"


class SectionKey(models.Model):
    """What is known of a section's data key: its version and its commitment, never the key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.UUIDField("situation", db_index=True)
    section = models.CharField("volet", max_length=12)
    version = models.PositiveIntegerField("version", default=1)
    commitment = models.BinaryField("engagement de clé")
    # Set by the database when a holder loses her wrap: the next write is under a new key.
    is_rotation_due = models.BooleanField("à renouveler", default=False)

    class Meta:
        verbose_name = "clé de volet"
        verbose_name_plural = "clés de volet"
        constraints = [
            models.UniqueConstraint(
                fields=["situation", "section", "version"], name="keystore_section_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"clé de volet {self.pk}"
