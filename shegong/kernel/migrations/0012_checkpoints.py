"""Signed checkpoints of the journal, the nodes of its Merkle tree, and witnessed ones of others: only added to."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0011_person_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField()),
                ('algorithm', models.TextField()),
                ('root', models.BinaryField()),
                ('chain', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('origin', models.TextField()),
                ('kid', models.TextField()),
                ('alg', models.TextField()),
                ('signature', models.BinaryField()),
                ('kept', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('failed', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['size'], name='checkpoint_size')],
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='checkpoint_of_entries')],
            },
        ),
        migrations.CreateModel(
            name='MerkleNode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('algorithm', models.TextField()),
                ('level', models.SmallIntegerField()),
                ('position', models.BigIntegerField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('algorithm', 'level', 'position'), name='merkle_node_once')],
            },
        ),
        migrations.CreateModel(
            name='Witnessed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('size', models.BigIntegerField()),
                ('algorithm', models.TextField()),
                ('root', models.BinaryField()),
                ('line', models.TextField()),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['name', '-id'], name='witnessed_last')],
            },
        ),
        append_only_trigger("kernel_checkpoint"),
        append_only_trigger("kernel_merklenode"),
        append_only_trigger("kernel_witnessed"),
    ]
