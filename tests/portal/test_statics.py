"""Style sheets are as small as they are said to be, and lose nothing on the way."""

import gzip
import re
import shutil

import pytest

from refunds_portal.statics import Statics
from tests.house.source import ROOT

CSS = ROOT / "static" / "portal" / "css"
SHEETS = sorted(path.name for path in CSS.iterdir())
# What a page of each kind asks for; an officer's desk is on the bureau's own line.
DOORS = {"taxpayer": ("portal.css",), "clerk": ("portal.css", "clerk.css"), "elder": ("portal.css", "elder.css")}
MOST = 12_000


@pytest.fixture(scope="module")
def sent(tmp_path_factory) -> dict[str, bytes]:
    """Each sheet as a browser gets it."""
    there = tmp_path_factory.mktemp("static")
    shutil.copytree(CSS, there, dirs_exist_ok=True)
    storage = Statics(location=there, base_url="/static/")
    found = {name: (storage, name) for name in SHEETS}
    made = [(name, hashed) for name, hashed, _done in storage.post_process(found) if hashed.endswith(".css")]
    return {name: (there / hashed).read_bytes() for name, hashed in made}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_needs_no_more_than_twelve_kilobytes(sent, door):
    sizes = [len(gzip.compress(sent[name])) for name in DOORS[door]]
    assert sum(sizes) <= MOST, sizes


@pytest.mark.parametrize("name", SHEETS)
def test_only_comments_and_indentation_stay_behind(sent, name):
    without = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.DOTALL)
    assert re.sub(r"\s", "", sent[name].decode()) == re.sub(r"\s", "", without)
    assert b"/*" not in sent[name]
    assert [words for words in re.findall(r'"[^"]*"', without) if "/*" in words or "\n" in words] == []
