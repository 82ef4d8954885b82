"""移交异常 as officers work on it, against the real mock agency: what its tests arrange, look at and press."""

from django.test import Client

from handoff import deliveries, proposals
from handoff.models import Delivery, WorkItem
from refunds import actions
from tests.handoff.desk import add_event
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(refund):
    """Hand over the newest attempt, now."""
    refund.refresh_from_db()
    deliveries.send(Delivery.objects.get(instruction_id=refund.instruction_id).pk)
    refund.refresh_from_db()
    return refund


def handed_off(cast, **of_payment):
    """An application that the agency has taken."""
    refund = submitted(cast.resident, office=cast.county, **of_payment)
    actions.approve(refund.number, by=cast.reviewer)
    return send(refund)


def at_the_agency(agency, refund, *events, attempt=None, **said):
    """What happens there, of which the portal hears nothing yet."""
    for event in events:
        named = f"{refund.number}-{attempt or refund.attempt}"
        add_event(agency, event, named, **said).raise_for_status()


def item_of(refund, kind) -> WorkItem:
    return WorkItem.objects.get(number=refund.number, kind=kind, closed_at=None)


def address(item, verb="") -> str:
    return f"/review/items/{item.pk}/{verb + '/' if verb else ''}"


def press(user, item, verb, **data):
    """One officer presses one button, on the page as it is now; what she sees then."""
    if verb == "confirm":
        data = {"seen": proposals.shown_as(WorkItem.objects.get(pk=item.pk))} | data
    return signed_in(user).post(address(item, verb), data, follow=True)


def look(user, item):
    return signed_in(user).get(address(item))


def buttons(response) -> set[str]:
    """The verbs that can be pressed."""
    forms = find_all(tree(response), lambda tag, attrs: tag == "form" and "/items/" in attrs.get("action", ""))
    return {form["attrs"]["action"].strip("/").split("/")[-1] for form in forms}


def words(response) -> str:
    return text(response)


def shown(response) -> str:
    """Which proposal the page would confirm."""
    (field,) = find_all(tree(response), lambda tag, attrs: attrs.get("name") == "seen")
    return field["attrs"]["value"]
