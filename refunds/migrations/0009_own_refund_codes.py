"""A reason for whoever has a refund of her own of the same year: single people of a batch, mostly. 其他原因 stays the last."""

from django.db import migrations

OTHER = "other"
REASON = (
    "own_refund",
    "同年度另有本人的退费",
    "请查看已有的那一笔退费，不用再申请。确有重复缴费的，请带缴费凭证到主管税务机关核对。",
)


def fill(apps, schema_editor):
    reasons = apps.get_model("refunds", "RejectReason").objects
    code, label, next_step = REASON
    other = reasons.get(code=OTHER)
    reasons.create(code=code, label=label, next_step=next_step, position=other.position)
    reasons.filter(code=OTHER).update(position=other.position + 1)


class Migration(migrations.Migration):
    dependencies = [("refunds", "0008_seals")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
