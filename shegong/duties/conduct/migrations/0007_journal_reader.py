"""How far flags have followed the journal is kept with the other readers."""

from django.db import migrations

TAKE = """INSERT INTO kernel_journalreader (name, seq, done)
SELECT 'conduct.flags', seq, 0 FROM conduct_flagcursor ORDER BY id LIMIT 1
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [("conduct", "0006_owed"), ("kernel", "0019_journal_reader")]
    operations = [
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
        migrations.DeleteModel("FlagCursor"),
    ]
