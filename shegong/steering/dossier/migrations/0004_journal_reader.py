"""How far likely duplicates have followed the journal is kept with the other readers."""

from django.db import migrations

TAKE = """INSERT INTO kernel_journalreader (name, seq, done)
SELECT 'dossier.duplicates', seq, 0 FROM dossier_progress WHERE name = 'duplicates'
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [("dossier", "0003_batches_may_go"), ("kernel", "0019_journal_reader")]
    operations = [
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
        migrations.DeleteModel("Progress"),
    ]
