"""Which answer each reason says was wrong."""

from django.db import migrations

ABOUT = {"account_name": "account", "account_closed": "account", "not_paid_twice": "reason"}


def fill(apps, schema_editor):
    reasons = apps.get_model("refunds", "RejectReason").objects
    for code, about in ABOUT.items():
        reasons.filter(code=code).update(about=about)


class Migration(migrations.Migration):
    dependencies = [("refunds", "0012_reason_about")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
