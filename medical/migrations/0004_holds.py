"""Which applications hold their payment, and which attempt was paid, of those that were made before this was written down."""

from django.db import migrations
from django.db.models import F

RELEASED = ["not_applied", "tax_returned", "agency_returned"]


def fill(apps, schema_editor):
    refunds = apps.get_model("medical", "MedicalRefund").objects
    refunds.filter(refund_status__in=RELEASED).update(holds=False)
    refunds.filter(refund_status="refunded").update(paid_attempt=F("attempt"))


class Migration(migrations.Migration):
    dependencies = [("medical", "0003_disputes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
