"""What officers note, answer, look up, reveal and save; never the state of an application."""

from review.models.behalf import AccountProposal

__all__ = ["AccountProposal"]
