"""How far the ledger was followed is kept with the other readers; this one named the entry to come, they name the last."""

from django.db import migrations

TAKE = """INSERT INTO kernel_journalreader (name, seq, done)
SELECT 'education.told', greatest(seq - 1, 0), done FROM education_ledgerreader WHERE name = 'told'
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [("education", "0009_second_look_steps"), ("kernel", "0019_journal_reader")]
    operations = [
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
        migrations.DeleteModel("LedgerReader"),
    ]
