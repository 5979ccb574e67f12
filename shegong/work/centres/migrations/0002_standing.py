"""Since when a centre stands as it does."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.TextField()),
                ('on', models.DateField()),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='centres.centre')),
            ],
            options={
                'indexes': [models.Index(fields=['centre', 'id'], name='standing_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['active', 'abnormal', 'cancelled'])), name='standing_state')],
            },
        ),
    ]
