"""What a decision and an agency's answer do to the lines of a pension refund."""

from pension import wire
from pension.models import PensionRefund
from refunds import errors
from refunds.people import People
from refunds.states import LineOutcome


class LinePeople(People):
    """One person, whose payment stands in the one line of the application."""

    refund: PensionRefund

    def settle(self, outcome, returned, reason=""):
        open_lines = self.refund.lines.filter(live=True, outcome=LineOutcome.OPEN)
        if returned:
            wire.return_lines(self.refund, returned)
        match outcome:
            case LineOutcome.RETURNED:
                open_lines.update(outcome=outcome, outcome_reason=reason, live=False)
                return
            case LineOutcome.PAID:
                followed = open_lines.update(outcome=outcome)
            case _:  # somebody is open as long as nobody is returned: what is passed is never empty
                followed = not returned or open_lines.exists()
        if not followed:
            raise errors.OutOfOrder("对方退回了全部人员，又回传核验通过或已退付，系统没有更新这批退费。")

    def disputed(self, returned):
        return wire.disputed(self.refund, returned)
