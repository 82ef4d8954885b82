"""Setting a page: what the font holds, what becomes of what it lacks, and many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from structlog.testing import capture_logs

from foundation.paper import press, qr
from foundation.paper.glyphs import Glyphs

AT = datetime(2026, 11, 27, 9, 30, 12, 345678, tzinfo=UTC)
TEMPLATE = """#let paper = json(bytes(sys.inputs.data))
#set document(title: "x")
#set text(font: "Noto Sans CJK SC", lang: "zh", fallback: false)
#paper.words #paper.missing.join("、")
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE)
    return path


def read(made: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).split())


def test_the_font_draws_rare_characters_and_says_what_it_lacks(template):
    said = read(press.pdf(template, {"words": "䶮𬭎𠮷·—壹"}, at=AT))
    assert "䶮𬭎𠮷·—壹" in said
    said = read(press.pdf(template, {"words": "a𪚥b"}, at=AT))
    assert "a〓b" in said
    assert "U+2A6A5" in said


def test_many_are_set_at_once(template):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: press.pdf(template, {"words": f"第{n}张"}, at=AT), range(32)))
    assert all(f"第{n}张" in read(one) for n, one in enumerate(made))


def test_what_cannot_be_set_is_told_and_alarms(template):
    template.write_text("#panic()")
    with capture_logs() as lines, pytest.raises(press.NotSet):
        press.pdf(template, {"words": ""}, at=AT)
    assert [line["event"] for line in lines if line.get("alarm")] == ["paper_not_set"]


def test_without_its_font_nothing_is_set(template, monkeypatch):
    """Typst alone would leave the words out and say nothing."""
    monkeypatch.setattr(press, "FAMILY", "No Such Font")
    press._font.cache_clear()
    with pytest.raises(press.NotSet):
        press.pdf(template, {"words": "x"}, at=AT)
    monkeypatch.undo()
    assert "x" in read(press.pdf(template, {"words": "x"}, at=AT))


@pytest.mark.parametrize("content", [b"", b"ttcf", b"OTTO" + bytes(200)])
def test_what_is_no_font_is_refused(tmp_path, content):
    path = tmp_path / "font.otf"
    path.write_bytes(content)
    with pytest.raises(Exception, match=r"unpack|cmap|table"):
        Glyphs(path)


def test_a_qr_code_has_its_quiet_border():
    drawn = qr.drawn("https://portal/")
    corners = {tuple(map(int, square.split("h")[0].split())) for square in drawn["path"].split("M")[1:]}
    assert min(x for x, _y in corners) == min(y for _x, y in corners) == 4
    assert max(x for x, _y in corners) == drawn["size"] - 5
