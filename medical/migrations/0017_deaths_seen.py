import django.contrib.postgres.fields
from django.db import migrations, models

# What was passed with a death known already is no news.
KNOWN = """
    UPDATE medical_medicalrefund r SET deaths_seen = ARRAY[p.id] FROM accounts_person p
    WHERE p.id = r.applicant_id AND p.deceased_on IS NOT NULL AND r.review_status = 'completed'"""


class Migration(migrations.Migration):
    dependencies = [("medical", "0016_frozen"), ("accounts", "0009_administrator")]

    operations = [
        migrations.AddField(
            "medicalrefund",
            "deaths_seen",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
