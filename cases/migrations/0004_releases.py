"""Give a release its job, its proof and its withdrawal; all populations at once (decisions 36-40).

What waited for approvals in the first shape is dropped: it holds one population and no
certificate, so that nobody could approve it any more. What was published stays as it was.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_agreement_access_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='releasedraft',
            name='cases_release_one_pending',
        ),
        migrations.RemoveField(
            model_name='releasedraft',
            name='population',
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='attempt',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='essai'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='beat_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='avancée le'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='certificate',
            field=models.TextField(blank=True, default='', verbose_name='certificat'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='job',
            field=models.BinaryField(blank=True, null=True, verbose_name='comptes scellés'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='job_checkpoint',
            field=models.BinaryField(blank=True, null=True, verbose_name='étape scellée'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='job_key',
            field=models.BinaryField(blank=True, null=True, verbose_name='clé enveloppée'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='job_key_version',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='version de clé'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='kind',
            field=models.CharField(choices=[('figures', 'chiffres de la commission'), ('paper', 'ancien rapport sur papier')], default='figures', max_length=8, verbose_name='sorte'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='ledger_line',
            field=models.TextField(blank=True, default='', verbose_name='ligne du registre'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='progress_percent',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='avancement'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='progress_stage',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='étape'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='publiée le'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='refusal',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='motif codé'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='refusal_words',
            field=models.TextField(blank=True, default='', verbose_name='motif'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='release',
            field=models.UUIDField(blank=True, null=True, unique=True, verbose_name='publication'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='report',
            field=models.BinaryField(blank=True, null=True, verbose_name='compte rendu scellé'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='report_version',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='version de clé'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='spent_seconds',
            field=models.PositiveIntegerField(default=0, verbose_name='secondes de calcul'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='commencée le'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='retirée le'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retirée par'),
        ),
        migrations.AddField(
            model_name='releasedraft',
            name='withdrawn_reason',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='motif du retrait'),
        ),
        migrations.AlterField(
            model_name='releasedraft',
            name='bundle',
            field=models.TextField(blank=True, default='', verbose_name='chiffres'),
        ),
        migrations.AlterField(
            model_name='releasedraft',
            name='manifest',
            field=models.TextField(blank=True, default='', verbose_name='manifeste'),
        ),
        migrations.AlterField(
            model_name='releasedraft',
            name='state',
            field=models.CharField(choices=[('computing', 'vérification en cours'), ('audited', 'à approuver'), ('not_publishable', 'non publiable'), ('approved_once', 'approuvée une fois'), ('published', 'publiée'), ('dropped', 'abandonnée')], default='computing', max_length=16, verbose_name='état'),
        ),
        migrations.RunSQL(
            "UPDATE cases_releasedraft SET state = 'dropped'"
            " WHERE state IN ('frozen', 'approved_once')",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='releasedraft',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['computing', 'audited', 'approved_once'])), fields=('commission',), name='cases_release_one_pending'),
        ),
        migrations.AddConstraint(
            model_name='releasedraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('job__isnull', False), ('job_key__isnull', False), ('job_key_version__isnull', False), ('state', 'computing')), models.Q(models.Q(('state', 'computing'), _negated=True), ('job__isnull', True), ('job_checkpoint__isnull', True), ('job_key__isnull', True), ('job_key_version__isnull', True)), _connector='OR'), name='cases_release_job_emptied'),
        ),
        migrations.AddConstraint(
            model_name='releasedraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['audited', 'approved_once']), _negated=True), models.Q(models.Q(('bundle', ''), _negated=True), models.Q(('manifest', ''), _negated=True), models.Q(('certificate', ''), _negated=True), models.Q(('ledger_line', ''), _negated=True), ('report__isnull', False), ('report_version__isnull', False)), _connector='OR'), name='cases_release_proved_whole'),
        ),
        migrations.AddConstraint(
            model_name='releasedraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('state', 'published'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='cases_release_withdrawn_whole'),
        ),
    ]
