"""The reasons an officer may give. They are data: an administrator may change them."""

from django.db import migrations

REASONS = [
    ("account_name", "账户名称与退费人不一致", "请换用退费人本人的银行账户，重新申请退费。"),
    ("account_closed", "银行账户有误或已停用", "请向银行核对账号，改用能正常收款的账户后重新申请退费。"),
    ("arrived", "该笔缴费已到账", "该笔缴费已计入个人账户，请联系主管税务机关由税务人员发起退费。"),
    (
        "not_paid_twice",
        "不属于重复缴费或错缴",
        "该笔缴费是您当年应缴的保险费。如认为有误，请带缴费凭证到主管税务机关核对。",
    ),
    ("benefit_started", "已开始享受待遇", "享受待遇后缴费不能退。如有疑问，请咨询社保经办机构。"),
    ("other_channel", "已通过其他渠道退费", "请在【进度查询】或银行流水中查看该笔退费，无需再次申请。"),
    ("proof", "需要补充证明材料", "请按审核意见准备材料，到主管税务机关办税服务厅补充后重新申请退费。"),
    ("other", "其他原因", "请按审核意见处理后重新申请退费。"),
]


def fill(apps, schema_editor):
    reason = apps.get_model("refunds", "RejectReason")
    reason.objects.bulk_create(
        reason(code=code, label=label, next_step=next_step, position=position)
        for position, (code, label, next_step) in enumerate(REASONS)
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
