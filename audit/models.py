"""The ledger's tables, as Django reads them.

They are written by SQL only (the recorder's insert and the trigger at commit), so every
model is unmanaged: migration 0001 holds the tables themselves. No service may read them;
the DPO's role reads all of them.

Source: decisions 31-32.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuditBody(models.Model):
    """The content of one event, in codes; dropped month by month at term."""

    id = models.UUIDField(primary_key=True)
    month = models.DateField("mois")
    body = models.BinaryField("contenu")
    salt = models.BinaryField("sel")
    mac = models.BinaryField("sceau du service")

    class Meta:
        managed = False
        db_table = "audit_body"
        default_permissions = ()
        verbose_name = "contenu d’évènement"
        verbose_name_plural = "contenus d’évènements"

    def __str__(self) -> str:
        return str(self.id)


class AuditSeal(models.Model):
    """One number of one lane, bound to all the numbers before it; never purged."""

    pk = models.CompositePrimaryKey("lane", "seq")
    lane = models.TextField("voie")
    seq = models.BigIntegerField("numéro")
    body_id = models.UUIDField("contenu")
    leaf_hash = models.BinaryField("empreinte du contenu")
    mac = models.BinaryField("sceau du service")
    h = models.BinaryField("empreinte de chaîne")
    sealed_at = models.DateTimeField("scellé le")

    class Meta:
        managed = False
        db_table = "audit_seal"
        default_permissions = ()
        verbose_name = "numéro du journal"
        verbose_name_plural = "numéros du journal"

    def __str__(self) -> str:
        return f"{self.lane} {self.seq}"


class AuditHead(models.Model):
    """The last number of each lane."""

    lane = models.TextField("voie", primary_key=True)
    seq = models.BigIntegerField("dernier numéro")
    h = models.BinaryField("empreinte de chaîne")

    class Meta:
        managed = False
        db_table = "audit_head"
        default_permissions = ()
        verbose_name = "tête de voie"
        verbose_name_plural = "têtes de voie"

    def __str__(self) -> str:
        return f"{self.lane} {self.seq}"


class AuditProjection(models.Model):
    """One row per event and object, for questions; rebuilt from the bodies, proves nothing."""

    pk = models.CompositePrimaryKey("lane", "seq", "rank")
    lane = models.TextField("voie")
    seq = models.BigIntegerField("numéro")
    rank = models.IntegerField("rang de l’objet")
    at = models.DateTimeField("quand")
    action = models.TextField("action")
    outcome = models.TextField("résultat")
    actor = models.UUIDField("qui", null=True)
    role = models.TextField("fonction")
    commission = models.UUIDField("commission", null=True)
    object = models.UUIDField("objet", null=True)
    sections = ArrayField(models.TextField(), verbose_name="volets")
    purpose = models.TextField("motif")

    class Meta:
        managed = False
        db_table = "audit_projection"
        default_permissions = ()
        verbose_name = "évènement"
        verbose_name_plural = "évènements"

    def __str__(self) -> str:
        return f"{self.lane} {self.seq}"
