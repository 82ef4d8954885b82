"""The one arrow that runs backwards: an approved refund is handed off, but `refunds` does not know `handoff`.

The signal is sent inside the transaction of the decision; a receiver that raises undoes the decision.
"""

from django.dispatch import Signal

ready_for_handoff = Signal()  # refund: a RefundApplication in `approved`
