"""How far news were read is kept with the other readers of the journal."""

from django.db import migrations

TAKE = """INSERT INTO kernel_journalreader (name, seq, done)
SELECT 'registry.news', seq, 0 FROM registry_newsread WHERE name = 'registrations'
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0019_hours_standing"), ("kernel", "0019_journal_reader")]
    operations = [
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
        migrations.DeleteModel("NewsRead"),
    ]
