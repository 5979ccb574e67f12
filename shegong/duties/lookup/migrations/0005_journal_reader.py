"""How far alerts have followed the journal is kept with the other readers."""

from django.db import migrations

TAKE = """INSERT INTO kernel_journalreader (name, seq, done)
SELECT 'lookup.alerts', seq, 0 FROM lookup_following WHERE name = 'journal'
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [("lookup", "0004_reinstated"), ("kernel", "0019_journal_reader")]
    operations = [
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
        migrations.RunSQL("DELETE FROM lookup_following WHERE name = 'journal'", migrations.RunSQL.noop),
        migrations.RemoveField("following", "seq"),
    ]
