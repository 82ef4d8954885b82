"""What the mock agencies take, and what they refuse."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.handoff.desk import NUMBER, encode, http, instruction, outcomes, seen, send, signed, told


def test_an_instruction_is_acknowledged_with_a_receipt(mock):
    answer = send(mock, instruction())
    assert answer.status_code == 202
    assert answer.json()["receipt"] == "HRSS-000001"
    assert answer.json()["instruction_id"] == f"{NUMBER}-1"
    assert datetime.fromisoformat(answer.json()["received_at"]).utcoffset() == timedelta(hours=8)


def test_the_same_instruction_twice_makes_one_refund(mock, portal):
    first, second = send(mock, instruction()), send(mock, instruction())
    assert second.status_code == 202
    assert second.json() == first.json()
    assert outcomes(mock) == ["received", "repeated"]
    assert told(portal, 2) == ["accepted", "paid"]


def test_the_same_instruction_many_times_at_once_makes_one_refund(mock, portal):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(mock, instruction()), range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["receipt"] for answer in answers} == {"HRSS-000001"}
    assert sorted(outcomes(mock)) == ["received"] + ["repeated"] * 19
    assert told(portal, 2) == ["accepted", "paid"]


def test_the_same_id_with_another_body_is_refused_and_changes_nothing(mock):
    send(mock, instruction())
    answer = send(mock, instruction(amount="1000.01"))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "instruction_differs"
    assert [known["amount"] for known in seen(mock)["instructions"]] == ["1000.00"]
    assert outcomes(mock) == ["received", "instruction_differs"]


def test_each_agency_keeps_its_own_book(mock):
    assert send(mock, instruction(), "medical").json()["receipt"] == "MEDICAL-000001"
    assert send(mock, instruction(), "hrss").json()["receipt"] == "HRSS-000001"


WRONG_HEADERS = {
    "no headers": lambda body: {},
    "no signature": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-signature": ""},
    "signed by another": lambda body: signed("medical", f"{NUMBER}-1", body),
    "signed for another body": lambda body: signed("hrss", f"{NUMBER}-1", body + b" "),
    "too old": lambda body: signed("hrss", f"{NUMBER}-1", body, datetime.now(UTC) - timedelta(seconds=302)),
    "too new": lambda body: signed("hrss", f"{NUMBER}-1", body, datetime.now(UTC) + timedelta(seconds=302)),
    "signature of no form": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-signature": "v1"},
    "signature not base64": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-signature": "v1,a"},
    "time not a number": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-timestamp": "nan"},
}


@pytest.mark.parametrize("headers", WRONG_HEADERS.values(), ids=WRONG_HEADERS.keys())
def test_what_the_portal_did_not_sign_is_refused(strict, headers):
    body = encode(instruction())
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers(body))
    assert answer.status_code == 401
    assert outcomes(strict)[-1] == "bad_signature"


def without(message: dict, *path) -> dict:
    holder = message
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return message


def with_line(**changes) -> dict:
    (line,) = instruction()["lines"]
    return instruction() | {"lines": [line, line | changes]}


MALFORMED = [
    ("payee.account_number", without(instruction(), "payee", "account_number")),
    ("payee.account_number", instruction() | {"payee": instruction()["payee"] | {"account_number": ""}}),
    ("tax_office", instruction() | {"tax_office": "13301000000"}),
    ("lines", instruction() | {"lines": []}),
    ("lines[1].line", with_line(line=True)),
    ("lines[1].period_end", with_line(period_end="2019-13-01")),
    ("lines[1].amount", with_line(amount="-1.00")),
    ("amount", instruction() | {"amount": "999.99"}),
    ("amount", instruction(amount="1e3")),
    ("amount", instruction(amount="0.00")),
    ("application_number", instruction() | {"application_number": "YL2026112100002"}),
    ("instruction_id", instruction(instruction_id=f"{NUMBER}-2")),
]


@pytest.mark.parametrize(("field", "message"), MALFORMED)
def test_a_malformed_instruction_is_refused_with_the_name_of_the_field(strict, field, message):
    body = encode(message)
    headers = signed("hrss", f"{NUMBER}-1", body)
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert answer.json()["error"]["message"].startswith(f"{field} ")
    assert outcomes(strict)[-1] == "malformed"


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000, b""])
def test_what_is_no_json_object_is_refused(strict, body):
    headers = signed("hrss", f"{NUMBER}-1", body)
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_json")


def test_a_body_over_eight_megabytes_is_refused_unread(strict):
    assert http.post(f"{strict.url}/hrss/refunds", content=b" " * (8 * 1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("path", ["/x", "/refunds", "/hrss/", "/hrss/refunds/", "/tax/refunds", "/control/x"])
def test_an_unknown_path_is_not_found_and_the_connection_lives_on(strict, path):
    answers = [
        http.post(strict.url + path, content=b"{}"),
        http.get(strict.url + path),
        http.get(f"{strict.url}/control/seen"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert len({answer.extensions["network_stream"].get_extra_info("client_addr") for answer in answers}) == 1
