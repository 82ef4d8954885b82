"""账户性质, 银行行别, 行政区划 and the one known 开户银行 (domain.md B1, B2, B4)."""

from django.db import migrations

# Code, name, for residents, for units, has a 银行开户登记证, verified; in the order of the manual (M1-08).
ACCOUNT_KINDS = [
    ("1110", "基本存款账户", True, True, True, True),
    ("1120", "一般存款账户", True, True, False, True),
    ("T101", "预算单位专用存款账户", False, True, True, False),
    ("T102", "QFII专用存款账户", False, True, True, False),
    ("T103", "临时存款账户", False, True, True, False),
    ("1200", "个人银行结算账户", True, False, False, True),
    ("T104", "个人储蓄账户", True, False, False, False),
    ("T105", "其他", False, True, False, False),
]
# Code, 银行行别, 银行类别, verified: whether a real bank number confirmed it; in the order of the list.
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
    ("201", "国家开发银行", "国开行", False),
    ("202", "中国进出口银行", "进出口银行", False),
    ("203", "中国农业发展银行", "农发行", False),
]

PROVINCE = ("420000", "湖北省")
# City: its counties as last four digits and name. 区 is added to a name that ends in nothing else.
CITIES = {
    "420100 武汉市": "0102江岸 0103江汉 0104硚口 0105汉阳 0106武昌 0107青山 0111洪山 0112东西湖 0113汉南 0114蔡甸 0115江夏 0116黄陂 0117新洲",
    "420200 黄石市": "0202黄石港 0203西塞山 0204下陆 0205铁山 0222阳新县 0281大冶市",
    "420300 十堰市": "0302茅箭 0303张湾 0304郧阳 0322郧西县 0323竹山县 0324竹溪县 0325房县 0381丹江口市",
    "420500 宜昌市": "0502西陵 0503伍家岗 0504点军 0505猇亭 0506夷陵 0525远安县 0526兴山县 0527秭归县"
    " 0528长阳土家族自治县 0529五峰土家族自治县 0581宜都市 0582当阳市 0583枝江市",
    "420600 襄阳市": "0602襄城 0606樊城 0607襄州 0624南漳县 0625谷城县 0626保康县 0682老河口市 0683枣阳市 0684宜城市",
    "420700 鄂州市": "0702梁子湖 0703华容 0704鄂城",
    "420800 荆门市": "0802东宝 0804掇刀 0822沙洋县 0881钟祥市 0882京山市",
    "420900 孝感市": "0902孝南 0921孝昌县 0922大悟县 0923云梦县 0981应城市 0982安陆市 0984汉川市",
    "421000 荆州市": "1002沙市 1003荆州 1022公安县 1024江陵县 1081石首市 1083洪湖市 1087松滋市 1088监利市",
    "421100 黄冈市": "1102黄州 1121团风县 1122红安县 1123罗田县 1124英山县 1125浠水县 1126蕲春县 1127黄梅县 1181麻城市 1182武穴市",
    "421200 咸宁市": "1202咸安 1221嘉鱼县 1222通城县 1223崇阳县 1224通山县 1281赤壁市",
    "421300 随州市": "1303曾都 1321随县 1381广水市",
    "422800 恩施土家族苗族自治州": "2801恩施市 2802利川市 2822建始县 2823巴东县 2825宣恩县 2826咸丰县 2827来凤县 2828鹤峰县",
}
UNDER_THE_PROVINCE = [("429004", "仙桃市"), ("429005", "潜江市"), ("429006", "天门市"), ("429021", "神农架林区")]
BRANCHES = [("中国农业银行股份有限公司鄂州鄂城支行", "103", "420704")]


def divisions():
    """(code, name, code of the parent): 1 + 13 + 103 rows."""
    yield *PROVINCE, None
    for city, counties in CITIES.items():
        code, name = city.split()
        yield code, name, PROVINCE[0]
        for county in counties.split():
            short = county[4:]
            # 沙市 is a district whose own name ends in 市.
            whole = short if short[-1] in "县市区" and short != "沙市" else short + "区"
            yield "42" + county[:4], whole, code
    for code, name in UNDER_THE_PROVINCE:
        yield code, name, PROVINCE[0]


def fill(apps, schema_editor):
    kind, bank, division, branch = (
        apps.get_model("bankreports", name) for name in ("AccountKind", "Bank", "Division", "Branch")
    )
    names = ("code", "name", "for_residents", "for_units", "has_certificate", "verified")
    kind.objects.bulk_create(
        kind(position=position, **dict(zip(names, row, strict=True))) for position, row in enumerate(ACCOUNT_KINDS)
    )
    bank.objects.bulk_create(
        bank(code=code, name=name, short_name=short, verified=verified, position=position)
        for position, (code, name, short, verified) in enumerate(BANKS)
    )
    division.objects.bulk_create(division(code=code, name=name, parent_id=parent) for code, name, parent in divisions())
    branch.objects.bulk_create(
        branch(name=name, bank_class_id=bank, division_id=place) for name, bank, place in BRANCHES
    )


class Migration(migrations.Migration):
    dependencies = [("bankreports", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
