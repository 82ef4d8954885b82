"""Words that are longer than their column: cut where everybody sees it."""


def shortened(words: str, most: int) -> str:
    """The words, or as many of them as fit before a … that says that there were more."""
    return words if len(words) <= most else f"{words[: most - 1]}…"
