"""Versions of the plan of figures, and notes on their way to the steering committee (decision 35)."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_releases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReleaseNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('words', models.BinaryField(blank=True, null=True, verbose_name='titre et texte scellés')),
                ('words_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='version de clé')),
                ('basis', models.CharField(choices=[('three_years', 'Trois années de travail de la commission'), ('structures', 'Besoins exprimés par les structures')], max_length=12, verbose_name='origine')),
                ('category', models.CharField(choices=[('missing_offer', 'Un manque d’offre'), ('frequent', 'Une difficulté fréquente'), ('grave', 'Une difficulté grave'), ('good_practice', 'Une pratique qui réussit')], max_length=14, verbose_name='sujet')),
                ('missing_offer', models.CharField(blank=True, default='', max_length=40, verbose_name='offre manquante')),
                ('state', models.CharField(choices=[('written', 'à approuver'), ('approved_once', 'approuvée une fois'), ('published', 'publiée'), ('withdrawn', 'retirée'), ('dropped', 'abandonnée')], default='written', max_length=14, verbose_name='état')),
                ('written_at', models.DateTimeField(verbose_name='écrite le')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approuvée le')),
                ('digest', models.CharField(blank=True, default='', max_length=56, verbose_name='empreinte approuvée')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('published_as', models.UUIDField(blank=True, null=True, unique=True, verbose_name='note au conseil')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approuvée par')),
                ('commission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='cases.commission', verbose_name='commission')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='publiée par')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retirée par')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
            ],
            options={
                'verbose_name': 'note de la commission',
                'verbose_name_plural': 'notes de la commission',
                'ordering': ['-written_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), ('words__isnull', True), ('words_version__isnull', True)), models.Q(models.Q(('state', 'dropped'), _negated=True), ('words__isnull', False), ('words_version__isnull', False)), _connector='OR'), name='cases_note_words_until_dropped'), models.CheckConstraint(condition=models.Q(('category', 'missing_offer'), ('missing_offer', ''), _connector='OR'), name='cases_note_offer_of_its_category'), models.CheckConstraint(condition=models.Q(('state', 'dropped'), models.Q(('approved_by__isnull', True), ('digest', ''), ('state', 'written')), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state__in', ['approved_once', 'published', 'withdrawn']), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='cases_note_approved_whole'), models.CheckConstraint(condition=models.Q(models.Q(('published_as__isnull', True), ('published_at__isnull', True), ('published_by__isnull', True), ('state__in', ['written', 'approved_once', 'dropped'])), models.Q(('published_as__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('state__in', ['published', 'withdrawn'])), _connector='OR'), name='cases_note_published_whole'), models.CheckConstraint(condition=models.Q(('published_by__isnull', True), models.Q(('published_by', models.F('approved_by')), _negated=True), _connector='OR'), name='cases_note_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='cases_note_withdrawn_whole')],
            },
        ),
        migrations.CreateModel(
            name='ReleasePlan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.CharField(max_length=20, verbose_name='version')),
                ('text', models.TextField(verbose_name='texte du plan')),
                ('sha256', models.CharField(max_length=64, verbose_name='empreinte')),
                ('is_correction', models.BooleanField(default=False, verbose_name='libellés seuls')),
                ('note', models.CharField(max_length=300, verbose_name='ce qui change')),
                ('state', models.CharField(choices=[('draft', 'à approuver'), ('active', 'en vigueur'), ('retired', 'remplacée'), ('dropped', 'abandonnée')], default='draft', max_length=8, verbose_name='état')),
                ('created_at', models.DateTimeField(verbose_name='préparée le')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approuvée le')),
                ('activated_at', models.DateTimeField(blank=True, null=True, verbose_name='mise en vigueur le')),
                ('activated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='mise en vigueur par')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approuvée par')),
                ('commission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='cases.commission', verbose_name='commission')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='préparée par')),
            ],
            options={
                'verbose_name': 'version du plan',
                'verbose_name_plural': 'versions du plan',
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('commission',), name='cases_plan_one_active'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('commission',), name='cases_plan_one_draft'), models.UniqueConstraint(condition=models.Q(('state', 'dropped'), _negated=True), fields=('commission', 'version'), name='cases_plan_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='cases_plan_approved_whole'), models.CheckConstraint(condition=models.Q(models.Q(('activated_at__isnull', True), ('activated_by__isnull', True), ('state__in', ['draft', 'dropped'])), models.Q(('activated_at__isnull', False), ('activated_by__isnull', False), ('approved_by__isnull', False), ('state__in', ['active', 'retired'])), _connector='OR'), name='cases_plan_activated_whole'), models.CheckConstraint(condition=models.Q(('activated_by__isnull', True), models.Q(('activated_by', models.F('approved_by')), _negated=True), _connector='OR'), name='cases_plan_two_people')],
            },
        ),
    ]
