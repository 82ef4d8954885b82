"""The page of the mock agencies, for people: what they hold, and two forms."""

import re

import pytest

from tests.handoff.desk import ACCOUNT, NUMBER, PERSON, add_event, cancel, http, instruction, order, send, told


def page(mock, **query):
    answer = http.get(f"{mock.url}/", params=query)
    assert answer.status_code == 200
    return answer.text


def submit(mock, path, **fields):
    answer = http.post(f"{mock.url}/{path}", data=fields, headers={"origin": mock.url})
    assert answer.status_code == 303
    return http.get(mock.url + answer.headers["location"]).text


def words(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_page_shows_what_the_agencies_hold_and_whether_it_was_told(mock, portal):
    send(mock, instruction("05"))
    send(mock, instruction("01", f"{NUMBER}-2"), "medical")
    told(portal, 4)
    shown = words(page(mock))
    for word in (f"{NUMBER}-1", "HRSS-000001", "1000.00", "3 银行退回", "已告知", f"{NUMBER}-2", "MEDICAL-000001"):
        assert word in shown
    assert shown.index("MEDICAL-000001") < shown.index("HRSS-000001")


def test_the_page_shows_what_is_kept_back_forgotten_or_barred(mock):
    order(mock, "silent")
    send(mock, instruction())
    send(mock, instruction(instruction_id=f"{NUMBER}-2"), headers={"x-mock-fault": "forget"})
    add_event(mock, "accepted")
    cancel(mock, f"{NUMBER}-3")
    shown = words(page(mock))
    for word in ("不作声", "扣住未告知", "已忘记", f"{NUMBER}-3"):
        assert word in shown


def test_the_page_never_shows_a_personal_number(mock, portal):
    send(mock, instruction())
    add_event(mock, "bounced", reason=f"{PERSON} {ACCOUNT}", lines=[{"ticket_number": "333001"}])
    send(mock, instruction(), headers={"webhook-id": PERSON})
    cancel(mock, PERSON)
    told(portal, 1)
    shown = page(mock)
    for secret in (ACCOUNT[:-2], PERSON, "张三", "13800000000", "333001", "3301000001"):
        assert secret not in shown


def test_only_the_newest_fifty_are_shown(mock):
    for number in range(1, 52):
        send(mock, instruction(instruction_id=f"{NUMBER}-{number}"))
    shown = page(mock)
    assert f">{NUMBER}-51<" in shown
    assert f">{NUMBER}-1<" not in shown


def test_a_fault_can_be_set_on_the_page(mock):
    assert "应答 500" in words(submit(mock, "fault", agency="hrss", fault="server_error", times="1"))
    assert send(mock, instruction()).status_code == 500
    assert send(mock, instruction()).status_code == 202
    assert "没有照办" in submit(mock, "fault", agency="hrss", fault="server_error", times="many")


def test_an_event_can_be_added_on_the_page(mock, portal):
    send(mock, instruction())
    told(portal, 2)
    empty = {"amount": "", "paid_on": "", "reason": ""}
    shown = submit(mock, "event", agency="hrss", instruction_id=f"{NUMBER}-1", event="bounced", **empty)
    assert "已照办" in shown
    assert told(portal, 3)[-1] == "bounced"
    assert "没有这条指令" in submit(mock, "event", agency="hrss", instruction_id=f"{NUMBER}-9", event="paid")


def test_the_page_is_fresh_every_five_seconds_unless_somebody_fills_it_in(strict):
    assert '<meta http-equiv="refresh" content="5; url=/">' in page(strict)
    still = page(strict, still=1, agency="medical", instruction_id='"><b>')
    assert "http-equiv" not in still
    assert '<option value="medical" selected>' in still
    assert "&#34;&gt;&lt;b&gt;" in still


@pytest.mark.parametrize("path", ["/", "/page.css"])
def test_the_page_is_strict_and_has_nothing_inline(strict, path):
    answer = http.get(strict.url + path)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert not re.search(r"<script|<style| style=| on[a-z]+=|https?://", answer.text)
