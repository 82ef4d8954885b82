"""What stops a file, and what refuses one cell."""


class FeedError(Exception):
    """The whole file is not loaded. The message is a sentence for the person at the terminal."""


class Refusal(Exception):
    """One cell is wrong. The message says what is wrong and what is right; it ends without a full stop."""
