"""载入名单 by the page: tried first, loaded when the administrator says so, by the same code as the commands."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.feeds import uploads
from accounts.feeds.staff import StaffFeed
from accounts.models import Change, Load, Upload, UploadPart, User
from accounts.records.uploads import UploadState
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.feeds import data
from tests.feeds.test_load_staff import officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


def send(client, content: bytes, kind="staff", name="人员.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("administration:load-new"), {"kind": kind, "file": file}, follow=True)


def staff(tmp_path, *rows) -> bytes:
    return data.write(tmp_path / "staff.csv", rows, StaffFeed.columns).read_bytes()


def work() -> None:
    """What the worker does with what was queued; what it did already it may be given again."""
    for args in (
        ProcrastinateJob.objects.filter(task_name=uploads.run.name).order_by("id").values_list("args", flat=True)
    ):
        if Upload.objects.filter(pk=args["upload_id"]).exists():
            uploads.run(**args)


def decide(client, do: str):
    return client.post(reverse("administration:upload-decide", args=[Upload.objects.get().pk]), {"do": do}, follow=True)


def test_a_file_is_tried_then_loaded_with_its_record_and_nothing_of_it_stays(client, administrator, cast, tmp_path):
    rows = [officer(26_010, 税务机关代码=cast.county.pk), officer(26_011, 税务机关代码="99999999999")]
    page = send(client, staff(tmp_path, *rows)).text
    assert "正在试运行" in page
    sealed = b"".join(bytes(part) for part in UploadPart.objects.values_list("content", flat=True))
    assert data.resident_number(26_010).encode() not in sealed
    work()
    assert not User.objects.filter(username="officer26010").exists()
    page = client.get(reverse("administration:upload", args=[Upload.objects.get().pk])).text
    assert Upload.objects.get().said == ""
    assert "共 2 行，新增 1，更新 0，未变 0，拒绝 1" in page
    assert "人员.csv" in client.get(reverse("administration:home")).text
    refused = client.post(reverse("administration:upload-rejected", args=[Upload.objects.get().pk]))
    assert "没有登记" in refused.content.decode("utf-8-sig")
    assert "正在载入" in decide(client, "load").text
    assert "不能再载入" in decide(client, "load").text
    work()
    assert User.objects.get(username="officer26010").check_password("Tuifei@2026")
    done = Load.objects.get()
    assert (done.file_name, done.read, done.added, done.refused) == ("人员.csv", 2, 1, 1)
    assert administrator.username in done.by
    assert Upload.objects.get().load == done
    assert not UploadPart.objects.exists()
    work()
    assert Load.objects.count() == 1
    assert list(Change.objects.order_by("id").values_list("what", flat=True)) == [
        "上传名单 人员.csv",
        "下载被拒的行，人员.csv",
        "载入名单 人员.csv",
    ]


def test_what_is_given_up_is_deleted_and_what_cannot_be_read_says_why(client, administrator, tmp_path, cast):
    send(client, staff(tmp_path, officer(26_010, 税务机关代码=cast.county.pk)))
    work()
    assert "已放弃" in decide(client, "drop").text
    assert not UploadPart.objects.exists()
    assert not User.objects.filter(username="officer26010").exists()
    Upload.objects.all().delete()
    send(client, b"nonsense\r\n", kind="offices")
    work()
    assert "文件缺少列" in client.get(reverse("administration:upload", args=[Upload.objects.get().pk])).text
    assert not UploadPart.objects.exists()


def test_a_fault_of_ours_leaves_a_sentence_and_loads_nothing(client, administrator, tmp_path, cast, monkeypatch):
    monkeypatch.setattr(StaffFeed, "write", lambda *_: 1 / 0)
    send(client, staff(tmp_path, officer(26_010, 税务机关代码=cast.county.pk)))
    work()
    assert Upload.objects.get().state == UploadState.FAILED
    assert "系统出错" in client.get(reverse("administration:upload", args=[Upload.objects.get().pk])).text


def test_what_nobody_loads_for_a_week_is_deleted(client, administrator, tmp_path, cast):
    send(client, staff(tmp_path, officer(26_010, 税务机关代码=cast.county.pk)))
    work()
    uploads.drop_old(timezone.now() - uploads.KEPT)
    assert UploadPart.objects.exists()
    Upload.objects.update(at=timezone.now() - uploads.KEPT * 2)
    uploads.drop_old(timezone.now() - uploads.KEPT)
    assert (UploadPart.objects.exists(), Upload.objects.get().state) == (False, UploadState.DROPPED)


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [("staff", b"", "文件是空的"), ("", b"x", "请选择种类"), ("nonsense", b"x", "没有这个种类")],
)
def test_what_cannot_be_taken_is_said_beside_the_form(client, administrator, kind, content, sentence):
    response = client.post(
        reverse("administration:load-new"), {"kind": kind, "file": SimpleUploadedFile("a.csv", content)}
    )
    assert response.status_code == 422
    assert sentence in response.text


def test_a_file_beyond_memory_is_taken_here_and_nowhere_else(client, administrator, settings, cast):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000
    big = b",".join([b"x" * 100] * 300)
    assert "正在试运行" in send(client, big).text
    assert UploadPart.objects.count() == 1
    client.force_login(UserFactory(clerk=True, organisation=OrganisationFactory()))
    response = client.post(reverse("administration:load-new"), {"kind": "staff", "file": SimpleUploadedFile("a", big)})
    assert response.status_code == 403


def test_every_kind_of_feed_is_offered(client, administrator):
    page = client.get(reverse("administration:load-new")).text
    for title in ("工作人员", "税务机关", "村组(单位)", "城乡居民养老保险缴费记录"):
        assert title in page


def test_every_file_that_waits_is_named_on_her_page(client, administrator, tmp_path):
    for n in range(6):
        send(client, staff(tmp_path, officer(n)), name=f"第{n}份.csv")
    shown = client.get(reverse("administration:home")).content.decode()
    assert [n for n in range(6) if f"第{n}份.csv" not in shown] == []
