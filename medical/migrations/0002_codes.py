"""退费理由 of domain.md B5 and I-48, in the order people need them."""

from django.db import migrations

# An heir cannot apply here yet, so nobody is offered 参保人死亡.
INACTIVE = {"died"}
REASONS = [
    ("duplicate", "重复缴费", False),
    ("employee", "已参加职工医保", False),
    ("elsewhere", "已在其他地区参保", False),
    ("overpaid", "多缴", False),
    ("mistaken", "错缴", False),
    ("subsidised", "资助对象退差额", False),
    ("army", "参军入伍", False),
    ("died", "参保人死亡", False),
    ("other", "其他", True),
]


def fill(apps, schema_editor):
    reason = apps.get_model("medical", "RefundReason")
    reason.objects.bulk_create(
        reason(code=code, label=label, needs_words=needs_words, active=code not in INACTIVE, position=position)
        for position, (code, label, needs_words) in enumerate(REASONS)
    )


class Migration(migrations.Migration):
    dependencies = [("medical", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
