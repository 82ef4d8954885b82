from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("medical", "0004_holds")]
    operations = [
        migrations.AddConstraint(
            model_name="medicalrefund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("holds", True)), fields=("payment",), name="one_live_refund_per_medical_payment"
            ),
        ),
    ]
