"""Sums of figures by year, month and day, and how far they reach."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0016_cube'),
    ]

    operations = [
        migrations.CreateModel(
            name='CubeFold',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('folded_to', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveField(
            model_name='cubemark',
            name='folded_to',
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.IntegerField()),
                ('grain', models.SmallIntegerField()),
                ('span', models.SmallIntegerField()),
                ('starts', models.DateField()),
                ('region_code', models.IntegerField()),
                ('c1', models.SmallIntegerField()),
                ('c2', models.SmallIntegerField()),
                ('c3', models.SmallIntegerField()),
                ('c4', models.SmallIntegerField()),
                ('amount', models.IntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('measure', 'grain', 'span', 'starts', 'region_code', 'c1', 'c2', 'c3', 'c4'), include=('amount',), name='cell_once')],
            },
        ),
    ]
