"""The bank code table of domain.md B2: code, 银行行别, 银行类别, whether a real bank number confirmed it."""

from django.db import migrations

BANKS = [
    ("103", "中国农业银行", "农业银行", True),
    ("102", "中国工商银行", "工商银行", True),
    ("104", "中国银行", "中国银行", True),
    ("105", "中国建设银行", "建设银行", True),
    ("403", "中国邮政储蓄银行", "邮储银行", True),
    ("402", "农村信用社", "农村信用社", True),
    ("314", "农村商业银行", "农村商业银行", True),
    ("301", "交通银行", "交通银行", True),
    ("308", "招商银行", "招商银行", True),
    ("313", "城市商业银行", "城市商业银行", True),
    ("302", "中信银行", "中信银行", True),
    ("303", "中国光大银行", "光大银行", True),
    ("304", "华夏银行", "华夏银行", True),
    ("305", "中国民生银行", "民生银行", True),
    ("306", "广发银行", "广发银行", True),
    ("307", "平安银行", "平安银行", True),
    ("309", "兴业银行", "兴业银行", True),
    ("310", "上海浦东发展银行", "浦发银行", True),
    ("315", "恒丰银行", "恒丰银行", False),
    ("316", "浙商银行", "浙商银行", False),
    ("317", "农村合作银行", "农村合作银行", True),
    ("318", "渤海银行", "渤海银行", False),
    ("319", "徽商银行", "徽商银行", False),
    ("320", "村镇银行", "村镇银行", False),
    ("401", "城市信用社", "城市信用社", False),
    ("001", "中国人民银行", "人民银行", True),
]


def fill(apps, schema_editor):
    bank = apps.get_model("bankreports", "Bank")
    bank.objects.bulk_create(
        bank(code=code, name=name, short_name=short, verified=verified, position=position)
        for position, (code, name, short, verified) in enumerate(BANKS)
    )


class Migration(migrations.Migration):
    dependencies = [("bankreports", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
