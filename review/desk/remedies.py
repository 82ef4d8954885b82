"""What can be done about a 移交异常 now, each with one line of what it does; and why not, where it cannot."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import reverse

from handoff import desk, outbox, proposals
from handoff.models import Delivery, Proposal, WorkItem, WorkItemKind
from refunds.errors import NotAllowed
from refunds.models import RefundApplication
from review.desk.forms import ItemForm, ReturnedForm


@dataclass(frozen=True)
class Verb:
    """One button, or with `why_not` a sentence in its place. `form` is what it asks for."""

    code: str
    label: str
    what: str
    url: str
    why_not: str = ""
    form: ItemForm | None = None
    kind: str = "secondary"
    # It is filled in on a page of its own.
    is_page: bool = False


@dataclass
class Desk:
    """One item with its application (None for what belongs to none) and all handoffs, for the officer who looks at it."""

    item: WorkItem
    refund: RefundApplication | None
    handoffs: list[Delivery]
    others_held: int = 0
    bound: ItemForm | None = None

    def verbs(self) -> list[Verb]:
        """What may be done, the likeliest first; what cannot be done last."""
        found = list(self._of_the_kind())
        return sorted(found, key=lambda verb: (bool(verb.why_not), verb.kind != "primary"))

    def proposal_verbs(self, user) -> list[Verb]:
        """What is left while an opinion waits for a second officer: hers is 确认 and 不同意, of the one who gave it 收回."""
        if proposals.is_of(self.item, user):
            return [self._verb("take-back", "收回处理意见", "收回后可以改用别的办法")]
        what = WHAT_IS_CONFIRMED[Proposal(self.item.proposal)].format(stoppable=self._stoppable()[0])
        return [
            self._verb("confirm", "确认", what, kind="primary"),
            self._verb("decline", "不同意", "处理意见取消，这条异常回到待处理"),
        ]

    def _of_the_kind(self):
        if self.item.amount_due:
            yield self._verb("returned", "登记退回金额", "全部退回后这条异常才了结", form=ReturnedForm, kind="primary")
        if self.refund is not None:
            yield from self._about_an_instruction(self.refund)
        if not self.item.amount_due:
            yield self._verb(
                "elsewhere",
                "已线下处理",
                "写明原因，这条异常就此了结",
                self._may(lambda: desk.closable_by_hand(self.item, self.handoffs)),
                form=ItemForm,
            )

    def _about_an_instruction(self, refund):
        first = "send-again" if self.item.kind == WorkItemKind.HELD else "ask"
        yield self._verb(
            "ask",
            "向对方核实",
            "问清每次移交的结果，能按答复更正的就更正",
            self._sent(),
            kind="primary" if first == "ask" and not self.item.amount_due else "secondary",
        )
        if self.item.amount_due:
            return
        yield self._verb(
            "send-again",
            "重新发送",
            "原样再发一次，对方不会办两次",
            self._may(lambda: outbox.resendable(self.item, self.handoffs)),
            kind="primary" if first == "send-again" else "secondary",
        )
        if self.others_held > 1:
            what = f"对方没有收下的 {self.others_held} 件都原样再发一次"
            yield self._verb("send-all-again", "全部重新发送", what)
        which, why_not = self._stoppable()
        yield self._verb("stop", "请求停付", f"{which}：要两人，对方答应才算停", why_not)
        yield self._verb(
            "recall",
            "撤回移交",
            "要两人，撤回后申请人可以重新申请",
            self._may(lambda: desk.recallable(refund, self.handoffs)),
        )
        yield replace(
            self._verb(
                "letter", "登记书面答复", "对方不能联网答复，或答复总对不上时，按来函办理：要两人", self._sent()
            ),
            is_page=True,
        )

    def _sent(self) -> str:
        return "" if any(one.is_sent for one in self.handoffs) else "还没有发出过移交"

    def _verb(self, code, label, what, why_not="", form=None, kind="secondary") -> Verb:
        """`form` is shown as it was filled in when the answer was no."""
        url = reverse(f"review:item-{code}", args=[self.item.pk])
        filled = None
        if form is not None:
            filled = self.bound if type(self.bound) is form else form()
        return Verb(code, label, what, url, why_not, filled, kind)

    def _stoppable(self) -> tuple[str, str]:
        """Which handoff would be stopped (an item may be about two applications), or why none can be."""
        try:
            return desk.stoppable(self.handoffs).instruction_id, ""
        except NotAllowed as error:
            return "", error.message

    def _may(self, look: Callable[[], object]) -> str:
        """Why not, or an empty string."""
        try:
            look()
        except NotAllowed as error:
            return error.message
        return ""


WHAT_IS_CONFIRMED = {
    Proposal.SETTLE: "按对方的答复更正，并继续办理；同一笔缴费的另一笔申请没有发出的就收回（批量只去掉这些人，其余重新移交）",
    Proposal.STOP: "马上请对方停付 {stoppable}，对方答应才算停",
    Proposal.LETTER: "对照来函逐项核对下面登记的内容，一致才确认；确认后按它更正并继续办理，与移交金额的差额另行追收或补付",
    Proposal.RECALL: "移交作废，退费状态更新为“税务退回”，告知申请人可以重新申请",
}
