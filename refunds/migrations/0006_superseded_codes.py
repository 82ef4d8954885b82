"""Reasons that no officer gives: another application of the same payment is the one that is paid."""

from django.db import migrations

REASONS = [
    ("superseded", "同一笔缴费由另一笔申请办理退付", "不用再申请，办理结果请看另一笔申请。"),
    ("paid_twice", "同一笔缴费重复退付", "这笔缴费已由另一笔申请退付，这一次的款项需要退回，请联系主管税务机关。"),
]


def fill(apps, schema_editor):
    reason = apps.get_model("refunds", "RejectReason")
    reason.objects.bulk_create(
        reason(code=code, label=label, next_step=next_step, position=110 + position, active=False)
        for position, (code, label, next_step) in enumerate(REASONS)
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0005_parameters_codes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
