"""The agencies' door and how much comes through it: what is too large is told so before anything of it is read."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.urls import resolve

from handoff.models import Callback, RefusedMessage
from handoff.urls import urlpatterns
from handoff.views import MAX_BODY, MAX_FILE
from handoff.wire.client import signature
from tests.house.source import ROOT

pytestmark = pytest.mark.django_db
URL = "/handoff/callbacks/{}/"


class Watched(io.RawIOBase):
    """A body that knows whether anybody has looked at it."""

    read_so_far = 0

    def read(self, size=-1):
        self.read_so_far += size
        return b" " * size


def knock(agency, length, body, **headers):
    environ = RequestFactory()._base_environ(REQUEST_METHOD="POST", PATH_INFO=URL.format(agency), **headers)
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    request = WSGIRequest(environ | {"wsgi.input": body})
    found = resolve(request.path)
    return found.func(request, *found.args, **found.kwargs)


@pytest.mark.parametrize("agency", ["hrss", "medical"])
@pytest.mark.parametrize("length", [MAX_BODY + 1, 10**15, f"+{MAX_BODY + 1}"])
def test_a_body_that_is_announced_too_large_is_refused_unread(agency, length):
    body = Watched()
    answer = knock(agency, length, body)
    assert (answer.status_code, body.read_so_far) == (413, 0)
    assert json.loads(answer.content) == {"error": "size", "detail": "消息超过 8 MB，请减少内容后重新发送。"}


@pytest.mark.parametrize("agency", ["hrss", "medical"])
def test_a_body_in_pieces_is_refused_unread_however_long_it_would_get(agency):
    body = Watched()
    answer = knock(agency, None, body, HTTP_TRANSFER_ENCODING="chunked")
    assert (answer.status_code, body.read_so_far) == (411, 0)
    assert "请注明 Content-Length" in json.loads(answer.content)["detail"]


def test_the_largest_body_is_read_whole_and_answered_by_what_it_says(client):
    text = json.dumps({"event": "paid"}).ljust(MAX_BODY)
    headers = signature("hrss", "evt_1", text)
    assert client.post(URL.format("hrss"), text, "application/json", headers=headers).status_code == 400
    assert RefusedMessage.objects.get().received_at <= datetime.now(UTC)
    assert not Callback.objects.exists()


def test_every_door_of_the_agencies_is_one_of_these():
    """A door that is added has to say what it does with a large body."""
    assert [str(one.pattern) for one in urlpatterns] == ["callbacks/<slug:agency>/", "results/<slug:agency>/"]


def test_a_file_that_is_too_large_is_told_so_before_it_is_read(client):
    answer = client.post("/handoff/results/hrss/", b"{}", "application/x-ndjson", CONTENT_LENGTH=str(MAX_FILE + 1))
    assert answer.status_code == 413
    assert f"{MAX_FILE // 2**20} MB" in answer.json()["detail"]


def test_the_proxy_lets_through_as_much_and_tells_an_agency_in_its_own_words():
    rules = Path(ROOT, "deploy", "nginx.conf").read_text()
    assert f"client_max_body_size {MAX_BODY // 2**20}m;" in rules
    assert f"client_max_body_size {MAX_FILE // 2**20}m;" in rules
    assert '{"error": "size", "detail": "消息超过 8 MB，请减少内容后重新发送。"}' in rules.replace("\\", "")
