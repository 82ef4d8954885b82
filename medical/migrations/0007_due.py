"""What is stored gets its year, and the day by which it should be decided."""

from django.db import migrations
from django.db.models.functions import TruncDate

from refunds.parameters.calendar import deadline

YEAR = """
UPDATE medical_medicalrefund r SET year = (SELECT p.year FROM medical_payment p WHERE p.id = r.payment_id)
"""


def reckon(apps, schema_editor):
    schema_editor.execute(YEAR)
    refunds = apps.get_model("medical", "MedicalRefund").objects.filter(submitted_at__isnull=False)
    days = refunds.annotate(day=TruncDate("submitted_at")).order_by("day").values_list("day", flat=True).distinct()
    for day in list(days):
        of_day = refunds.filter(submitted_at__date=day)
        of_day.update(due_on=deadline(of_day.values_list("submitted_at", flat=True)[0]).day)


class Migration(migrations.Migration):
    dependencies = [("medical", "0006_workbench"), ("refunds", "0005_parameters_codes")]
    operations = [migrations.RunPython(reckon, migrations.RunPython.noop)]
