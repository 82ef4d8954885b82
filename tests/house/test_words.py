"""The words people meet, and the files a stranger clones."""

import ast
import re
import tomllib

import pytest

from tests.house.source import ROOT, strings, templates, text_files, walk

CHINESE = re.compile("[\u4e00-\u9fff]")
# Words that blame or say nothing. 退付失败 is the manual's name of a state.
BANNED = {
    "非法": "blames whoever typed it",
    "无效": "does not say what is wrong",
    "(?<!退付)失败": "does not say what happened",
    "错误码|错误代码|[Ee]rror code": "says nothing to a person",
    # Only the page of 管理端 begins with it, which is called so.
    r"(?<=[\w，。、])参数|异常中断|请求超时": "is a programmer's word",
    "您输入有误": "does not say what to do",
}
# What answers a person with its first argument.
REFUSING = {"ValidationError", "NotAllowed", "RefundError", "NotRefundable", "Refused", "NotAvailable", "TooSoon"}
# Secrets of the mock agencies' own tests, made up for them.
MADE_UP = {"tests/handoff/desk.py", "tests/handoff/test_mock_misbehaving.py"}
# What an outside address may be for: namespaces, the tests' own people, and what nginx.conf calls the portal itself.
HOSTS = {"127.0.0.1", "localhost", "testserver", "www.w3.org", "schemas.openxmlformats.org", "evil.example", "portal"}


def sentences():
    """(place, text) of everything in Chinese that the code or a template says."""
    yield from ((place, text) for place, text in strings() if CHINESE.search(text))
    yield from ((name, text) for name, text in templates().items() if CHINESE.search(text))


@pytest.mark.parametrize("word", BANNED)
def test_no_message_has_a_word_that_helps_nobody(word):
    assert [(place, text[:80]) for place, text in sentences() if re.search(word, text)] == []


def test_no_sentence_asks_more_than_twice():
    for place, text in sentences():
        for sentence in re.split(r"[。！？；\n]", text):
            assert sentence.count("请") - sentence.count("申请") <= 2, (place, sentence)


def refusals():
    """(place, last words) of what a form or an action answers with."""
    for name, node in walk():
        answers = []
        if isinstance(node, ast.keyword) and node.arg == "error_messages" and isinstance(node.value, ast.Dict):
            answers = node.value.values
        elif isinstance(node, ast.Call) and (getattr(node.func, "id", getattr(node.func, "attr", "")) in REFUSING):
            answers = node.args[:1]
        for answer in answers:
            last = answer.values[-1] if isinstance(answer, ast.JoinedStr) else answer
            if isinstance(last, ast.Constant) and isinstance(last.value, str) and CHINESE.search(last.value):
                yield f"{name}:{node.lineno}", last.value


def test_every_refusal_is_a_whole_sentence():
    found = list(refusals())
    assert len(found) > 30
    assert [(place, words) for place, words in found if not words.endswith("。")] == []


def test_every_locked_requirement_is_pinned_and_hashed():
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert len(entries) > 20
        for entry in entries:
            first, *hashes = (line.strip(" \\") for line in entry.splitlines())
            assert re.fullmatch(r"[a-z0-9][a-z0-9._\[\]-]*==[0-9][\w.+!]*( ; .+)?", first), (name, first)
            assert hashes, (name, first)
            assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), (name, first)


def test_every_dependency_has_its_reason_beside_it():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        line = next(line for line in text.splitlines() if line.strip().startswith(f'"{wanted}"'))
        assert re.search(r"#\s+\S+ \S+", line), line


def test_no_file_names_a_place_on_somebodys_machine():
    places = "|".join(["home", "Users", "root", "work", "mnt", "private/var"])
    path = re.compile(rf"(?<![\w.}}/-])/(?:{places})/\w|[A-Z]:\\\\?Users")
    assert [name for name, text in text_files() if path.search(text)] == []


def test_no_file_says_where_packages_come_from():
    words = ["index" + "-url", "extra" + "-index", "trusted" + "-host", "find" + "-links", "index" + "_url"]
    told = re.compile("|".join(words), re.IGNORECASE)
    assert [name for name, text in text_files() if told.search(text)] == []


def test_no_code_names_a_host_of_the_world():
    for name, text in text_files():
        if not name.endswith((".md", ".svg")):
            hosts = set(re.findall(r"https?://([A-Za-z0-9.-]*[A-Za-z0-9])", text))
            assert hosts <= HOSTS, (name, hosts - HOSTS)


def test_no_file_keeps_a_secret():
    secret = re.compile(
        r"whsec_[A-Za-z0-9+/]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|(?i:secret_key)\s*=\s*[\"'][^\"']{12,}"
    )
    assert [name for name, text in text_files() if secret.search(text) and name not in MADE_UP] == []
