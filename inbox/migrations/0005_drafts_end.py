"""The words of the end of a draft, as the portal comes with them."""

from django.db import migrations

WORDS = {
    "draft_ends": (
        "没有提交的{草稿}将在 {到期日} 删除",
        "草稿已有 25 天没有改动。要继续办理，请在这一天之前打开草稿，修改或提交，保存期就重新计算；不再办理的，不用处理。缴费记录不受影响。",
        "【社保费退费】您有一份没有提交的草稿，几天后将到期删除。要继续办理，请登录打开草稿。",
    ),
    "draft_ended": (
        "没有提交的{草稿}已到期删除",
        "草稿 30 天没有改动，已按保存期限删除。缴费记录不受影响，需要时可以重新办理。",
        "",
    ),
}


def add(apps, schema_editor):
    wording = apps.get_model("inbox", "Wording")
    for kind, (title, body, sms) in WORDS.items():
        wording.objects.create(kind=kind, title=title, body=body, sms=sms)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_questions_ratings")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
