"""Who acts for whom (O-04): an officer starts a refund for a person at the counter, and acts for somebody who cannot sign in.
Whatever she does for her is noted with its evidence, and never decided by her alone."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pghistory

from accounts.models import OFFICER_ROLES, Role, User
from refunds import errors
from refunds.models import RefundApplication

# The auditor changes nothing.
ACTING = OFFICER_ROLES - {Role.AUDITOR}


def may_start(refund: RefundApplication, *, by: User) -> None:
    """Whether this user may submit it: officers for others only, in their area, with evidence. Raises NotAllowed."""
    if not by.is_officer:
        return
    assert by.office is not None, "every officer has one"
    own_office = refund.office_id in by.office.in_its_queues
    in_area = own_office or (by.role != Role.REVIEWER and refund.office.path.startswith(by.office.path))
    if by.role not in ACTING or not in_area or refund.organisation_id:
        raise errors.NotAllowed("只有主管税务机关的审核人、复核人可以代个人发起退费。")
    if refund.people.include(by.person):
        raise errors.NotAllowed("这是您本人的缴费，请以自然人身份登录申请，或请另一位税务人员代为发起。")
    if not refund.evidence:
        raise errors.NotAllowed("代为发起要写明看过的材料和提出的方式。")


def why_not_for_her(refund: RefundApplication, by: User) -> str:
    """Why this officer may not act for the applicant, as a sentence; empty when she may."""
    if by.role not in ACTING:
        return "只有审核人、复核人可以代申请人办理。"
    if not refund.on_behalf or refund.applicant is None:
        return "这笔申请由申请人自己提交，只有申请人可以撤销和更正账户。"
    if refund.applicant.has_account:
        return "申请人已经注册，由申请人自己登录办理，税务人员不再代办。"
    if refund.people.include(by.person):
        return "这笔申请与您本人有关，须由另一位税务人员办理。"
    if has_decided(refund, by):
        return "这笔申请由您本人审核，须由另一位税务人员代为办理。"
    return ""


def may_act(refund: RefundApplication, *, by: User, evidence: str = "") -> None:
    """Whoever applied; or one officer who did not decide, with evidence. Raises NotAllowed."""
    if by.role in (Role.RESIDENT, Role.CLERK):
        return
    if why_not := why_not_for_her(refund, by):
        raise errors.NotAllowed(why_not)
    if not evidence:
        raise errors.NotAllowed("代申请人办理要写明依据。")
    refund.evidence = evidence


def may_correct(refund: RefundApplication, *, by: User, proposed_by: User | None, evidence: str) -> None:
    """Whoever applied, unless she decided; or an officer, for another who may act for the applicant. Raises NotAllowed."""
    if by.is_officer:
        if proposed_by is None or by.person_id == proposed_by.person_id:
            raise errors.NotAllowed("税务人员代为更正账户，须由一位提出，由另一位确认。")
        if by.role not in ACTING or refund.concerns(by.person):
            raise errors.NotAllowed("这笔申请与您本人有关，须由另一位税务人员确认。")
        may_act(refund, by=proposed_by, evidence=evidence)
    elif has_decided(refund, by):
        raise errors.NotAllowed("这笔申请由您本人审核，账户须由另一位经办人更正。")


def has_decided(refund: RefundApplication, user: User) -> bool:
    """Whether this person decided about it, or did the first review."""
    return user.person_id in {one.person_id for one in (refund.decided_by, refund.reviewed_by) if one}


def asked_for(proposed_by: User | None, *, mended: bool) -> AbstractContextManager[object]:
    """The history names beside whoever does it also whoever asked for it, and that the bank is said to have mended the account."""
    asked: dict[str, Any] = {"mended": True} if mended else {}
    if proposed_by is not None:
        asked |= {"proposed_by": proposed_by.pk, "proposed_name": proposed_by.display_name}
    return pghistory.context(**asked) if asked else nullcontext()
