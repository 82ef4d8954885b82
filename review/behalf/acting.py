"""What an officer may do for a person who cannot sign in: take her application back, give it another account (O-04)."""

import copy
import json
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Role, User
from foundation.paging import page_of
from refunds import actions, schemes
from refunds.errors import AccountUnchanged, Frozen, NotAllowed, NotCorrectable
from refunds.said import Facts
from refunds.states import RefundStatus, ReviewStatus
from review.models import AccountProposal

PAGE_SIZE = 20
# The tick of 更正账户 that the old account is right.
MENDED = "mended"


@dataclass(frozen=True)
class Acting:
    """What the case page offers about somebody acting for the applicant; with nothing in it, it shows nothing."""

    converts: bool = False
    withdraws: bool = False
    corrects: bool = False
    proposal: AccountProposal | None = None
    account: Facts | None = None
    is_mine: bool = False
    confirms: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.converts or self.withdraws or self.corrects or self.proposal)


def offered(refund, *, by) -> Acting:
    """For this officer, now."""
    if not refund.on_behalf:
        may_decide = by.role == Role.REVIEWER and refund.review_status == ReviewStatus.PENDING and not refund.disputed
        return Acting(converts=may_decide and refund.scheme.must_be_on_behalf(refund))
    proposal = open_proposal(refund.number) if refund.can_correct_account else None
    if proposal:
        is_mine = proposal.proposed_by.person_id == by.person_id
        confirms = by.role != Role.AUDITOR and not is_mine and not refund.concerns(by.person)
        return Acting(proposal=proposal, account=account_of(refund, proposal), is_mine=is_mine, confirms=confirms)
    if not (refund.can_withdraw or refund.can_correct_account) or actions.why_not_for_her(refund, by):
        return Acting()
    return Acting(withdraws=refund.can_withdraw, corrects=refund.can_correct_account)


def open_proposal(number: str) -> AccountProposal | None:
    """What waits for a second officer."""
    rows = AccountProposal.objects.filter(number=number, closed_at=None)
    return rows.select_related("proposed_by__person").first()


def waiting(request):
    """One page of what the bank could not pay and whose applicant cannot sign in, the longest wait first: nobody but an officer
    can go on with it. One query per scheme."""
    account = User.objects.filter(person=OuterRef("applicant"), role=Role.RESIDENT, is_active=True)
    found = [
        scheme.model.objects.visible_to(request.user)
        .filter(refund_status=RefundStatus.PAYMENT_FAILED)
        .exclude(evidence="")
        .filter(~Exists(account))
        .select_related("applicant", "organisation")
        for scheme in schemes.every()
    ]
    return page_of(request, found, size=PAGE_SIZE)


@transaction.atomic
def propose(number: str, typed: QueryDict, *, evidence: str, by) -> None:
    """Keep the form as it was filled in, for another officer. Raises NotAllowed, Frozen, NotCorrectable,
    AccountUnchanged."""
    refund = actions.locked(number, by=by)
    if why_not := actions.why_not_for_her(refund, by):
        raise NotAllowed(why_not)
    if refund.disputed:
        raise Frozen(refund)
    if not refund.can_correct_account:
        raise NotCorrectable
    form = account_form(refund, typed)
    if form.is_valid() and _account_as(refund, form).account_key == refund.account_key and not is_mended(typed):
        raise AccountUnchanged
    kept = {name: typed.getlist(name) for name in (*form.fields, MENDED) if name in typed}
    try:
        with transaction.atomic():
            AccountProposal.objects.create(
                number=number, account=json.dumps(kept, ensure_ascii=False), evidence=evidence, proposed_by=by
            )
    except IntegrityError as error:
        raise NotAllowed("已有一位税务人员提出了新账户，请先确认或等其收回。") from error


@transaction.atomic
def decide(number: str, *, agreed: bool, by) -> None:
    """确认 by another officer: the next instruction carries the new account. 不同意, or 收回 by whoever proposed: nothing happens.
    Raises RefundError."""
    refund = actions.locked(number, by=by)
    proposal = AccountProposal.objects.select_for_update(of=("self",)).filter(number=number, closed_at=None).first()
    if proposal is None:
        raise NotAllowed("这个新账户已被收回，或已有人办理，您的操作没有生效。")
    if agreed:
        form = account_form(refund, _typed(proposal))
        if not form.is_valid():
            raise NotAllowed("这个新账户现在不能用了，请选【不同意】，核对后重新提出。")
        account, mended = form.cleaned_data, is_mended(_typed(proposal))
        who = {"by": by, "proposed_by": proposal.proposed_by}
        actions.correct_account(number, account=account, mended=mended, evidence=proposal.evidence, **who)
    proposal.closed_by, proposal.closed_at, proposal.agreed = by, timezone.now(), agreed
    proposal.save(update_fields=["closed_by", "closed_at", "agreed"])


def account_form(refund, typed: QueryDict | None):
    """更正账户 as the scheme asks it."""
    return refund.scheme.account_form(refund, typed, registered_phone=refund.applicant.phone)


def account_of(refund, proposal: AccountProposal) -> Facts | None:
    """The proposed account as a page shows it, with masked numbers; None where the form is not right any more."""
    form = account_form(refund, _typed(proposal))
    if not form.is_valid():
        return None
    facts: Facts = refund.scheme.account(_account_as(refund, form))
    return facts


def _account_as(refund, form):
    """The application as it would be with the account of the form."""
    shown = copy.copy(refund)
    shown.set_account(form.cleaned_data)
    return shown


def is_mended(typed: QueryDict) -> bool:
    """Whether the bank is said to have put the old account right."""
    return typed.get(MENDED) == "on"


def _typed(proposal: AccountProposal) -> QueryDict:
    typed = QueryDict(mutable=True)
    kept = json.loads(proposal.account.reveal("the account that another officer confirms"))
    for name, values in kept.items():
        typed.setlist(name, values)
    return typed
