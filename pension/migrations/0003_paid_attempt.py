"""Which attempt was paid, of applications that were paid before this was written down."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    apps.get_model("pension", "PensionRefund").objects.filter(refund_status="refunded").update(
        paid_attempt=F("attempt")
    )


class Migration(migrations.Migration):
    dependencies = [("pension", "0002_disputes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
