"""Who watches which registrations, what there was to tell, for whom and how it was told. Told is told: append-only."""

import django.db.models.deletion
import django.db.models.functions.datetime
import shegong.ground.regions.models
from django.db import migrations, models

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('lookup', '0002_append_only'),
        ('organizations', '0004_duty_transfers'),
        ('people', '0007_privacy'),
        ('regions', '0002_tree_stamp'),
        ('registry', '0015_token_wall'),
    ]

    operations = [
        migrations.CreateModel(
            name='Following',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(default=0)),
                ('day', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField()),
                ('on', models.DateField()),
                ('until', models.DateField(null=True)),
                ('cause', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('region', shegong.ground.regions.models.RegionField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.registration')),
            ],
        ),
        migrations.CreateModel(
            name='Due',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('channels', models.TextField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues', to='lookup.alert')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='told', to='lookup.due')),
            ],
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('purpose', models.TextField(blank=True)),
                ('started_on', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='organizations.organization')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('region', shegong.ground.regions.models.RegionField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.AddField(
            model_name='alert',
            name='watch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='lookup.watch'),
        ),
        migrations.CreateModel(
            name='Watched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.registration')),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watched', to='lookup.watch')),
            ],
        ),
        migrations.CreateModel(
            name='WatchReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField()),
                ('sms', models.BooleanField()),
                ('email', models.BooleanField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='lookup.watch')),
            ],
        ),
        migrations.AddIndex(
            model_name='due',
            index=models.Index(fields=['due_at'], name='due_by_time'),
        ),
        migrations.AddConstraint(
            model_name='due',
            constraint=models.UniqueConstraint(fields=('alert', 'person'), name='due_once'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('staff', 'region', 'list'))), name='watch_kind'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'region'), ('region__isnull', True), _connector='XOR'), name='watch_area'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'list'), _negated=True), models.Q(('purpose', ''), _negated=True), _connector='OR'), name='watch_list_says_why'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True), ('kind', 'staff')), fields=('body', 'kind'), name='watch_staff_once'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True), ('kind', 'region')), fields=('body', 'region'), name='watch_area_once'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True), ('kind', 'list')), fields=('body', 'purpose'), name='watch_list_once'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['watch', '-id'], name='alert_list'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['admitted', 'renewed', 'expiring', 'grace', 'lapsed', 'suspended', 'lifted', 'over', 'cancelled', 'revoked', 'left', 'changed'])), name='alert_what'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(fields=('watch', 'registration', 'what', 'cause'), name='alert_told_once'),
        ),
        migrations.AddIndex(
            model_name='watched',
            index=models.Index(condition=models.Q(('until__isnull', True)), fields=['registration'], name='watched_now'),
        ),
        migrations.AddConstraint(
            model_name='watched',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('watch', 'registration'), name='watched_once'),
        ),
        migrations.AddConstraint(
            model_name='watchreader',
            constraint=models.UniqueConstraint(fields=('watch', 'person'), name='watch_reader_once'),
        ),
        migrations.AddConstraint(
            model_name='watchreader',
            constraint=models.CheckConstraint(condition=models.Q(('digest__in', ['now', 'daily', 'weekly', 'off'])), name='watch_reader_digest'),
        ),
        *[append_only_trigger(f"lookup_{table}") for table in ("alert", "due", "told")],
    ]
