"""Whatever an administrator does by a page is on record, where auditors read it; and no page of hers decides a case."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Change, Correction, NameChange, Upload
from inbox.models import Wording
from inbox.wording import current
from refunds.parameters import values
from refunds.parameters.models import ParameterValue
from tests.accounts.factories import OfficeFactory, PersonFactory, UserFactory, resident_number
from tests.accounts.test_administration import loaded
from tests.handoff.test_chores import ends
from tests.house.routes import ADMINISTRATORS, TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    yield user
    current.forget()
    values.forget()


def new_name():
    return NameChange.objects.create(person=PersonFactory(), old_name="旧名", new_name="新名", seen_in="缴费记录")


def upload(by, state="checked"):
    about = {"kind": "offices", "title": "税务机关", "file_name": "机关.csv", "size": 1, "by": by, "state": state}
    return Upload.objects.create(**about, rejected="原因\n", refused=1)


def wording():
    now = Wording.objects.filter(kind="submit").latest("pk")
    return {"title": "{险种}，收到了", "body": now.body, "sms": now.sms, "seen": str(now.pk)}


def parameter():
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    return {"value": "20000.00", "from_day": day, "basis": "文号", "seen": f"20000.00 {day}"}


def kept_value(by):
    day = timezone.localdate() + timedelta(days=9)
    row = {"code": "countersign-limit", "value": 20000, "from_day": day, "basis": "文号", "set_by": by}
    return {"value": ParameterValue.objects.create(**row).pk}


def failed_job():
    ends("portal.fold_tallies")
    return ProcrastinateJob.objects.get(status="failed").pk


def file():
    sent = io.BytesIO("税务机关代码,税务机关名称,行政区划代码,上级税务机关代码\n".encode())
    sent.name = "机关.csv"
    return {"kind": "offices", "file": sent}


STAFF = {"name": "钱新", "phone": "19800000001", "username": "qianxin", "role": "reviewer"}
VILLAGE = {"name": "某村", "tax_number": "420984000000001", "kind": "村", "division": "420984"}
SEEN = {"do": "confirm", "evidence": "户口簿"}
# By the name of the address: what stands in it, and what is sent. Of (cast, administrator).
DEEDS = {
    "administration:names": lambda cast, by: ([], {"name": new_name().pk} | SEEN),
    "administration:name": lambda cast, by: ([new_name().pk], SEEN),
    "administration:correction": lambda cast, by: (
        [Correction.objects.create(user=cast.resident, of="payment", words="不对").pk],
        {"answer": "已更正"},
    ),
    "administration:export": lambda cast, by: (["staff"], {}),
    "administration:staff-new": lambda cast, by: (
        [],
        STAFF | {"number": resident_number(24500), "office": cast.county.pk},
    ),
    "administration:leaving": lambda cast, by: (
        [],
        {"do": "disable", "username": cast.reviewer.username, "confirmed": "yes"},
    ),
    "administration:account": lambda cast, by: ([cast.reviewer.username], {"do": "password"}),
    "administration:office-new": lambda cast, by: (
        [],
        {"code": "14209840099", "name": "分局", "division": "420984", "parent_id": cast.county.pk},
    ),
    "administration:office": lambda cast, by: ([OfficeFactory().pk], {"name": "另一个名称", "division": "420984"}),
    "administration:organisation-new": lambda cast, by: (
        [],
        VILLAGE | {"social_number": "4209849999", "office_id": cast.county.pk},
    ),
    "administration:organisation": lambda cast, by: (
        [cast.clerk.organisation_id],
        VILLAGE | {"office_id": cast.county.pk},
    ),
    "administration:load-rejected": lambda cast, by: ([loaded(refused=1).pk], {}),
    "administration:load-new": lambda cast, by: ([], file()),
    "administration:upload-decide": lambda cast, by: ([upload(by).pk], {"do": "drop"}),
    "administration:upload-rejected": lambda cast, by: ([upload(by).pk], {}),
    "administration:table-new": lambda cast, by: (["calendar"], {"day": "2031-05-01", "name": "劳动节"}),
    "administration:table-row": lambda cast, by: (["reject-reasons", "other"], {"position": "77"}),
    "parameters:parameter": lambda cast, by: (["countersign-limit"], parameter()),
    "parameters:cancel": lambda cast, by: (["countersign-limit"], kept_value(by)),
    "wording:one": lambda cast, by: (["submit"], wording()),
    "running:again": lambda cast, by: ([failed_job()], {}),
}


def test_every_page_that_an_administrator_sends_is_among_the_deeds():
    sent = {row.name for row in TABLE if row.post == ADMINISTRATORS}
    assert sent == set(DEEDS)


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_each_deed_is_on_record_and_the_auditor_reads_it(client, cast, administrator, name):
    args, typed = DEEDS[name](cast, administrator)
    answer = client.post(reverse(name, args=args), typed)
    b"".join(answer)  # a file is read to its end
    change = Change.objects.get()
    assert (change.by, answer.status_code in (200, 302)) == (administrator, True)
    client.force_login(UserFactory(auditor=True, office=cast.province))
    assert change.what in client.get(reverse("review:audit", args=["changes"])).text
