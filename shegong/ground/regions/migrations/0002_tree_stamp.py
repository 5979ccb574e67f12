"""The stamp of the tree, renewed by a trigger; who may have changed a succession is told by the journal."""

from django.db import migrations, models

TABLES = ("regions_region", "regions_regionname", "regions_succession", "regions_areamember")

FUNCTION = """
CREATE FUNCTION regions_renew_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO regions_treestamp (id, stamp) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;
    RETURN NULL;
END $$
"""


def trigger(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER renew_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION regions_renew_stamp()",
        f"DROP TRIGGER renew_stamp ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="succession", name="basis", field=models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.CreateModel(
            name="TreeStamp",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("stamp", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION regions_renew_stamp()"),
        *map(trigger, TABLES),
    ]
