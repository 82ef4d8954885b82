"""Banks that keep no accounts of people or villages are no longer offered (domain.md B2)."""

from django.db import migrations, models

POLICY_BANKS = ["201", "202", "203"]


def switch_off(apps, schema_editor):
    apps.get_model("bankreports", "Bank").objects.filter(code__in=POLICY_BANKS).update(active=False)


class Migration(migrations.Migration):
    dependencies = [("bankreports", "0002_codes")]
    operations = [
        migrations.AddField("bank", "active", models.BooleanField(default=True)),
        migrations.RunPython(switch_off, migrations.RunPython.noop),
    ]
