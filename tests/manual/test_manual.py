"""The manual holds: each page can be read, each picture is made, each word on a button is on one (docs/manual)."""

import re

import pytest

from refunds_portal.manual.chapters import ANYBODYS, FOLDER, INDEX, Unreadable, chapter, names, parts, size_of, walk
from tests.accounts.factories import UserFactory
from tests.house.source import ROOT, text_files
from tests.manual.walks import every
from tests.pages import find_all, text, tree

MOST_BYTES = 3_000_000
# Where words of the portal stand: what is said by code, by templates, and by the tables that come with it.
SAYS = re.compile(r"(?!tests/|benchmarks/|docs/).*\.(py|jinja)$")
# What a page puts into a sentence when it is shown: a number, a value of a template or of an f-string.
FILLED = re.compile(
    r"""\d[\d,.]*|"\s*~\s*"\{:,\}"\.format\([^)]*\)\s*~\s*"|\{\{[^"{}]*\}\}|\{[^"{}\n]*\}|"\s*~[^"\n]*~\s*\""""
)
QUOTED = re.compile(r"【([^】]+)】")


def texts() -> dict[str, str]:
    return {name: (FOLDER / f"{name}.md").read_text() for name in (INDEX, *names())}


def as_said(words: str) -> str:
    return FILLED.sub("#", words)


@pytest.fixture(scope="module")
def said() -> str:
    return as_said("\n".join(words for name, words in text_files() if SAYS.match(name)))


def test_the_index_leads_to_every_chapter_once():
    linked = [name for part in chapter(INDEX).sections for name in part.links]
    assert sorted(linked) == names()


def test_every_picture_of_a_page_is_taken_by_one_walk_and_none_for_nothing():
    taken = [f"pictures/{name}.webp" for one in every() for name in one.pictures]
    shown = [match for words in texts().values() for match in re.findall(r"\]\((pictures/.+?)\)", words)]
    assert sorted(taken) == sorted(set(shown)) == sorted(f"pictures/{path.name}" for path in FOLDER.glob("pictures/*"))
    assert sum(path.stat().st_size for path in FOLDER.glob("pictures/*")) <= MOST_BYTES


def test_every_word_that_is_quoted_stands_on_a_page(said):
    quoted = {(name, words) for name, page in texts().items() for words in QUOTED.findall(page)}
    assert len(quoted) > 150
    assert [(name, words) for name, words in sorted(quoted) if as_said(words) not in said] == []


@pytest.mark.parametrize("words", ["提交退费的申请", "撤销这 1 件申请"])
def test_a_word_that_stands_nowhere_is_seen(said, words):
    """The twin."""
    assert as_said(words) not in said
    assert as_said("撤销这 7 笔申请") in said


@pytest.mark.parametrize(
    "words", ["<b>x</b>", "[x](http://localhost/)", "[x](nowhere.md)", "![x](../x.png)", "```\nx\n```", "***"]
)
def test_what_no_page_could_show_is_refused(tmp_path, monkeypatch, words):
    monkeypatch.setattr("refunds_portal.manual.chapters.FOLDER", tmp_path)
    (tmp_path / "bad").with_suffix(".md").write_text(f"# 一\n\n## 二\n\n{words}\n")
    with pytest.raises(Unreadable):
        chapter.__wrapped__("bad")


@pytest.mark.parametrize("role", ["", "resident", "clerk", "reviewer", "countersigner", "auditor", "administrator"])
def test_each_role_reads_first_what_is_its_own_and_strangers_nothing_of_the_offices(role):
    found = [part.heading for part in parts(role)]
    own = {"clerk": "村（单位）经办人", "auditor": "稽核、统计", "administrator": "系统管理员"}
    own |= dict.fromkeys(("", "resident"), "自然人") | dict.fromkeys(("reviewer", "countersigner"), "税务人员")
    assert found[0] == own[role]
    assert set(found) == (
        {part.heading for part in chapter(INDEX).sections} if role not in ("", "resident", "clerk") else set(ANYBODYS)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("who", [None, "resident", "clerk", "reviewer", "administrator"])
def test_a_chapter_stands_in_the_house_of_its_reader_with_every_word_and_picture(client, cast, who):
    if who:
        client.force_login(getattr(cast, who, None) or UserFactory(administrator=True, office=cast.province))
    for name in [name for part in parts(who or "") for name in part.links]:
        page = client.get(f"/manual/{name}/")
        node = tree(page)
        (heading,) = find_all(node, lambda tag, attrs: tag == "h1")
        shown = text(page)
        for one in walk([node for section in chapter(name).sections for node in section.nodes]):
            assert one.type != "text" or one.content in shown, (name, one.content)
        pictures = find_all(node, lambda tag, attrs: tag == "img")
        assert len(pictures) == texts()[name].count("](pictures/")
        assert all(int(one["attrs"]["width"]) in (390, 1366) for one in pictures)
    assert client.get("/manual/").status_code == 200
    assert client.get("/manual/nothing/").status_code == 404


@pytest.mark.django_db
def test_in_elder_mode_a_chapter_has_no_tabs(client, cast):
    client.force_login(cast.resident)
    client.post("/personal-service/display/", {"elder": "1"})
    page = client.get("/manual/elder/")
    assert find_all(tree(page), lambda tag, attrs: tag == "nav") == []
    assert "退出长辈模式" in text(page)


def test_the_readme_shows_pictures_of_the_manual_only():
    shown = re.findall(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text())
    assert len(shown) >= 5
    assert [path for path in shown if not path.startswith("docs/manual/pictures/")] == []
    assert size_of("pictures/home.webp") == (1366, 900)
