"""Notices are official documents with frozen figures; what must be put right is a task."""

import django.db.models.deletion
from django.db import migrations, models

from shegong.kernel.transition import workflow_trigger
from shegong.steering.oversight.rules.circulars import CIRCULAR


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_steps'),
        ('organizations', '0004_duty_transfers'),
        ('oversight', '0002_steps'),
        ('people', '0007_privacy'),
        ('programme', '0003_annual_plans_keep_their_sums'),
        ('regions', '0002_tree_stamp'),
        ('statistics', '0002_append_only'),
        ('tasks', '0002_steps'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='circular',
            name='circular_state',
        ),
        migrations.AddField(
            model_name='circular',
            name='document',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.officialdocument'),
        ),
        migrations.AddField(
            model_name='circular',
            name='snapshot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='statistics.snapshot'),
        ),
        migrations.AddField(
            model_name='circularrow',
            name='task',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='finding',
            name='task',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tasks.task'),
        ),
        migrations.AddConstraint(
            model_name='circular',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['drafted', 'signing', 'issued', 'closed', 'dropped'])), name='circular_state'),
        ),
        migrations.AddConstraint(
            model_name='circular',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['issued', 'closed']), _negated=True), models.Q(('document__isnull', False), ('issued_on__isnull', False)), _connector='OR'), name='circular_issued_as_document'),
        ),
        migrations.AddConstraint(
            model_name='circularrow',
            constraint=models.CheckConstraint(condition=models.Q(('task__isnull', True), ('mark', 'named'), _connector='OR'), name='circular_row_task_of_named'),
        ),
        workflow_trigger("oversight_circular", CIRCULAR),
    ]
