"""One application living its life: each step changes the row, and the history and the applicant's message say so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from benchmarks.province.handoffs import Claim, Handoff, keep
from benchmarks.province.lives import Life
from benchmarks.province.places import County, Officer, said, who
from benchmarks.province.residents import any_id, day_of, new_id, stamp
from benchmarks.province.world import World
from inbox.kinds import UNTOLD, segment_of
from inbox.models import Message
from inbox.sentences import render
from refunds import schemes
from refunds.models import RejectReason
from refunds.parameters.calendar import after
from refunds.people import Part
from refunds.states import RELEASING, LineOutcome, RefundStatus, ReviewResult, ReviewStatus

REASONS = ("account_name", "account_closed", "arrived", "not_paid_twice", "proof", "other")
REFUSED = {"hrss": "社保系统核验未通过：该笔缴费已计入个人账户", "medical": "医保系统核验未通过：参保人已享受医保待遇"}
AGENCY = {code: who(agency=code) for code in REFUSED}
BANK = "银行账号与户名不符"
RETURNED_BY_BANK = "银行退汇：收款账户状态异常，款项已退回"
# Who takes a step; the agency takes the others.
BY_APPLICANT = frozenset({"draft", "submit", "withdraw", "correct_account"})
BY_REVIEWER = frozenset({"refer", "approve", "reject", "undo"})
BY_COUNTERSIGNER = frozenset({"countersign", "send_back"})
PASSED = {
    "refund_status": RefundStatus.APPROVED,
    "review_status": ReviewStatus.COMPLETED,
    "review_result": ReviewResult.PASSED,
}
OPEN = {"refund_status": RefundStatus.APPLIED, "review_status": ReviewStatus.PENDING}
FAILED = {"refund_status": RefundStatus.TAX_RETURNED, "review_result": ReviewResult.FAILED}
# Where each step leads, as `refunds.machines` declares it.
LEADS: dict[str, dict[str, Any]] = {
    "draft": {},
    "submit": OPEN,
    "withdraw": {"refund_status": RefundStatus.NOT_APPLIED, "review_status": ReviewStatus.WITHDRAWN},
    "refer": {"review_status": ReviewStatus.COUNTERSIGN},
    "send_back": OPEN | {"reviewed_by_id": None, "remark": "请核对缴费凭证"},
    "approve": PASSED,
    "countersign": PASSED,
    "reject": FAILED | {"review_status": ReviewStatus.COMPLETED},
    "undo": OPEN | {"review_result": ReviewResult.NONE, "decided_by_id": None, "decided_at": None},
    "recall": FAILED | {"reject_reason_id": "recalled", "verified_at": None},
    "acknowledge": {"refund_status": RefundStatus.AGENCY_PROCESSING},
    "accept": {"refund_status": RefundStatus.PAYING},
    "refuse": {"refund_status": RefundStatus.AGENCY_RETURNED},
    "pay": {"refund_status": RefundStatus.REFUNDED},
    "bounce": {"refund_status": RefundStatus.PAYMENT_FAILED, "agency_reason": BANK},
    "return_payment": {
        "refund_status": RefundStatus.PAYMENT_FAILED,
        "agency_reason": RETURNED_BY_BANK,
        "refunded_on": None,
        "paid_attempt": None,
    },
    "correct_account": {"refund_status": RefundStatus.APPROVED, "agency_reason": "", "verified_at": None},
    "dispute": {},
}


@dataclass
class Applicant:
    """Who applies: the account, what the history says of it, and whom the messages are for."""

    user: int
    context: str
    told: dict[str, Any]


class Case:
    """`row` is the application as it is now; `claim` is what it asks for. Written by `end()`."""

    def __init__(self, world: World, code: str, applicant: Applicant, county: County, claim: Claim, moment: float):
        self.world, self.scheme, self.claim = world, schemes.get(code), claim
        self.history = self.scheme.model.events.rel.related_model
        self.applicant, self.county, self.moment = applicant, county, moment
        self.reviewer, self.colleague = world.rng.sample(county.reviewers, 2)
        self.countersigner: Officer = world.rng.choice(county.countersigners)
        self.handoff = Handoff(world, self.scheme.agency, county.office)
        self.row = world.tables[self.scheme.model].blank | {
            "id": new_id(world.rng, int(moment * 1000)),
            "office_id": county.office,
            "submitted_by_id": applicant.user,
            "amount": Decimal(),
        }

    def live(self, life: Life) -> None:
        for step in life.steps:
            before, self.moment = self.moment, self.world.later(self.moment, step)
            if step in ("send", "lost", "held"):
                getattr(self.handoff, step)(self.moment)
            elif step in ("leave_out", "apart"):
                self._set_apart(step)
            elif step in ("draft", "submit"):
                self.moment = before
                self._take(step)
            else:
                self._take(step)

    def end(self) -> None:
        """Nothing more happens to it: the application and its last delivery are written."""
        self.handoff.write()
        self.world.tables[self.scheme.model].add(self.row)

    @property
    def is_released(self) -> bool:
        """Whether its payments are free again."""
        return self.row["refund_status"] in RELEASING and self.row["review_status"] != ReviewStatus.DRAFT

    def _take(self, step: str) -> None:
        before = self.row["refund_status"]
        self.row |= LEADS[step]
        if not self.row["moved_on"] or self.row["refund_status"] != before:
            self.row["moved_on"] = day_of(self.moment)
        change: Callable[[], None] | None = getattr(self, f"_{step}", None)
        if change:
            change()
        label = "insert" if step == "draft" or (step == "submit" and not self._is_batch) else "update"
        event = keep(self.world, self.history, self.row, self.moment, label, context=self._said(step))
        if step not in UNTOLD and step != "draft":
            self._tell(step, event)

    # What a step changes beside the states, in life-cycle order --------------------------------------------------------------

    def _submit(self) -> None:
        number, at = self.world.number(self.scheme.prefix, self.moment), stamp(self.moment)
        self.row |= {"number": number, "submission_key": any_id(self.world.rng), "submitted_at": at}
        self.row |= {"amount": self.claim.total, "due_on": after(day_of(self.moment), settings.REFERENCE_WORKING_DAYS)}

    def _refer(self) -> None:
        self.row |= {"reviewed_by_id": self.reviewer.pk, "decided_at": stamp(self.moment)}

    def _approve(self) -> None:
        self._decide(self.reviewer)
        self._hand_off()

    def _countersign(self) -> None:
        self._decide(self.countersigner)
        self._hand_off()

    def _reject(self) -> None:
        self._decide(self.reviewer)
        self.row |= {"reject_reason_id": self.world.rng.choice(REASONS), "remark": "请按原因补正后重新申请"}

    def _undo(self) -> None:
        self.handoff.cancel(self.moment)
        self.row["attempt"] += 1

    def _recall(self) -> None:
        self.handoff.recall(self.moment, proposed_by=self.reviewer.pk, confirmed_by=self.colleague.pk)

    def _acknowledge(self) -> None:
        self.handoff.acknowledge(self.moment)

    def _accept(self) -> None:
        self._report("accept")
        self.row["verified_at"] = stamp(self.moment)

    def _refuse(self) -> None:
        reason = REFUSED[self.scheme.agency]
        self._report("refuse", reason=reason)
        self.row |= {"verified_at": stamp(self.moment), "agency_reason": reason}
        self.claim.outcome, self.claim.reason = LineOutcome.RETURNED, reason

    def _pay(self) -> None:
        day = day_of(self.moment).isoformat()
        self._report("pay", day=day)
        self.row |= {"refunded_on": day, "paid_attempt": self.row["attempt"]}
        self.claim.outcome = LineOutcome.PAID

    def _bounce(self) -> None:
        self._report("bounce", reason=BANK)

    def _return_payment(self) -> None:
        self._report("return_payment", reason=RETURNED_BY_BANK)
        self.claim.outcome = LineOutcome.OPEN

    def _correct_account(self) -> None:
        self.row["attempt"] += 1
        self._hand_off()

    def _dispute(self) -> None:
        self.row["disputed"] = self.row["number"]
        self.handoff.contradict(self.moment)

    # -------------------------------------------------------------------------------------------------------------------------

    def _decide(self, officer: Officer) -> None:
        self.row |= {"decided_by_id": officer.pk, "decided_at": stamp(self.moment), "amount": self.claim.total}
        if self._is_batch and self.row["review_result"] == ReviewResult.PASSED:
            self.row["people_count"] = len(self.claim.tickets) - len(self.claim.left_out)

    def _hand_off(self) -> None:
        self.handoff.create(self.row["number"], self.row["attempt"], self.claim, self.moment)

    def _report(self, step: str, *, reason: str = "", day: str = "") -> None:
        self.handoff.report(step, self.moment, reason=reason, day=day)

    def _set_apart(self, step: str) -> None:
        """Every ninth of a batch is marked by the officer, or every seventh returned by the agency; never everybody."""
        tickets = [ticket for ticket in self.claim.tickets if ticket not in self.claim.left_out]
        if step == "leave_out":
            self.claim.marked_by = self.reviewer.pk
            self.claim.left_out.update(tickets[1::9])
        else:
            self.claim.returned = dict.fromkeys(tickets[1::7], "该人员已死亡或已注销参保")

    @property
    def _is_batch(self) -> bool:
        return self.row["organisation_id"] is not None

    def _said(self, step: str) -> str:
        if step in BY_APPLICANT:
            return said(step, self.applicant.context)
        if step in BY_REVIEWER:
            return said(step, self.reviewer.context)
        if step in BY_COUNTERSIGNER:
            return said(step, self.countersigner.context)
        return said(step, self.colleague.context if step == "recall" else AGENCY[self.scheme.agency])

    def _tell(self, step: str, event: int) -> None:
        row, claim = self.row, self.claim
        apart = (len(claim.left_out), len(claim.returned)) if self._is_batch else (0, 0)
        day = row["submitted_at"][:10] if step == "submit" else ""
        on = row["refunded_on"] if step == "pay" else None
        paid = claim.paid if self._is_batch else None
        title, body, segment = _words(
            self.scheme.code, step, row["amount"], day, on, row["reject_reason_id"], apart, paid
        )
        told = {"kind": step, "number": row["number"], "event": event, "title": title, "body": body}
        told["segment"] = segment
        at = stamp(self.moment)
        read = None if self.world.is_young else at
        self.world.tables[Message].add(told | self.applicant.told | {"created_at": at, "read_at": read})


@dataclass(frozen=True)
class _Paid:
    """As much of `Parts` as a sentence says."""

    paid: Part
    is_partial: bool


class _Scheme:
    """A scheme that knows what became of a batch before anything is stored."""

    def __init__(self, code: str, parts: dict[None, _Paid]):
        self._scheme, self._parts = schemes.get(code), parts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scheme, name)

    def parts(self, _refunds: list[Any]) -> dict[None, _Paid]:
        return self._parts


@lru_cache(maxsize=8192)  # of a day many ask for the same amount; what a sentence does not say is not asked
def _words(
    code: str,
    step: str,
    amount: Decimal,
    day: str,
    refunded_on: str | None,
    reason: str | None,
    apart: tuple[int, int],
    paid: Decimal | None,
) -> tuple[str, str, str]:
    """Title, body and segment of a message, by the portal's own sentences; `paid` is what the people of a batch get."""
    about = SimpleNamespace(
        pk=None,
        number="",  # only an SMS says it, and of what is long past none is sent
        scheme=_Scheme(code, {} if paid is None else {None: _Paid(Part(1, paid), bool(apart[1]))}),
        amount=amount,
        due_on=after(date.fromisoformat(day or "2026-01-01"), settings.REFERENCE_WORKING_DAYS),
        refunded_on=refunded_on,
        reject_reason=_reason(reason) if reason else None,
        on_behalf=False,
        people=SimpleNamespace(apart=lambda: {"left_out": apart[0], "returned": apart[1]}),
    )
    told = render(about, step)
    return told.title, told.body, segment_of(told.kind)


@lru_cache
def _reason(code: str) -> RejectReason:
    return RejectReason.objects.get(pk=code)
