"""Hours in which people could not act: declared, never taken back; gaps that the pulse found."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0017_cube_cells'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ServiceGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('answer', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['', 'declared', 'none'])), name='service_gap_answer')],
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('notice_zh', models.TextField()),
                ('notice_en', models.TextField(blank=True)),
                ('declared_by', models.BigIntegerField()),
                ('declared_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('gap', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='kernel.servicegap')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('during__lower_inf', False), ('during__upper_inf', False)), name='outage_has_hours')],
            },
        ),
        append_only_trigger('kernel_outage'),
    ]
