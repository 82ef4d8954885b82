"""What the portal keeps for how long: nothing is removed too early, what is due goes, and whoever misses it was told (PIPL 6, 19)."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import (
    BindingCode,
    KeptForm,
    Load,
    Removal,
    Session,
    SignIn,
    SmsCode,
    Upload,
    UploadPart,
)
from bankreports import register
from bankreports.models import DepositAccountReport
from foundation.retention import Kept
from inbox.models import Message, Question, Sms
from pension.models import Payment, PensionRefund
from pension.village import drafts as batches
from pension.village.lists.models import VillageUpload
from pension.village.models import DraftClerk, TakenOut
from refunds.inquiry.models import WrongTry
from refunds.models import RefundApplication
from refunds.records import Record
from refunds_portal.retention import drafts, night, table
from review.models import Watching
from tests.bankreports.factories import drafted
from tests.house.personal import personal
from tests.house.source import models_here
from tests.pages import text
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
DUE = {kept.code: kept for kept in table.TABLE if kept.period is not None}
MOMENT = timedelta(minutes=1)


def _village_list(cast, at, **kwargs):
    village = make_village(cast.clerk, people=1)
    sent = VillageUpload.objects.create(collective=village, by=cast.clerk, read=0, ready=0, added=0, problems="[]")
    VillageUpload.objects.filter(pk=sent.pk).update(at=at)


def _taken_out(cast, at):
    out = TakenOut.objects.create(collective=make_village(cast.clerk, people=1), by=cast.clerk, payments=[])
    TakenOut.objects.filter(pk=out.pk).update(at=at)


def _draft_clerk(cast, at):
    village = make_village(cast.clerk, people=1)
    DraftClerk.objects.create(collective=village, user=cast.clerk, since=at, seen_at=at)


def _session(cast, at):
    Session.objects.create(session_key="0" * 40, session_data="", expire_date=at)


def _upload(cast, at):
    upload = Upload.objects.create(
        kind="staff", title="人员", file_name="a.csv", size=1, by=cast.clerk, state="checked"
    )
    UploadPart.objects.create(upload=upload, place=0, content="YQ==")
    Upload.objects.filter(pk=upload.pk).update(at=at)


def _sent_upload(cast, at):
    upload = Upload.objects.create(kind="staff", title="人员", file_name="a.csv", size=1, by=cast.clerk, state="loaded")
    upload.rejected = "行,原因"
    upload.save()
    Upload.objects.filter(pk=upload.pk).update(at=at)


def _load(cast, at, monkeypatch):
    # Its own moment cannot be changed afterwards: the row stays as it came.
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    counts = dict.fromkeys(("read", "added", "updated", "unchanged", "refused"), 0)
    Load.objects.create(
        feed="staff", file_name="a.csv", sha256="0", by="管理", started_at=at, rejected="行,原因", **counts
    )
    monkeypatch.undo()


def _sign_in(cast, at, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    SignIn.objects.create(user=cast.clerk)
    monkeypatch.undo()


def _message(cast, at):
    told = Message.objects.create(
        person=cast.resident.person, kind="answer", number="ZX1", event=1, title="a", body="b"
    )
    Message.objects.filter(pk=told.pk).update(created_at=at)
    return told


def _text(cast, at):
    Sms.objects.create(message=_message(cast, at), person=cast.resident.person, state="delivered")


def _question(cast, at):
    asked = {"asked_by": cast.resident, "person": cast.resident.person, "office": cast.county, "topic": "other"}
    Question.objects.create(
        number="ZX1",
        key="0" * 32,
        text="?",
        due_on=at.date(),
        answer="!",
        answered_by=cast.reviewer,
        answered_at=at,
        **asked,
    )


# How something of each line of the table comes to be that old; where it is counted.
MAKERS = {
    "forms": (
        lambda cast, at: KeptForm.objects.create(user=cast.clerk, path="/", page="/", said="{}", at=at),
        KeptForm,
    ),
    "village_lists": (_village_list, VillageUpload),
    "taken_out": (_taken_out, TakenOut),
    "draft_clerks": (_draft_clerk, DraftClerk),
    "watching": (lambda cast, at: Watching.objects.create(number="YL1", by=cast.reviewer, at=at), Watching),
    "sessions": (_session, Session),
    "sms_codes": (lambda cast, at: SmsCode.objects.create(phone_index=b"1", code_hash=b"2", sent_at=at), SmsCode),
    "binding_codes": (
        lambda cast, at: BindingCode.objects.create(user=cast.clerk, code_hash=b"1", issued_at=at),
        BindingCode,
    ),
    "wrong_tries": (
        lambda cast, at: WrongTry.objects.filter(
            pk=WrongTry.objects.create(number_index=b"1", address_index=b"2").pk
        ).update(at=at),
        WrongTry,
    ),
    "guesses": (
        lambda cast, at: AccessAttempt.objects.filter(
            pk=AccessAttempt.objects.create(username="a", ip_address="127.0.0.1", failures_since_start=1).pk
        ).update(attempt_time=at),
        AccessAttempt,
    ),
    "uploads": (_upload, UploadPart),
    "refused_rows": (_load, Load.objects.filter(rejected__isnull=False)),
    "refused_rows_of_uploads": (_sent_upload, Upload.objects.filter(rejected__isnull=False)),
    "texts": (_text, Sms),
    "messages": (_message, Message),
    "questions": (_question, Question),
    "sign_ins": (_sign_in, SignIn),
}


def _make(code, cast, at, monkeypatch) -> None:
    maker = MAKERS[code][0]
    maker(*((cast, at, monkeypatch) if maker in (_load, _sign_in) else (cast, at)))


def _left(code) -> int:
    rows = MAKERS[code][1]
    return (rows.objects if isinstance(rows, type) else rows).all().count()


def test_every_line_that_ends_is_tried_here():
    assert DUE.keys() - {"batch_drafts", "report_drafts"} == MAKERS.keys()
    assert len({kept.code for kept in table.TABLE}) == len(table.TABLE)


@pytest.mark.parametrize("code", MAKERS)
def test_nothing_goes_a_minute_early_and_everything_when_it_is_due(code, cast, monkeypatch):
    kept = DUE[code]
    _make(code, cast, timezone.now() - kept.period + MOMENT, monkeypatch)
    assert night.remove(kept) == 0
    assert (_left(code), Removal.objects.count()) == (1, 0)
    _make_older(code, cast, kept, monkeypatch)
    assert night.remove(kept) == 1
    assert _left(code) == _stays(code)
    removal = Removal.objects.get()
    assert (removal.what, removal.number, removal.days) == (kept.title, 1, kept.period.days)


def _make_older(code, cast, kept, monkeypatch) -> None:
    """The same, or where it stays as it came another one, a minute past its end."""
    at = timezone.now() - kept.period - MOMENT
    if code in ("refused_rows", "sign_ins"):
        return _make(code, cast, at, monkeypatch)
    fields = {
        "sessions": "expire_date", "sms_codes": "sent_at", "binding_codes": "issued_at", "guesses": "attempt_time",
        "messages": "created_at", "questions": "answered_at", "draft_clerks": "seen_at",
    }  # fmt: skip
    if code == "texts":
        return Message.objects.update(created_at=at)
    model = {"uploads": Upload, "refused_rows_of_uploads": Upload}.get(code) or MAKERS[code][1]
    return model.objects.update(**{fields.get(code, "at"): at})


def _stays(code) -> int:
    return 1 if code in ("refused_rows", "sign_ins") else 0


def test_a_log_cannot_be_kept_shorter_than_the_law_wants_nor_deleted_past_the_portal(cast):
    with pytest.raises(ValueError, match="at least 183 are asked for"):
        Kept(
            "logs", "日志", (), "", "", period=timedelta(days=182), least=timedelta(days=183), removes=lambda _before: 0
        )
    SignIn.objects.create(user=cast.reviewer)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        SignIn.objects.all().delete()


# Personal and in the table by what they are, in every scheme: applications, payments, and the histories of all.
def _is_of_a_case(model) -> bool:
    return issubclass(model, (RefundApplication, Record)) or hasattr(model, "pgh_tracked_model")


def test_everything_about_a_person_stands_in_one_line_of_the_table():
    named = [name for kept in table.TABLE for name in kept.holds if name.count(".") == 1]
    about = {model._meta.label for model in models_here() if personal(model) and not _is_of_a_case(model)}
    assert sorted(named) == sorted({*about, "axes.AccessAttempt"})


def test_a_line_names_columns_that_are_there():
    known = {f"{model._meta.label}.{field.name}" for model in models_here() for field in model._meta.fields}
    assert {name for kept in table.TABLE for name in kept.holds if name.count(".") == 2} <= known


def test_a_job_that_breaks_keeps_no_other_line_from_its_end(cast, monkeypatch):
    _make("forms", cast, timezone.now() - timedelta(days=1), monkeypatch)
    monkeypatch.setattr(drafts, "warn", lambda: 1 / 0)
    with pytest.raises(ExceptionGroup):
        night.run()
    assert not KeptForm.objects.exists()


def _aged(days: float) -> None:
    """As if so many days had passed since anybody did anything to a draft, and since anybody was told."""
    past = timedelta(days=days)
    for row in DraftClerk.objects.all():
        DraftClerk.objects.filter(pk=row.pk).update(changed_at=row.changed_at - past)
    for report in DepositAccountReport.objects.all():
        DepositAccountReport.objects.filter(pk=report.pk).update(changed_at=report.changed_at - past)


def _told_for(days: float) -> None:
    for row in Message.objects.all():
        Message.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(days=days))


@pytest.fixture
def batch(cast):
    """A draft with three people."""
    village = make_village(cast.clerk, people=3)
    batches.add(village, by=cast.clerk)
    return village


def test_a_draft_ends_when_its_village_has_known_for_five_days(client, cast, batch):
    _aged(24.9)
    night.run()
    assert not Message.objects.exists()
    _aged(0.2)
    night.run()
    night.run()
    assert [message.kind for message in Message.objects.all()] == ["draft_ends"]
    assert Sms.objects.count() == 1
    client.force_login(cast.clerk)
    page = text(client.get("/messages/"))
    assert f"{timezone.localdate() + timedelta(days=5)} 删除" in page
    _aged(30)
    night.run()
    assert PensionRefund.objects.exists(), "it was told of today only"


def test_a_draft_that_is_gone_on_with_begins_its_time_anew(cast, batch):
    _aged(26)
    night.run()
    _told_for(6)
    batches.remember(batch, {"contact_name": "李"}, by=cast.clerk)
    night.run()
    assert PensionRefund.objects.count() == 1
    assert Message.objects.count() == 1


def test_what_was_in_a_draft_that_ended_can_be_chosen_again(client, cast, batch):
    _aged(26)
    night.run()
    _aged_after_telling()
    night.run()
    assert not PensionRefund.objects.exists()
    assert Payment.objects.count() == 3
    assert [message.kind for message in Message.objects.order_by("id")] == ["draft_ends", "draft_ended"]
    client.force_login(cast.clerk)
    assert "已到期删除" in text(client.get("/messages/"))
    assert client.post(f"/messages/{Message.objects.latest('pk').pk}/", follow=True).status_code == 200
    assert batches.add(batch, by=cast.clerk) == 3


def _aged_after_telling() -> None:
    """Told six days ago, and untouched for over thirty: the message knows by the second when the draft was changed."""
    for row in DraftClerk.objects.all():
        earlier = row.changed_at - timedelta(days=5)
        DraftClerk.objects.filter(pk=row.pk).update(changed_at=earlier)
        Message.objects.update(event=2 * int(earlier.timestamp()))
    for report in DepositAccountReport.objects.all():
        earlier = report.changed_at - timedelta(days=5)
        DepositAccountReport.objects.filter(pk=report.pk).update(changed_at=earlier)
        Message.objects.update(event=2 * int(earlier.timestamp()))
    _told_for(6)


def test_a_report_that_nobody_submits_ends_the_same_way(cast):
    drafted(cast.resident)
    _aged(26)
    night.run()
    assert Message.objects.get().person == cast.resident.person
    _aged_after_telling()
    night.run()
    assert not DepositAccountReport.objects.exists()
    assert Message.objects.count() == 2


def test_whoever_changes_a_report_begins_its_time_anew(cast):
    record = drafted(cast.resident)
    _aged(26)
    register.remove(register.Owner(cast.resident.person), [record.pk], by=cast.resident)
    night.run()
    assert not Message.objects.exists()
