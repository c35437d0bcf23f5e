"""Give a release its certificate, its place in the ledger and its commission's opaque number.

The first shape (one population a release, no certificate, no ledger line) cannot be turned into
the second one: the certificate is computed from counts that the council's side never had, and a
release without it must not be shown. The rows of that shape are therefore removed. The product
had no deployment when this was written: only development databases hold any, and the
demonstration publishes its own again. Notes are kept; written before the question existed, they
answer the one that all of them did: what is missing.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

NOBODY = uuid.UUID(int=0)


class Migration(migrations.Migration):
    dependencies = [("clsm_observatory", "0001_initial")]

    operations = [
        # Removed and made again in one go: no row is left behind, and no column keeps a default.
        migrations.DeleteModel(name="ReleaseWithdrawal"),
        migrations.DeleteModel(name="Release"),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("commission_label", models.CharField(max_length=160, verbose_name="commission")),
                ("source", models.UUIDField(verbose_name="origine")),
                ("kind", models.CharField(choices=[("figures", "fourchettes prouvées"), ("paper", "ancien rapport, pris en compte")], max_length=8, verbose_name="nature")),
                ("rank", models.PositiveIntegerField(verbose_name="rang dans la suite")),
                ("period_start", models.DateField(verbose_name="début de période")),
                ("period_end", models.DateField(verbose_name="fin de période, exclue")),
                ("plan_version", models.CharField(max_length=40, verbose_name="version du plan")),
                ("bundle", models.TextField(verbose_name="chiffres publiés")),
                ("manifest", models.TextField(verbose_name="manifeste signé")),
                ("certificate", models.TextField(verbose_name="certificat")),
                ("ledger_line", models.TextField(verbose_name="ligne du registre des publications")),
                ("signature", models.BinaryField(max_length=64, verbose_name="signature")),
                ("previous_hash", models.CharField(blank=True, max_length=64, verbose_name="empreinte précédente")),
                ("published_at", models.DateTimeField(verbose_name="publiée le")),
                ("council", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clsm_council.council", verbose_name="conseil")),
            ],
            options={
                "verbose_name": "publication anonymisée",
                "verbose_name_plural": "publications anonymisées",
                "ordering": ["source", "rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "rank"), name="observatory_release_rank_once"),
                    models.CheckConstraint(condition=models.Q(("rank__gte", 1)), name="observatory_release_rank_from_one"),
                    models.CheckConstraint(condition=models.Q(("period_end__gt", models.F("period_start"))), name="observatory_release_dates_ordered"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReleaseWithdrawal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=300, verbose_name="motif")),
                ("withdrawn_at", models.DateTimeField(verbose_name="retirée le")),
                ("release", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal", to="clsm_observatory.release", verbose_name="publication")),
            ],
            options={
                "verbose_name": "retrait de publication",
                "verbose_name_plural": "retraits de publication",
            },
        ),
        # Notes written before this number existed belong to no chain: the number of nobody.
        migrations.AddField(
            model_name="note",
            name="source",
            field=models.UUIDField(default=NOBODY, verbose_name="origine"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="note",
            name="category",
            field=models.CharField(choices=[("missing_offer", "ce qui manque"), ("frequent", "ce qui est fréquent"), ("grave", "ce qui est grave"), ("good_practice", "ce qui marche")], default="missing_offer", max_length=13, verbose_name="question"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="note",
            name="missing_offer",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="offre qui manque"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="note",
            name="basis",
            field=models.CharField(choices=[("three_years", "trois années de travail de la commission"), ("structures", "besoins exprimés par les structures")], max_length=12, verbose_name="fondement"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(condition=models.Q(("missing_offer", ""), ("category", "missing_offer"), _connector="OR"), name="observatory_note_offer_only_when_missing"),
        ),
        migrations.CreateModel(
            name="NoteWithdrawal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=300, verbose_name="motif")),
                ("withdrawn_at", models.DateTimeField(verbose_name="retirée le")),
                ("note", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal", to="clsm_observatory.note", verbose_name="note")),
            ],
            options={
                "verbose_name": "retrait de note",
                "verbose_name_plural": "retraits de note",
            },
        ),
    ]
