"""The database checks unified social credit codes itself (GB 32100-2015)."""

from django.db import migrations, models

import shegong.ground.organizations.models

FUNCTION = """
CREATE FUNCTION uscc_is_valid(code text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT code ~ '^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$'
     AND right(code, 1) = substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + (31 - (
           SELECT sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, place, 1)) - 1)
                      * (ARRAY[1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28])[place])
           FROM generate_series(1, 17) AS place)::int % 31) % 31, 1)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION uscc_is_valid(text)"),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                name="organization_uscc_valid",
                condition=models.Q(
                    ("uscc__isnull", True),
                    shegong.ground.organizations.models.UsccIsValid(models.F("uscc")),
                    _connector="OR",
                ),
            ),
        ),
    ]
