"""Reasons that no officer gives: the system writes them when two officers have called a handoff back, or had it stopped."""

from django.db import migrations

REASONS = [
    ("recalled", "移交已撤回", "这笔退费没有移交给对方，缴费可以重新申请退费。"),
    ("stopped", "已停止退付", "对方已停止退付，缴费可以重新申请退费。如有疑问，请联系主管税务机关。"),
]


def fill(apps, schema_editor):
    reason = apps.get_model("refunds", "RejectReason")
    reason.objects.bulk_create(
        reason(code=code, label=label, next_step=next_step, position=100 + position, active=False)
        for position, (code, label, next_step) in enumerate(REASONS)
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0002_codes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
