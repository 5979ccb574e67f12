"""A duty goes to another body by two officers: a proposal and a decision, and no other step."""

import django.db.models.deletion
import shegong.ground.regions.models
from django.db import migrations, models

from shegong.ground.organizations.rules import TRANSFERS
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0003_batches'),
        ('regions', '0002_tree_stamp'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.TextField()),
                ('effective', models.DateField()),
                ('basis', models.TextField()),
                ('seal_name', models.TextField(blank=True)),
                ('letterhead', models.TextField(blank=True)),
                ('proposed_by', models.BigIntegerField()),
                ('proposer', models.TextField(blank=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('state', models.TextField(default='proposed')),
                ('version', models.IntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('region', shegong.ground.regions.models.RegionField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('duty', 'region'), name='duty_transfer_one_open'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'refused', 'withdrawn'])), name='duty_transfer_state'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='duty_transfer_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state__in', ['approved', 'refused'])), models.Q(models.Q(('state__in', ['approved', 'refused']), _negated=True), ('decided_by__isnull', True)), _connector='OR'), name='duty_transfer_decided')],
            },
        ),
        workflow_trigger("organizations_dutytransfer", TRANSFERS),
    ]
