"""Workbooks on their way into the register."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.kernel.sheets.steps import BATCHES
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0005_saved_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.TextField(unique=True)),
                ('layout', models.TextField()),
                ('file_name', models.TextField()),
                ('sha256', models.TextField()),
                ('size', models.BigIntegerField()),
                ('user_id', models.BigIntegerField(null=True)),
                ('person_id', models.BigIntegerField(null=True)),
                ('organization_id', models.BigIntegerField(null=True)),
                ('for_body', models.BooleanField(default=False)),
                ('region_code', models.IntegerField()),
                ('office_name', models.TextField(blank=True)),
                ('state', models.TextField(default='received')),
                ('version', models.IntegerField(default=0)),
                ('is_read', models.BooleanField(default=False)),
                ('round', models.IntegerField(default=1)),
                ('adopt_all', models.BooleanField(default=False)),
                ('refusal', models.JSONField(null=True)),
                ('reading', models.JSONField(default=dict)),
                ('total', models.IntegerField(default=0)),
                ('good', models.IntegerField(default=0)),
                ('fresh', models.IntegerField(default=0)),
                ('same', models.IntegerField(default=0)),
                ('bad', models.IntegerField(default=0)),
                ('mendable', models.IntegerField(default=0)),
                ('clash', models.IntegerField(default=0)),
                ('passed', models.IntegerField(default=0)),
                ('taken', models.IntegerField(default=0)),
                ('late', models.IntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('expected', models.IntegerField(default=0)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('moved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('checked_at', models.DateTimeField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('taken_by_id', models.BigIntegerField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('undo_until', models.DateField(null=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region_code', '-id'], name='batch_region'), models.Index(fields=['person_id', '-id'], name='batch_person'), models.Index(condition=models.Q(('state__in', ['received', 'checking', 'taking', 'undoing'])), fields=['moved_at'], name='batch_at_work')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['received', 'checking', 'checked', 'taking', 'taken', 'undoing', 'undone', 'dropped', 'unreadable'])), name='batch_state'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='batch_size'), models.UniqueConstraint(condition=models.Q(('state__in', ['dropped', 'undone', 'unreadable']), _negated=True), fields=('layout', 'sha256', 'region_code', 'organization_id'), name='batch_file_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='BatchPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('rows', models.IntegerField()),
                ('seal_id', models.UUIDField(unique=True)),
                ('content', models.BinaryField()),
                ('round', models.IntegerField()),
                ('is_taken', models.BooleanField(default=False)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='kernel.batch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='batch_part_once')],
            },
        ),
        migrations.CreateModel(
            name='BatchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.IntegerField()),
                ('part', models.IntegerField()),
                ('number', models.IntegerField()),
                ('kind', models.TextField()),
                ('outcome', models.TextField()),
                ('key', models.BigIntegerField(null=True)),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('mendable', models.BooleanField(default=False)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='kernel.batch')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'kind', 'place'], name='batch_row_kind'), models.Index(condition=models.Q(('key__isnull', False)), fields=['batch', 'key'], name='batch_row_key')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'place'), name='batch_row_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['good', 'same', 'bad', 'clash', 'passed', 'taken', 'late'])), name='batch_row_kind')],
            },
        ),
        workflow_trigger('kernel_batch', BATCHES),
    ]
