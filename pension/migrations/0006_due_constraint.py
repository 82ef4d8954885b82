from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pension", "0005_due")]
    operations = [
        migrations.AddConstraint(
            model_name="pensionrefund",
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
                name="pensionrefund_is_complete_once_submitted",
            ),
        ),
    ]
