"""What officers note, answer, look up, reveal and save; never the state of an application."""

from review.models.answers import CheckAnswer
from review.models.notes import Note
from review.models.watching import Watching

__all__ = ["CheckAnswer", "Note", "Watching"]
