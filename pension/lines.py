"""What a decision and an agency's answer do to the lines of a pension refund."""

from pension import wire
from pension.models import PensionRefund
from refunds.people import People


class LinePeople(People):
    """One person, whose payment stands in the one line of the application."""

    refund: PensionRefund

    def settle(self, outcome, returned, *, among, reason=""):
        wire.settle(self.refund, outcome, returned, among=among, reason=reason)
