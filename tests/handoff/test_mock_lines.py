"""What the mock HRSS says of single people: it returns each line whose personal_number ends in 07."""

import httpx
import pytest

from mock_agencies.desk import MAX_BODY
from mock_agencies.rules import RETURNED_BY_HRSS, plan
from tests.handoff.desk import encode, instruction, signed, told


def send(mock, message, agency="hrss"):
    body = encode(message)
    headers = signed(agency, message["instruction_id"], body)
    return httpx.post(f"{mock.url}/{agency}/refunds", content=body, headers=headers, trust_env=False)


def lines(*endings):
    """One line for each ending, with its position as ticket number."""
    (line,) = instruction(amount="200.00")["lines"]
    return [
        line | {"line": n, "ticket_number": f"T{n:05d}", "personal_number": f"42098400{ending}"}
        for n, ending in enumerate(endings, start=1)
    ]


def batch(*endings, account="88"):
    return instruction(account) | {"lines": lines(*endings), "amount": f"{200 * len(endings)}.00"}


def answer(*tickets):
    return [{"ticket_number": t, "outcome": "returned", "reason": RETURNED_BY_HRSS} for t in tickets]


@pytest.mark.parametrize(
    ("account", "events"),
    [
        ("88", ["accepted", "paid"]),
        ("02", ["accepted", "bounced"]),
        ("03", ["accepted", "paid"]),
        ("04", ["paid", "accepted", "paid", "accepted"]),
        ("01", ["refused"]),
    ],
)
def test_every_message_names_the_same_returned_people(mock, portal, account, events):
    send(mock, batch("01", "07", "77", "07", account=account))
    assert told(portal, len(events)) == events
    assert [event["lines"] for event in portal.events()] == [answer("T00002", "T00004")] * len(events)


def test_with_everybody_returned_the_whole_is_refused(mock, portal):
    send(mock, batch("07", "07"))
    assert told(portal, 1) == ["refused"]
    (event,) = portal.events()
    assert event["reason"] == "社保系统核验未通过：该人员已死亡或已注销参保"
    assert event["lines"] == answer("T00001", "T00002")


def test_the_medical_agency_returns_nobody_alone(mock, portal):
    send(mock, batch("07", "01"), "medical")
    assert told(portal, 2) == ["accepted", "paid"]
    assert [event["lines"] for event in portal.events()] == [[], []]


def test_a_single_persons_refund_can_be_returned_that_way_too(mock, portal):
    send(mock, batch("07"))
    assert told(portal, 1) == ["refused"]


def test_an_instruction_for_ten_thousand_people_is_taken_and_answered(mock, portal):
    whole = batch(*(f"{n % 100:02d}" for n in range(10_000)))
    for line in whole["lines"]:
        line["name"] = "买买提·阿不都热合曼·吐尔逊"
    body = encode(whole)
    assert 2_000_000 < len(body) < MAX_BODY / 2
    assert send(mock, whole).status_code == 202
    assert told(portal, 2) == ["accepted", "paid"]
    assert [len(event["lines"]) for event in portal.events()] == [100, 100]


def test_the_rule_is_pure_and_needs_no_lines():
    assert [callback.lines for callback in plan("hrss", "88", delay=1, silence=1)] == [(), ()]
