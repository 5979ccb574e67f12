"""Statuses kept beyond their printed end, reminders with their proof, and lapses of many that wait for people."""

import django.db.models.deletion
import django.db.models.functions.datetime
import shegong.ground.regions.models
from django.db import migrations, models

from shegong.duties.registry.rules.lapsing import BATCH_WORKFLOW
from shegong.kernel.transition import append_only_trigger, workflow_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0018_outages'),
        ('people', '0007_privacy'),
        ('regions', '0002_tree_stamp'),
        ('registry', '0017_late_renewal'),
    ]

    operations = [
        migrations.CreateModel(
            name='LapseBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_day', models.DateField()),
                ('ending', models.IntegerField()),
                ('held', models.IntegerField()),
                ('lapsing', models.IntegerField()),
                ('live', models.IntegerField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('state', models.TextField(default='waiting')),
                ('version', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ends_on', models.DateField()),
                ('stage', models.TextField()),
                ('missing', models.IntegerField(null=True)),
                ('sent_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='StatusHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.TextField()),
                ('until', models.DateField()),
                ('held_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('released_at', models.DateTimeField(null=True)),
                ('ended', models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name='term',
            name='kind',
            field=models.TextField(db_default='full', default='full'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['full', 'held'])), name='term_kind'),
        ),
        migrations.AddField(
            model_name='lapsebatch',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='lapsebatch',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='lapsebatch',
            name='region',
            field=shegong.ground.regions.models.RegionField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='message',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='kernel.message'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='registration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='registry.registration'),
        ),
        migrations.AddField(
            model_name='statushold',
            name='application',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.application'),
        ),
        migrations.AddField(
            model_name='statushold',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='registry.lapsebatch'),
        ),
        migrations.AddField(
            model_name='statushold',
            name='outage',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.outage'),
        ),
        migrations.AddField(
            model_name='statushold',
            name='registration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='registry.registration'),
        ),
        migrations.AddConstraint(
            model_name='lapsebatch',
            constraint=models.UniqueConstraint(fields=('last_day', 'region'), name='lapse_batch_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='lapsebatch',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['below', 'waiting', 'confirmed', 'lapsed', 'kept'])), name='lapse_batch_state'),
        ),
        migrations.AddConstraint(
            model_name='lapsebatch',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('confirmed_by')), _negated=True), _connector='OR'), name='lapse_batch_two_people'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(fields=['ends_on', 'stage'], name='reminder_by_end'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('registration', 'ends_on', 'stage'), name='reminder_once_a_stage'),
        ),
        migrations.AddIndex(
            model_name='statushold',
            index=models.Index(condition=models.Q(('released_at__isnull', True)), fields=['until'], name='hold_running'),
        ),
        migrations.AddIndex(
            model_name='statushold',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='hold_of_batch'),
        ),
        migrations.AddConstraint(
            model_name='statushold',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['pending_application', 'no_proof', 'outage', 'mass_lapse'])), name='hold_why'),
        ),
        migrations.AddConstraint(
            model_name='statushold',
            constraint=models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('registration', 'why'), name='hold_one_a_reason'),
        ),
        workflow_trigger('registry_lapsebatch', BATCH_WORKFLOW),
        append_only_trigger('registry_reminder'),
    ]
