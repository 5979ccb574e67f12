"""Figures: contributions that are only added, and how far each measure was counted."""

import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0015_person_key_destroyed'),
    ]

    operations = [
        migrations.CreateModel(
            name='CubeMark',
            fields=[
                ('measure', models.IntegerField(primary_key=True, serialize=False)),
                ('name', models.TextField(unique=True)),
                ('rule', models.SmallIntegerField()),
                ('folded_to', models.BigIntegerField(default=0)),
                ('counted_at', models.DateTimeField(null=True)),
                ('differed', models.IntegerField(default=0)),
                ('seconds', models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.IntegerField()),
                ('rule', models.SmallIntegerField()),
                ('subject', models.BigIntegerField()),
                ('region_code', models.IntegerField()),
                ('c1', models.SmallIntegerField(db_default=0)),
                ('c2', models.SmallIntegerField(db_default=0)),
                ('c3', models.SmallIntegerField(db_default=0)),
                ('c4', models.SmallIntegerField(db_default=0)),
                ('on', models.DateField()),
                ('amount', models.SmallIntegerField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['measure', 'subject'], name='contribution_subject'), models.Index(fields=['measure', 'region_code', 'on'], name='contribution_place'), django.contrib.postgres.indexes.BrinIndex(fields=['recorded_at'], name='contribution_known')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='contribution_counts')],
            },
        ),
        append_only_trigger("kernel_contribution"),
    ]
