"""The states of a refund application and the words each door shows for them (design.md section 4, I-05 … I-11).

Labels are derived from the states, so no page can show a combination that the machine does not have.
"""

from django.db import models


class RefundStatus(models.TextChoices):
    """退费状态, in life-cycle order. `{agency}` is 人社 or 医保."""

    NOT_APPLIED = "not_applied", "未申请"
    APPLIED = "applied", "{agency}退费中"
    APPROVED = "approved", "{agency}退费中"
    AGENCY_PROCESSING = "agency_processing", "{agency}退费中"
    PAYING = "paying", "银行退付中"
    REFUNDED = "refunded", "退费成功"
    TAX_RETURNED = "tax_returned", "税务退回"
    AGENCY_RETURNED = "agency_returned", "{agency}退回"
    PAYMENT_FAILED = "payment_failed", "退付失败"


class ReviewStatus(models.TextChoices):
    """审核状态. 待复核 is shown as 待审核 outside the 税务端."""

    DRAFT = "draft", "待提交"
    PENDING = "pending", "待审核"
    COUNTERSIGN = "countersign", "待复核"
    COMPLETED = "completed", "审核完成"
    WITHDRAWN = "withdrawn", "已撤销"


class ReviewResult(models.TextChoices):
    """审核结果. None yet is the empty string: 未知 to a resident, -- to a village."""

    NONE = "", "未知"
    PASSED = "passed", "通过"
    FAILED = "failed", "未通过"


class Outcome(models.TextChoices):
    """What became of one person's part, as it is shown."""

    PAID = "paid", "已退"
    RETURNED = "returned", "被退回"
    LEFT_OUT = "left_out", "不通过"
    OPEN = "open", "处理中"
    WITHDRAWN = "withdrawn", "已撤销"


class LineOutcome(models.TextChoices):
    """What the agency and the bank said of it, as a line keeps it."""

    OPEN = "", Outcome.OPEN.label
    PAID = "paid", Outcome.PAID.label
    RETURNED = "returned", Outcome.RETURNED.label


# Every combination that may exist; the database refuses all others.
ALLOWED = (
    (RefundStatus.NOT_APPLIED, ReviewStatus.DRAFT, ReviewResult.NONE),
    (RefundStatus.NOT_APPLIED, ReviewStatus.WITHDRAWN, ReviewResult.NONE),
    (RefundStatus.APPLIED, ReviewStatus.PENDING, ReviewResult.NONE),
    (RefundStatus.APPLIED, ReviewStatus.COUNTERSIGN, ReviewResult.NONE),
    (RefundStatus.APPROVED, ReviewStatus.COMPLETED, ReviewResult.PASSED),
    (RefundStatus.AGENCY_PROCESSING, ReviewStatus.COMPLETED, ReviewResult.PASSED),
    (RefundStatus.PAYING, ReviewStatus.COMPLETED, ReviewResult.PASSED),
    (RefundStatus.REFUNDED, ReviewStatus.COMPLETED, ReviewResult.PASSED),
    (RefundStatus.AGENCY_RETURNED, ReviewStatus.COMPLETED, ReviewResult.PASSED),
    (RefundStatus.PAYMENT_FAILED, ReviewStatus.COMPLETED, ReviewResult.PASSED),
    (RefundStatus.TAX_RETURNED, ReviewStatus.COMPLETED, ReviewResult.FAILED),
)

# Where an application may be once it was decided and handed off.
AFTER_THE_DECISION = (
    RefundStatus.APPROVED,
    RefundStatus.AGENCY_PROCESSING,
    RefundStatus.PAYING,
    RefundStatus.REFUNDED,
    RefundStatus.PAYMENT_FAILED,
    RefundStatus.AGENCY_RETURNED,
    RefundStatus.TAX_RETURNED,
)

# Nothing follows, as long as nobody contradicts it: who leaves these by hand needs a second officer.
FINAL = frozenset({RefundStatus.REFUNDED, RefundStatus.AGENCY_RETURNED, RefundStatus.TAX_RETURNED})

# Why an application ends as 税务退回 without an officer's 不通过: reasons that no form offers.
RECALLED, STOPPED, SUPERSEDED, PAID_TWICE = "recalled", "stopped", "superseded", "paid_twice"
# Of these, the payment is with another application: nothing is to be applied for again.
GAVE_WAY = (SUPERSEDED, PAID_TWICE)

# What has no end yet; where one of these is, its applicant is led to it.
UNDER_WAY = frozenset(
    {
        RefundStatus.APPLIED,
        RefundStatus.APPROVED,
        RefundStatus.AGENCY_PROCESSING,
        RefundStatus.PAYING,
        RefundStatus.PAYMENT_FAILED,
    }
)

# The payment is free for another application.
RELEASING = frozenset({RefundStatus.NOT_APPLIED, RefundStatus.TAX_RETURNED, RefundStatus.AGENCY_RETURNED})

# Of these, it came back to the applicant, who may ask again.
RETURNED = frozenset({RefundStatus.TAX_RETURNED, RefundStatus.AGENCY_RETURNED})

# Before it, of what an officer started for her (O-04).
ON_BEHALF = "由税务机关代为发起"

# Under the state of what is not decided, once the tax core system corrected the payment.
CORRECTED = "缴费记录有更正，请撤销后重新申请"

# The sub-line under a resident's 退费状态 (I-09).
RESIDENT_SUBLINES: dict[str, str] = {
    RefundStatus.APPLIED: "等待税务审核",
    RefundStatus.APPROVED: "税务已通过，等待移交",
    RefundStatus.AGENCY_PROCESSING: "{agency}核验中",
    RefundStatus.PAYMENT_FAILED: "更正账户后重新退付",
}

# 人社处理状态: a village sees the agency's side only, so nothing before its receipt (I-09).
VILLAGE_LABELS: dict[str, str] = {
    RefundStatus.APPLIED: RefundStatus.NOT_APPLIED,
    RefundStatus.APPROVED: RefundStatus.NOT_APPLIED,
    RefundStatus.TAX_RETURNED: RefundStatus.NOT_APPLIED,
}

# Of a batch that was paid, and some of whose people were returned.
PARTIAL = "部分成功"

# 税务审核结果 on a village's page (I-11).
VILLAGE_RESULTS: dict[str, str] = {ReviewResult.NONE: "--", ReviewResult.PASSED: "通过", ReviewResult.FAILED: "不通过"}


class Queue(models.TextChoices):
    """Whose move it is. Every application is in exactly one of these; what is 已办结 is nobody's move, what is frozen waits
    for whoever settles it, wherever it stands."""

    DRAFT = "draft", "待申请人提交"
    REVIEW = "review", "待审核"
    COUNTERSIGN = "countersign", "待复核"
    AGENCY = "agency", "待社保部门处理"
    CORRECTION = "correction", "待申请人更正账户"
    DISPUTED = "disputed", "核实中"
    CLOSED = "closed", "已办结"


QUEUE_OF = {
    (RefundStatus.NOT_APPLIED, ReviewStatus.DRAFT): Queue.DRAFT,
    (RefundStatus.NOT_APPLIED, ReviewStatus.WITHDRAWN): Queue.CLOSED,
    (RefundStatus.APPLIED, ReviewStatus.PENDING): Queue.REVIEW,
    (RefundStatus.APPLIED, ReviewStatus.COUNTERSIGN): Queue.COUNTERSIGN,
    (RefundStatus.APPROVED, ReviewStatus.COMPLETED): Queue.AGENCY,
    (RefundStatus.AGENCY_PROCESSING, ReviewStatus.COMPLETED): Queue.AGENCY,
    (RefundStatus.PAYING, ReviewStatus.COMPLETED): Queue.AGENCY,
    (RefundStatus.PAYMENT_FAILED, ReviewStatus.COMPLETED): Queue.CORRECTION,
    (RefundStatus.REFUNDED, ReviewStatus.COMPLETED): Queue.CLOSED,
    (RefundStatus.AGENCY_RETURNED, ReviewStatus.COMPLETED): Queue.CLOSED,
    (RefundStatus.TAX_RETURNED, ReviewStatus.COMPLETED): Queue.CLOSED,
}


def states_in(queue: Queue) -> list[tuple[RefundStatus, ReviewStatus]]:
    """The states of the applications in a queue, unless they are frozen."""
    return [states for states, found in QUEUE_OF.items() if found == queue]


def resident_label(status: str, agency: str) -> str:
    """退费状态 on a resident's page."""
    return RefundStatus(status).label.format(agency=agency)


def resident_subline(status: str, agency: str) -> str:
    """The plain words under it, or an empty string."""
    return RESIDENT_SUBLINES.get(status, "").format(agency=agency)


def clarified(agency: str) -> str:
    """What stands there instead while results are being clarified, whatever the state."""
    return f"正在向{agency}核实，不用您做什么"


def village_label(status: str, agency: str) -> str:
    """人社处理状态 on a village's page."""
    return RefundStatus(VILLAGE_LABELS.get(status, status)).label.format(agency=agency)


def village_subline(status: str, agency: str) -> str:
    """The plain words under it while the agency has nothing yet; or an empty string."""
    return resident_subline(status, agency) if status in (RefundStatus.APPLIED, RefundStatus.APPROVED) else ""


def public_review_label(status: str) -> str:
    """审核状态 outside the 税务端."""
    return ReviewStatus(ReviewStatus.PENDING if status == ReviewStatus.COUNTERSIGN else status).label
