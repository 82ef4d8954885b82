"""Static files as they are sent: hashed and compressed, and style sheets without what only those who write them read."""

from collections.abc import Callable
from re import Match

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Comments, and how lines are set in. No string of our style sheets holds either (tests/portal/test_statics.py).
FOR_WRITERS = r"(?s)/\*.*?\*/|(?<=\n)[ \t\n]+"
NOTHING = ""


class Statics(CompressedManifestStaticFilesStorage):
    """What collectstatic finds, made ready to be sent."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.css", ((FOR_WRITERS, NOTHING),)))

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[Match[str]], str]:
        """What takes the place of what a pattern finds."""
        return (lambda _found: NOTHING) if template == NOTHING else super().url_converter(name, hashed_files, template)
