"""Every route, who meets what behind it, and the objects it is tried on (reliability.md T21).

The rows of a scheme stand in the folder of its tests (`tests.house.brought`). Here are those of the portal itself, and of
review, handoff and the page of one application: what they do alike, they do for every scheme.
"""

import json
from operator import attrgetter
from types import SimpleNamespace
from uuid import UUID

from django.utils import timezone

from accounts.models import Change, Removal, SignIn
from accounts.own import phone as phones
from handoff import proposals
from handoff.models import Delivery, RefusedMessage, WorkItem
from handoff.receiving import refused
from refunds import actions, schemes
from refunds.inquiry.codes import code_of
from review.audit.trails import TRAILS
from review.models import Disclosure, Export, ExportRequest, LookUp, Sample, SampledCase
from review.sample.drawing import draw
from tests.accounts.factories import PersonFactory
from tests.behalf.starting import bounced as bounced_on_behalf
from tests.behalf.starting import started
from tests.house import brought
from tests.house.rows import CLOSED, OFFICERS, ONLY_GET, RESIDENTS, Row, key_of, number_of
from tests.pension.factories import submitted
from tests.review.answering import answers


def build(cast) -> SimpleNamespace:
    """The objects of every app, as `world.<label>.<name>`, and those of the house itself."""
    modules = brought.routes()
    # Schemes first: who reports an account for a refund sends off what waits in the draft of the report.
    first = [brought.label_of(scheme) for scheme in schemes.every()]
    labels = [*first, *(label for label in modules if label not in first)]
    world = {label: SimpleNamespace(**modules[label].build(cast)) for label in labels}
    return SimpleNamespace(**world, **_work(cast, world["pension"].bounced), reviewer=cast.reviewer.username)


def _work(cast, bounced) -> dict:
    """What is above the limit, what the agency did not take, and what it said against itself."""
    # What was passed counts with what comes after it: that which exceeds the limit comes last.
    returned = bounced_on_behalf(cast)
    amounts = ("600", "601", "10000.01")
    held, proposed, referred = (_passed(cast, amount) for amount in amounts)
    recall = {"proposal": "recall", "proposed_by": cast.colleague, "proposed_at": timezone.now()}
    puzzle = {"agency": "hrss", "office": cast.county, "detail": "对方拒收", "kind": "unknown_event"}
    return {
        "referred": referred,
        "held": _held(held),
        "proposed": _held(proposed, **recall),
        "started": started(cast, officer=cast.colleague),
        "started_bounced": returned,
        "puzzle": WorkItem.objects.create(instruction_id=bounced.instruction_id, **puzzle),
        "sample": _sample(cast),
        "refused": _refused(held.instruction_id),
        "nobodys": _refused("YL000-1"),
    }


def _passed(cast, amount: str):
    refund = submitted(cast.resident, office=cast.county, amount=amount)
    return actions.approve(refund.number, by=cast.reviewer)


def _refused(instruction_id: str) -> RefusedMessage:
    """Two of a kind."""
    for event in ("?", "!"):
        body = json.dumps({"instruction_id": instruction_id, "event": event}).encode()
        refused.keep("hrss", "evt_1", body, "消息不能读取", instruction_id)
    return RefusedMessage.objects.filter(instruction_id=instruction_id).first()


def _sample(cast) -> Sample:
    """Drawn of what the county's reviewers decided today. Of everything else that an auditor reads there are two, too."""
    today = timezone.localdate()
    sample = Sample(office=cast.county, since=today, until=today, size=2, seed=1, drawn_by=cast.countersigner)
    for case in draw(sample):
        seen = {"verdict": "fits", "seen_by": cast.countersigner, "seen_at": timezone.now()}
        SampledCase.objects.filter(pk=case.pk).update(**seen)
        phones.change(PersonFactory(), "19900009999", by=cast.reviewer, evidence="窗口办理；身份证原件")
        Export.objects.create(by=cast.reviewer, kind="statistics", format="csv", words="最近 12 周", rows=1)
        ExportRequest.objects.create(by=cast.reviewer, office=cast.county, words="全部申请", rows=2000, why="核对")
        SignIn.objects.create(user=cast.reviewer)
        Change.objects.create(by=cast.reviewer, what="工作人员的状态")
        Removal.objects.create(what="登录记录", days=1095, number=1)
        seen = {"by": cast.reviewer, "office": cast.county}
        LookUp.objects.create(kind="phone", found=1, sought=b"hash", **seen)
        Disclosure.objects.create(number=case.number, field="account", purpose="papers", **seen)
    draw(Sample(office=cast.county, since=today, until=today, size=1, seed=2, drawn_by=cast.countersigner))
    return sample


def _held(refund, **fields) -> WorkItem:
    delivery = Delivery.objects.get(number=refund.number)
    delivery.hold(answer="对方拒收", declined=True)
    delivery.save()
    about = {"instruction_id": delivery.instruction_id, "number": refund.number, "office": refund.office}
    return WorkItem.objects.create(kind="held", agency="hrss", detail="对方拒收", **about, **fields)


def of_every_scheme() -> list[Row]:
    """What an officer and the applicant meet alike, on an application of every scheme."""
    rows = []
    for scheme in schemes.every():
        label = brought.label_of(scheme)
        waiting, bounced = (number_of(f"{label}.{name}") for name in ("waiting", "bounced"))
        what, own, filled = (
            f"of {scheme.code}",
            "login 200 404 404 403 403 403 403",
            "login 422 404 404 403 403 403 403",
        )
        rows += [
            Row("refunds:detail", own, CLOSED, what, args=waiting),
            Row("refunds:receipt", own, CLOSED, what, args=bounced),
            Row("refunds:receipt-pdf", own, CLOSED, what, args=waiting),
            Row("refunds:account", own, filled, f"{what}, with an empty form", args=bounced),
            Row("review:case", "login 403 403 403 200 404 200 200", CLOSED, what, args=waiting),
            Row(
                "review:approve",
                CLOSED,
                "login 403 403 403 302 404 409 403",
                what,
                args=waiting,
                data=answers_to(f"{label}.waiting"),
            ),
        ]
    return rows


def answers_to(situation):
    """Every warning of an application of the world, answered."""
    return lambda world: answers(attrgetter(situation)(world))


def seen(world) -> dict:
    """What the page of the second officer says of the proposal that it shows."""
    return {"seen": proposals.shown_as(world.proposed)}


def account(world) -> dict:
    return {
        "account_type": "card",
        "account_number": "6228480402564890026",
        "bank": "103",
        "contact_name": "刘",
        "step": "confirm",
    }


def remark(world) -> dict:
    return {"reason": "other", "remark": "请补充材料"}


def note(world) -> dict:
    return {"note": "已电话联系"}


def drawing(world) -> dict:
    today = timezone.localdate().isoformat()
    return {"office": world.sample.office_id, "since": today, "until": today, "size": "1"}


def first_of_sample(world) -> tuple:
    return (world.sample.pk, 1)


def search(world) -> dict:
    return {"q": world.pension.waiting.number}


SECOND_LOOK = "login 403 403 403 403 403 200 200"
AUDITORS = "login 403 403 403 403 403 403 200"


def opened(world) -> dict:
    """查人查单 at one application."""
    return {"number": world.pension.waiting.number}


def revealed(field="id_number"):
    """A number of a case."""
    return lambda world: (world.pension.waiting.number, field)


def revealed_of_village(world) -> tuple:
    """A number of somebody in a batch."""
    batch = world.pension.batch
    return (batch.number, batch.lines.first().pk, "id_number")


NOTHING_TYPED = "login 403 403 403 422 422 422 422"
NOTHING_THERE = "login 403 403 403 404 404 404 403"


def resident_number(world) -> dict:
    return {"number": world.pension.waiting.applicant.id_number.reveal("in a test")}


def resident_key(world) -> tuple:
    return (world.pension.waiting.applicant_id,)


def too_early(world) -> dict:
    return {"step": "submit"}


def station(world) -> dict:
    phone = world.pension.waiting.contact_phone.reveal("in a test")
    return {"number": world.pension.waiting.number, "tail": phone[-4:]}


def code(world) -> dict:
    return {"number": world.pension.waiting.number, "code": code_of(world.pension.waiting.number)}


def evidence(world) -> dict:
    return {"evidence": "本人到窗口"}


# Nobody of these roles; what the administrator meets: tests/accounts/test_administration.py.
ADMINISTRATORS = "login 403 403 403 403 403 403 403"
AT_THE_COUNTER = "login 403 403 403 200 404 200 403"
COUNTER_MOVES_ON = "login 403 403 403 302 404 302 403"
SIGNED_IN = "login 200 200 200 200 200 200 200"
EVERYBODY = "200 200 200 200 200 200 200 200"
ASKED_AGAIN = "422 422 422 422 422 422 422 422"
WAITING = number_of("pension.waiting")
BOUNCED = number_of("pension.bounced")
BATCH = number_of("pension.batch")
REFERRED = number_of("referred")
STARTED, STARTED_BOUNCED = number_of("started"), number_of("started_bounced")
TABLE = [
    *(row for module in brought.routes().values() for row in module.TABLE),
    *of_every_scheme(),
    Row("home", "200 200 200 200 302 302 302 302", ONLY_GET),
    Row("user-center", "login 200 200 200 200 200 200 200", CLOSED),
    Row("tax-service", "login 200 200 200 200 200 200 200", CLOSED),
    Row("inquiry", "200 200 200 200 403 403 403 403", ONLY_GET),
    Row("inquiry-station", EVERYBODY, ASKED_AGAIN, "with an empty form"),
    Row("inquiry-station", EVERYBODY, EVERYBODY, "with the right digits", data=station),
    Row("inquiry-receipt", EVERYBODY, ASKED_AGAIN, "with an empty form"),
    Row("inquiry-receipt", EVERYBODY, EVERYBODY, "with the right code", data=code),
    Row("interaction", EVERYBODY, ONLY_GET),
    Row("public-service", EVERYBODY, ONLY_GET),
    Row("manual", EVERYBODY, ONLY_GET),
    Row("manual-page", EVERYBODY, ONLY_GET, "of anybody", args=lambda world: ("pension",)),
    Row("manual-page", "404 404 404 404 200 200 200 200", ONLY_GET, "of an office", args=lambda world: ("review",)),
    Row("manifest", EVERYBODY, ONLY_GET),
    Row("personal-service", EVERYBODY, ONLY_GET),
    Row("display", ONLY_GET, "302 302 302 302 302 302 302 302"),
    Row("more", RESIDENTS, CLOSED),
    Row("social-refund", RESIDENTS, CLOSED),
    Row("accounts:login", "200 302 302 302 302 302 302 302", "200 302 302 302 302 302 302 302"),
    Row("accounts:logout", ONLY_GET, "302 302 302 302 302 302 302 302"),
    Row("accounts:register", EVERYBODY, EVERYBODY),
    Row("accounts:register-account", "302 302 302 302 302 302 302 302", "302 302 302 302 302 302 302 302"),
    Row("accounts:forgotten", EVERYBODY, EVERYBODY),
    Row("accounts:forgotten-password", "302 302 302 302 302 302 302 302", "302 302 302 302 302 302 302 302"),
    Row("accounts:notice", EVERYBODY, ONLY_GET),
    Row("accounts:consent", RESIDENTS, "login 422 422 403 403 403 403 403"),
    Row("accounts:sign-ins", SIGNED_IN, CLOSED),
    Row("accounts:end-session", CLOSED, "login 302 302 302 302 302 302 302"),
    Row("accounts:phone", SIGNED_IN, SIGNED_IN),
    Row("accounts:phone-codes", "login 302 302 302 302 302 302 302", "login 302 302 302 302 302 302 302"),
    Row("accounts:record", SIGNED_IN, SIGNED_IN),
    Row("accounts:corrections", "login 200 200 200 403 403 403 403", "login 422 422 422 403 403 403 403"),
    Row("accounts:password", "login 200 200 200 200 200 200 200", "login 200 200 200 200 200 200 200"),
    Row("accounts:session", EVERYBODY, EVERYBODY),
    Row("accounts:second-factor", "login 302 302 200 200 200 200 200", "login 302 302 200 200 200 200 200"),
    Row("refunds:detail", "login 404 404 302 403 403 403 403", CLOSED, "of a village", args=BATCH),
    Row("refunds:receipt", "login 404 404 200 403 403 403 403", CLOSED, "of a village", args=BATCH),
    Row("refunds:receipt-pdf", "login 404 404 200 403 403 403 403", CLOSED, "of a village", args=BATCH),
    Row("refunds:detail", "login 404 404 404 403 403 403 403", CLOSED, "of no scheme", args=lambda world: ("ZZ1",)),
    Row("refunds:detail", "login 404 404 404 403 403 403 403", CLOSED, "with a NUL", args=lambda world: ("YL\0",)),
    Row(
        "refunds:account",
        "login 200 404 404 403 403 403 403",
        "login 302 404 404 403 403 403 403",
        args=BOUNCED,
        data=account,
    ),
    Row(
        "refunds:account",
        "login 302 404 404 403 403 403 403",
        "login 302 404 404 403 403 403 403",
        "that is not in question",
        args=WAITING,
        data=account,
    ),
    Row(
        "refunds:withdraw",
        "login 302 404 403 403 403 403 403",
        "login 302 404 403 403 403 403 403",
        "decided",
        args=BOUNCED,
    ),
    Row(
        "refunds:withdraw",
        "login 200 404 403 403 403 403 403",
        "login 302 404 403 403 403 403 403",
        args=WAITING,
    ),
    Row(
        "refunds:reapply",
        "login 302 404 403 403 403 403 403",
        "login 302 404 403 403 403 403 403",
        "that nothing was corrected of",
        args=WAITING,
    ),
    Row("review:queue", OFFICERS, "login 403 403 403 302 302 302 302", "searched", data=search),
    Row("review:exports", OFFICERS, CLOSED),
    Row("review:export-answer", CLOSED, "login 403 403 403 403 403 404 403", args=lambda world: (0,)),
    Row("review:queue-export", CLOSED, OFFICERS, data=lambda world: {"format": "csv"}),
    Row("review:open-view", "login 403 403 403 302 302 302 302", CLOSED),
    Row("review:keep-view", CLOSED, "login 403 403 403 302 302 302 302"),
    Row("review:bulk", "login 403 403 403 200 200 403 403", CLOSED),
    Row("review:pass-all", CLOSED, "login 403 403 403 302 302 403 403"),
    Row("review:take-next", CLOSED, "login 403 403 403 302 302 302 403"),
    Row("review:take", CLOSED, "login 403 403 403 302 404 302 403", args=WAITING),
    Row("review:put-back", CLOSED, "login 403 403 403 302 404 302 403", args=WAITING),
    Row("review:colleagues", "login 403 403 403 403 403 200 403", CLOSED),
    Row("review:colleagues-of", "login 403 403 403 403 403 200 403", CLOSED, args=lambda world: (world.reviewer,)),
    Row(
        "review:colleagues-hand-over", CLOSED, "login 403 403 403 403 403 302 403", args=lambda world: (world.reviewer,)
    ),
    Row("review:find", OFFICERS, "login 403 403 403 422 422 422 422", "with nothing typed"),
    Row("review:find", OFFICERS, "login 403 403 403 302 200 302 302", "by number", data=search),
    Row("review:find", "login 403 403 403 200 404 200 200", NOTHING_TYPED, "of a case", query=opened),
    Row(
        "review:full-number", "login 403 403 403 200 404 200 403", "login 403 403 403 422 404 422 403", args=revealed()
    ),
    Row(
        "review:full-number",
        "login 403 403 403 200 404 200 403",
        "login 403 403 403 200 404 200 403",
        "with a purpose",
        args=revealed(),
        data=lambda world: {"purpose": "caller"},
    ),
    Row("review:full-number", NOTHING_THERE, NOTHING_THERE, "of no number", args=revealed("password")),
    Row(
        "review:member-number",
        "login 403 403 403 200 404 200 403",
        "login 403 403 403 422 404 422 403",
        "of one of a batch",
        args=revealed_of_village,
    ),
    Row(
        "review:paper",
        CLOSED,
        "login 403 403 403 404 404 404 404",
        "that nobody sent",
        args=lambda world: (world.pension.batch.number, UUID(int=0)),
    ),
    Row("review:items", OFFICERS, CLOSED),
    Row("review:item-refusals", OFFICERS, CLOSED),
    Row("review:item-refusal", "login 403 403 403 200 404 200 200", CLOSED, args=key_of("refused")),
    Row("review:item-refusal", "login 403 403 403 404 404 200 200", CLOSED, "of nothing", args=key_of("nobodys")),
    Row("review:keys", OFFICERS, "login 403 403 403 302 302 302 302", data=lambda world: {"on": "1"}),
    Row("review:reconciliation", OFFICERS, CLOSED),
    Row("review:behalf", OFFICERS, "login 403 403 403 422 422 422 403", "with no number"),
    Row("review:behalf", OFFICERS, "login 403 403 403 302 422 302 403", data=resident_number),
    Row("review:behalf-person", AT_THE_COUNTER, AT_THE_COUNTER, args=resident_key),
    Row(
        "review:behalf-person",
        AT_THE_COUNTER,
        "login 403 403 403 422 404 422 403",
        "sent too early",
        args=resident_key,
        data=too_early,
    ),
    Row("review:behalf-phone", AT_THE_COUNTER, "login 403 403 403 422 404 422 403", args=resident_key),
    Row("review:convert", CLOSED, "login 403 403 403 409 404 403 403", "not arrived", args=WAITING),
    Row("review:withdraw", CLOSED, "login 403 403 403 422 404 422 403", "with no evidence", args=WAITING),
    Row("review:withdraw", CLOSED, "login 403 403 403 409 404 409 403", "of a resident", args=WAITING, data=evidence),
    Row("review:withdraw", CLOSED, "login 403 403 403 302 404 302 403", args=STARTED, data=evidence),
    Row("review:account", COUNTER_MOVES_ON, COUNTER_MOVES_ON, "of a resident", args=BOUNCED),
    Row(
        "review:account",
        AT_THE_COUNTER,
        "login 403 403 403 422 404 422 403",
        "with an empty form",
        args=STARTED_BOUNCED,
    ),
    Row("review:account-decide", CLOSED, "login 403 403 403 409 404 409 403", "of no proposal", args=STARTED_BOUNCED),
    Row("review:item", "login 403 403 403 200 404 200 200", CLOSED, args=key_of("held")),
    Row("review:item-ask", CLOSED, "login 403 403 403 409 404 409 403", "of no application", args=key_of("puzzle")),
    Row("review:item-send-again", CLOSED, "login 403 403 403 302 404 302 403", args=key_of("held")),
    Row("review:item-send-again", CLOSED, "login 403 403 403 409 404 409 403", "not held", args=key_of("puzzle")),
    Row("review:item-send-all-again", CLOSED, "login 403 403 403 302 404 302 403", args=key_of("held")),
    Row("review:item-stop", CLOSED, "login 403 403 403 409 404 409 403", "never sent", args=key_of("held")),
    Row("review:item-recall", CLOSED, "login 403 403 403 302 404 302 403", args=key_of("held")),
    Row("review:item-confirm", CLOSED, "login 403 403 403 302 404 302 403", args=key_of("proposed"), data=seen),
    Row("review:item-confirm", CLOSED, "login 403 403 403 409 404 409 403", "of no proposal", args=key_of("held")),
    Row("review:item-decline", CLOSED, "login 403 403 403 302 404 302 403", args=key_of("proposed")),
    Row("review:item-take-back", CLOSED, "login 403 403 403 409 404 409 403", "of another", args=key_of("proposed")),
    Row("review:item-returned", CLOSED, "login 403 403 403 422 404 422 403", "with no amount", args=key_of("held")),
    Row(
        "review:item-letter",
        "login 403 403 403 409 404 409 403",
        "login 403 403 403 409 404 409 403",
        "never sent",
        args=key_of("held"),
    ),
    Row("review:item-elsewhere", CLOSED, "login 403 403 403 422 404 422 403", "with no reason", args=key_of("puzzle")),
    Row("review:item-elsewhere", CLOSED, "login 403 403 403 302 404 302 403", args=key_of("puzzle"), data=note),
    Row("review:statistics", OFFICERS, CLOSED),
    Row("review:statistics-export", CLOSED, OFFICERS, data=lambda world: {"format": "csv"}),
    Row("review:samples", SECOND_LOOK, "login 403 403 403 403 403 422 403", "with nothing filled in"),
    Row("review:samples", SECOND_LOOK, "login 403 403 403 403 403 302 403", data=drawing),
    Row("review:sample", SECOND_LOOK, CLOSED, args=key_of("sample")),
    Row("review:sampled", SECOND_LOOK, "login 403 403 403 403 403 422 403", "with no finding", args=first_of_sample),
    Row(
        "review:sampled",
        SECOND_LOOK,
        "login 403 403 403 403 403 302 403",
        args=first_of_sample,
        data=lambda world: {"verdict": "fits"},
    ),
    Row("review:audit-first", AUDITORS, CLOSED),
    *(
        Row("review:audit", AUDITORS, CLOSED, f"of {trail.code}", args=lambda world, code=trail.code: (code,))
        for trail in TRAILS
    ),
    Row("review:undo", CLOSED, "login 403 403 403 409 404 409 403", "too late", args=BOUNCED),
    Row("review:peek", "login 403 403 403 302 404 302 302", CLOSED, args=WAITING),
    Row("review:case", "login 403 403 403 404 404 404 404", CLOSED, "with a NUL", args=lambda world: ("YL\0",)),
    Row("review:case", "login 403 403 403 200 404 200 200", CLOSED, "of a village", args=BATCH),
    Row(
        "review:approve",
        CLOSED,
        "login 403 403 403 409 404 302 403",
        "above the limit",
        args=REFERRED,
        data=answers_to("referred"),
    ),
    Row("review:approve", CLOSED, "login 403 403 403 409 404 422 403", "with open warnings", args=REFERRED),
    Row("review:approve", CLOSED, "login 403 403 403 409 404 409 403", "decided before", args=BOUNCED),
    Row("review:reject", CLOSED, "login 403 403 403 422 404 403 403", "with no reason", args=WAITING),
    Row("review:reject", CLOSED, "login 403 403 403 302 404 403 403", args=WAITING, data=remark),
    Row("review:reject", CLOSED, "login 403 403 403 409 404 403 403", "decided before", args=BOUNCED, data=remark),
    Row("review:answer", CLOSED, "login 403 403 403 302 404 409 403", args=WAITING, data=answers_to("pension.waiting")),
    Row("review:note", CLOSED, "login 403 403 403 422 404 422 403", "with no words", args=WAITING),
    Row("review:note", CLOSED, "login 403 403 403 302 404 302 403", args=WAITING, data=note),
    Row("review:people-search", CLOSED, "login 403 403 403 302 404 302 302", args=BATCH),
    Row("review:leave-out", CLOSED, "login 403 403 403 422 404 403 403", args=BATCH),
    Row("review:take-in", CLOSED, "login 403 403 403 302 404 403 403", args=BATCH),
    Row("review:leave-list", "login 403 403 403 200 404 403 403", "login 403 403 403 422 404 403 403", args=BATCH),
    Row("review:leave-listed", CLOSED, "login 403 403 403 302 404 403 403", "with no list", args=BATCH),
    Row("review:send-back", CLOSED, "login 403 403 403 403 403 422 403", "with no remark", args=REFERRED),
    Row("review:send-back", CLOSED, "login 403 403 403 403 403 302 403", args=REFERRED, data=remark),
    Row("review:send-back", CLOSED, "login 403 403 403 403 403 409 403", "not referred", args=WAITING, data=remark),
    Row("handoff:results", ONLY_GET, "401 401 401 401 401 401 401 401", args=lambda world: ("hrss",)),
    Row("handoff:callback", ONLY_GET, "401 401 401 401 401 401 401 401", args=lambda world: ("hrss",)),
    Row(
        "handoff:callback",
        ONLY_GET,
        "404 404 404 404 404 404 404 404",
        "of nobody we know",
        args=lambda world: ("police",),
    ),
    *(
        Row(f"administration:{page}", ADMINISTRATORS, CLOSED)
        for page in ("home", "staff", "offices", "organisations", "loads", "changes")
    ),
    *(Row(f"running:{page}", ADMINISTRATORS, CLOSED) for page in ("jobs", "items")),
    Row("running:again", CLOSED, ADMINISTRATORS, args=lambda world: (0,)),
    Row("administration:names", ADMINISTRATORS, ADMINISTRATORS),
    Row("administration:corrections", ADMINISTRATORS, CLOSED),
    Row("administration:correction", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: (UUID(int=1),)),
    Row("administration:load", ADMINISTRATORS, CLOSED, args=lambda world: (UUID(int=1),)),
    Row("administration:export", CLOSED, ADMINISTRATORS, args=lambda world: ("staff",)),
    Row("administration:staff-new", ADMINISTRATORS, ADMINISTRATORS),
    Row("administration:office-new", ADMINISTRATORS, ADMINISTRATORS),
    Row("administration:office", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: ("14209840000",)),
    Row("administration:organisation-new", ADMINISTRATORS, ADMINISTRATORS),
    Row("administration:organisation", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: ("4209840101",)),
    Row("administration:leaving", CLOSED, ADMINISTRATORS),
    Row("administration:account", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: (world.reviewer,)),
    Row("administration:name", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: (1,)),
    Row("administration:load-rejected", CLOSED, ADMINISTRATORS, args=lambda world: (UUID(int=1),)),
    Row("parameters:parameters", ADMINISTRATORS, CLOSED),
    Row("parameters:parameter", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: ("countersign-limit",)),
    Row("parameters:cancel", CLOSED, ADMINISTRATORS, args=lambda world: ("countersign-limit",)),
    Row("administration:table", ADMINISTRATORS, CLOSED, args=lambda world: ("banks",)),
    Row("administration:table-new", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: ("banks",)),
    Row("administration:table-row", ADMINISTRATORS, ADMINISTRATORS, args=lambda world: ("banks", "102")),
    Row("administration:load-new", ADMINISTRATORS, ADMINISTRATORS),
    Row("administration:upload", ADMINISTRATORS, CLOSED, args=lambda world: (UUID(int=1),)),
    Row("administration:upload-decide", CLOSED, ADMINISTRATORS, args=lambda world: (UUID(int=1),)),
    Row("administration:upload-rejected", CLOSED, ADMINISTRATORS, args=lambda world: (UUID(int=1),)),
    Row("offices", EVERYBODY, ONLY_GET),
    Row("healthz", EVERYBODY, ONLY_GET),
    Row("metrics", EVERYBODY, ONLY_GET, "on this machine"),
    Row("readyz", "503 503 503 503 503 503 503 503", ONLY_GET, "without a worker"),
]
# The region that a view sends alone, by the page it is part of.
REGIONS = {
    **{name: region for module in brought.routes().values() for name, region in getattr(module, "REGIONS", {}).items()},
    "refunds:account": "dialog",
    "refunds:withdraw": "dialog",
    "review:behalf-person": "behalf",
    "review:case": "people",
    "review:queue": "queue",
    "review:full-number": "dialog",
    "review:member-number": "dialog",
}
