from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("medical", "0007_due")]
    operations = [
        migrations.AddConstraint(
            model_name="medicalrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on", None), ("number", None), ("review_status", "draft"), ("submitted_at", None)),
                    models.Q(
                        models.Q(("review_status", "draft"), _negated=True),
                        ("number__isnull", False),
                        ("submission_key__isnull", False),
                        ("submitted_at__isnull", False),
                        ("account_index__isnull", False),
                        ("account_number__isnull", False),
                        ("contact_phone__isnull", False),
                        models.Q(("account_name", ""), _negated=True),
                        ("due_on__isnull", False),
                        ("year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="medicalrefund_is_complete_once_submitted",
            ),
        ),
    ]
