"""An answer that the agency has signed and nobody can read is kept as a message would be, for an operator to read."""

import json
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from handoff.models import RefusedMessage, WorkItem
from handoff.wire import questions
from handoff.wire.client import signature
from refunds import actions
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def says(settings):
    """An agency that answers everything with the same signed words."""

    class Agency(BaseHTTPRequestHandler):
        words = ""

        def do_GET(self):
            body = Agency.words.encode()
            self.send_response(200)
            for name, value in signature("hrss", "answer_1", Agency.words).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Agency)
    Thread(target=server.serve_forever, daemon=True).start()
    here = {"hrss": {**settings.AGENCIES["hrss"], "url": f"http://127.0.0.1:{server.server_port}"}}
    settings.AGENCIES = settings.AGENCIES | here
    yield lambda words: setattr(Agency, "words", words)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "words", ["no JSON", "[]", json.dumps({"state": "paid"}), json.dumps({"instruction_id": "YL9-9", "state": "lost"})]
)
def test_an_answer_about_an_instruction(cast, says, words):
    refund = actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    says(words)
    assert questions.ask("hrss", refund.instruction_id).text == questions.UNREADABLE
    kept = RefusedMessage.objects.get()
    assert (kept.number, kept.office, kept.message_id) == (refund.number, cast.county, "answer_1")
    assert kept.body.reveal("in a test") == words
    assert not WorkItem.objects.exists()  # whoever asked is told


def test_a_list_of_a_day(says):
    says(json.dumps({"refunds": [{}], "next_after": ""}))
    with pytest.raises(questions.NoAnswer):
        list(questions.changed_on("hrss", date(2026, 11, 20)))
    assert (RefusedMessage.objects.get().why, RefusedMessage.objects.get().number) == ("对方给出的清单不能读取", "")
