"""Where an application stands, for whoever may know no more: its four stations, and one sentence about today."""

from dataclasses import dataclass
from typing import Any

from refunds import states
from refunds.states import RefundStatus
from refunds.way.stations import Station, stations

# What may be said of it without a name, an amount, an account or a reason: title and sentence.
SENTENCES = {
    RefundStatus.NOT_APPLIED: ("已撤销", "申请人已撤销这笔申请，没有退费。"),
    RefundStatus.APPLIED: ("税务审核", "申请已收到，正在等待税务审核。"),
    RefundStatus.TAX_RETURNED: ("税务退回", "税务机关没有通过这笔申请，或已停止退付，没有退费。"),
    RefundStatus.APPROVED: ("{agency}核验", "税务审核已通过，等待移交{agency}部门核验。"),
    RefundStatus.AGENCY_PROCESSING: ("{agency}核验", "税务审核已通过，{agency}部门正在核验。"),
    RefundStatus.AGENCY_RETURNED: ("{agency}退回", "{agency}部门核验没有通过，没有退费。"),
    RefundStatus.PAYING: ("银行退付", "{agency}部门已核验通过，银行正在退付。"),
    RefundStatus.REFUNDED: ("退费成功", "银行已退到收款账户。"),
    RefundStatus.PAYMENT_FAILED: (
        "退付失败",
        "没有到账：银行没有退到收款账户，或退到后又被退回。更正账户后重新退付，不用重新申请。",
    ),
}
CLARIFIED = ("正在核实", "收到的办理结果不一致，正在向{agency}部门核实，核实清楚后继续办理。")
# Of a batch: the money of some has come, that of others has come back.
PARTIAL = (states.PARTIAL, "部分人员的退费已退到收款账户，部分人员的被退回。")
# Nothing is to be waited for, and no money is there.
UNPAID = frozenset(
    {
        RefundStatus.NOT_APPLIED,
        RefundStatus.TAX_RETURNED,
        RefundStatus.AGENCY_RETURNED,
        RefundStatus.PAYMENT_FAILED,
    }
)


@dataclass(frozen=True)
class Standing:
    """`title` is a word, `sentence` all that may be said, `code` the tone of it; `stations` the way so far."""

    code: str
    title: str
    sentence: str
    stations: list[Station]


def standing(refund: Any) -> Standing:
    """Of an application that knows its `parts` (`schemes.with_parts`)."""
    status, agency = RefundStatus(refund.refund_status), refund.scheme.agency_name
    code, (title, sentence) = str(status), SENTENCES[status]
    if refund.disputed:
        code, (title, sentence) = "disputed", CLARIFIED
    elif status == RefundStatus.REFUNDED and refund.parts and refund.parts.is_partial:
        code, (title, sentence) = "partial", PARTIAL
    way = [Station(one.state, one.title) for one in stations(refund)]
    return Standing(code, title.format(agency=agency), sentence.format(agency=agency), way)
