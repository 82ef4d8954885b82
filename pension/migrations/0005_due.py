"""What is stored gets its year, and the day by which it should be decided."""

from django.db import migrations
from django.db.models.functions import TruncDate

from refunds.parameters.calendar import deadline

YEAR = """
UPDATE pension_pensionrefund r SET year = coalesce(
    (SELECT c.year FROM pension_collectivepayment c WHERE c.id = r.collective_id),
    (SELECT p.year FROM pension_pensionrefundline l JOIN pension_payment p ON p.id = l.payment_id WHERE l.refund_id = r.id ORDER BY l.id LIMIT 1)
)
"""


def reckon(apps, schema_editor):
    schema_editor.execute(YEAR)
    refunds = apps.get_model("pension", "PensionRefund").objects.filter(submitted_at__isnull=False)
    days = refunds.annotate(day=TruncDate("submitted_at")).order_by("day").values_list("day", flat=True).distinct()
    for day in list(days):
        of_day = refunds.filter(submitted_at__date=day)
        of_day.update(due_on=deadline(of_day.values_list("submitted_at", flat=True)[0]).day)


class Migration(migrations.Migration):
    dependencies = [("pension", "0004_workbench"), ("refunds", "0005_parameters_codes")]
    operations = [migrations.RunPython(reckon, migrations.RunPython.noop)]
