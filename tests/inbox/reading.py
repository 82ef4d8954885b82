"""What was told, and the page that says it."""

import re

from inbox.models import Message
from tests.pages import find_all, text, tree


def kinds(refund) -> list[str]:
    """What was told about an application, in order."""
    return list(Message.objects.filter(number=refund.number).order_by("pk").values_list("kind", flat=True))


def told(refund, kind) -> Message:
    """The newest message of that kind about an application."""
    return Message.objects.filter(number=refund.number, kind=kind).latest("pk")


def items(response) -> list[str]:
    """The words of each message on the page, in order."""
    lists = find_all(tree(response), lambda tag, attrs: "feed--wide" in attrs.get("class", "").split())
    return [text(item) for one in lists for item in find_all(one, lambda tag, attrs: tag == "li")]


def badge(response) -> str:
    """The unread count beside the name, or an empty string."""
    marks = find_all(tree(response), lambda tag, attrs: attrs.get("class") == "masthead__unread")
    return re.sub(r" 条未读$", "", text(marks[0])) if marks else ""
