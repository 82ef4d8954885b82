import django.contrib.postgres.fields
from django.db import migrations, models

# What was passed with a death known already is no news.
KNOWN = """
    UPDATE pension_pensionrefund r SET deaths_seen = d.people FROM (
        SELECT l.refund_id, array_agg(p.id ORDER BY p.id) AS people FROM pension_pensionrefundline l
        JOIN pension_payment y ON y.id = l.payment_id JOIN accounts_person p ON p.id = y.person_id
        WHERE p.deceased_on IS NOT NULL GROUP BY l.refund_id) d
    WHERE d.refund_id = r.id AND r.review_status = 'completed'"""


class Migration(migrations.Migration):
    dependencies = [("pension", "0018_frozen"), ("accounts", "0009_administrator")]

    operations = [
        migrations.AddField(
            "pensionrefund",
            "deaths_seen",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
