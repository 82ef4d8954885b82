from django.db import migrations, models

# Held by now is what an agency refused, and what it answered that it does not know; only the first has these words.
DECLINED = "UPDATE handoff_delivery SET declined = true WHERE status = 'held' AND last_answer LIKE '对方拒收%'"


class Migration(migrations.Migration):
    dependencies = [
        ("handoff", "0012_corrected"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="declined",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(DECLINED, migrations.RunSQL.noop),
    ]
