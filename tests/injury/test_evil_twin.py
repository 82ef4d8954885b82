"""The evil twin of 工伤: it breaks each rule of the house once, and the guard that is meant for it sees it."""

import ast
import re
import shutil
import subprocess
import sys
from types import ModuleType

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import isolate_apps
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.models import Delivery
from refunds import actions, schemes
from refunds.models import RefundApplication
from refunds.states import RefundStatus
from refunds_portal import urls as portal
from refunds_portal.invariants import of_scheme
from tests.house import brought
from tests.house.canaries import canary, dump, found, full_numbers
from tests.house.circles import circle
from tests.house.machines import misplaced
from tests.house.personal import mistakes
from tests.house.routes import build
from tests.house.rows import ROLES
from tests.house.source import DRAWN, ROOT
from tests.house.test_consistency import is_a_float, unexplained
from tests.house.test_history import not_kept
from tests.house.test_routes import as_role, met, names, said
from tests.injury import canaries, routes, views
from tests.injury.factories import submitted
from tests.injury.models import InjuryRefund
from tests.injury.scheme import INJURY, InjuryScheme
from tests.invariants import violations

FOLDER = ROOT / "tests" / "injury"
# What a room of the portal would hold; the rest of the folder are its tests.
ROOM = ("__init__", "apps", "feeds", "forms", "invariants", "models", "scheme", "urls", "views")
CONTRACTS = {contract["id"]: contract["name"] for contract in DRAWN["contracts"]}


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


# What it brings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "lost"), [(where, name) for where, all_of in brought.MODULES.items() for name in all_of]
)
def test_one_that_brings_less_than_the_house_asks_for(monkeypatch, module, lost):
    assert brought.missing("injury") == []
    monkeypatch.delattr(f"tests.injury.{module}.{lost}")
    assert brought.missing("injury") == [f"tests/injury/{module}.py {lost}"]


@pytest.mark.parametrize("module", brought.MODULES)
def test_one_without_the_module(monkeypatch, module):
    monkeypatch.setitem(sys.modules, f"tests.injury.{module}", None)
    assert brought.missing("injury") == [f"tests/injury/{module}.py"]


def test_one_that_promises_nothing_about_its_tables(monkeypatch):
    assert of_scheme(INJURY)
    monkeypatch.setitem(sys.modules, "tests.injury.invariants", None)
    with pytest.raises(ModuleNotFoundError, match="tests.injury.invariants"):
        of_scheme(INJURY)


def test_one_that_takes_the_prefix_of_another():
    class Twin(InjuryScheme):
        code = "twin"

    with pytest.raises(ValueError, match="twin and injury share the number prefix GS"):
        schemes.register(Twin())
    assert "twin" not in {scheme.code for scheme in schemes.every()}


# Where it stands ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The rooms with 工伤 among them, as if it were one: drawn wherever 医保 is drawn, in four places."""
    folder = tmp_path_factory.mktemp("house")
    for package in DRAWN["root_packages"]:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "injury").mkdir()
    for module in ROOM:
        text = (FOLDER / f"{module}.py").read_text()
        (folder / "injury" / f"{module}.py").write_text(text.replace("tests.injury", "injury"))
    drawing = (ROOT / "pyproject.toml").read_text()
    before, line, drawing = drawing.partition("[tool.importlinter]")
    drawing, places = re.subn(r'"medical"|\| medical(?=")', lambda found: _beside(found[0]), drawing)
    assert places == 4
    (folder / "pyproject.toml").write_text(before + line + drawing)
    return folder


def _beside(drawn: str) -> str:
    return f"{drawn} | injury" if drawn.startswith("|") else f'{drawn}, "injury"'


def broken(house) -> str:
    """What is said of the arrows."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    arguments = [sys.executable, "-c", command, "--no-cache", "--no-logo"]
    result = subprocess.run(arguments, cwd=house, capture_output=True, text=True)
    return "" if result.returncode == 0 else " ".join(result.stdout.split())


def test_the_honest_one_follows_the_arrows(house):
    assert broken(house) == ""


@pytest.mark.parametrize(
    ("importer", "line", "contract"),
    [
        ("injury/views.py", "from review.case.forms import RejectForm", "floors"),
        ("injury/scheme.py", "from handoff.models import Delivery", "floors"),
        ("injury/forms.py", "from pension.forms import PayeeAccountForm", "floors"),
        ("medical/checks.py", "from injury.models import InjuryRefund", "floors"),
        ("refunds/actions/base.py", "from injury.models import InjuryRefund", "floors"),
        ("review/checks/rules.py", "from injury.models import InjuryRefund", "declared"),
        ("handoff/outbox.py", "from injury import scheme", "declared"),
        ("mock_agencies/messages.py", "from injury import scheme", "wire"),
    ],
)
def test_an_import_between_it_and_the_house(house, importer, line, contract):
    honest = (house / importer).read_text()
    (house / importer).write_text(f"{honest}\n{line}\n")
    try:
        assert f"{CONTRACTS[contract]} BROKEN" in broken(house)
    finally:
        (house / importer).write_text(honest)


# What its source says ------------------------------------------------------------------------------------------------


def source(module: str, line: str = "") -> ast.Module:
    """One of its modules as a syntax tree, with a line more."""
    return ast.parse((FOLDER / f"{module}.py").read_text() + f"\n{line}\n")


@pytest.mark.parametrize("line", ["refund.refund_status = 'paying'", "rows.update(review_status='completed')"])
def test_a_state_that_its_source_sets(line):
    states = {"refund_status", "review_status", "review_result"}
    assert list(misplaced("injury/views.py", source("views"), states)) == []
    assert len(list(misplaced("injury/views.py", source("views", line), states))) == 1


def test_a_full_number_that_is_opened_without_a_reason():
    assert list(unexplained(source("models"))) == []
    assert list(unexplained(source("models", "person.id_number.reveal()")))


def test_money_that_is_a_float():
    assert not any(is_a_float(node) for node in ast.walk(source("models")))
    assert any(is_a_float(node) for node in ast.walk(source("models", "amount = 0.1")))


def test_an_import_that_comes_back():
    room = {f"injury/{module}.py": source(module) for module in ROOM}
    assert circle(room) == []
    room["injury/models.py"] = source("models", "def late():\n    from injury.scheme import INJURY")
    room["injury/scheme.py"] = source("scheme", "from injury.models import InjuryRefund")
    assert set(circle(room)) == {"injury.models", "injury.scheme"}


def test_a_field_that_nobody_classified(monkeypatch):
    assert mistakes(InjuryRefund) == []
    monkeypatch.setattr(InjuryRefund, "PERSONAL", {})
    assert mistakes(InjuryRefund) == ["injury.InjuryRefund.payment is neither PERSONAL nor IMPERSONAL"]


# Its states and their history -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_state_that_is_set_past_the_machine(refund):
    with pytest.raises(AttributeError, match="Direct refund_status modification is not allowed"):
        refund.refund_status = "approved"
    with pytest.raises(IntegrityError, match="injuryrefund_states_fit_together"), transaction.atomic():
        InjuryRefund.objects.update(refund_status="approved")


@pytest.mark.django_db
@pytest.mark.breaks_on_purpose
def test_a_decision_past_the_actions(refund, cast):
    """No history that says who, and nothing handed off."""
    with connection.cursor() as cursor:
        # In one transaction the database still knows who acted last; a request of its own would begin without.
        cursor.execute("SET LOCAL pghistory.context_metadata = ''")
    refund.approve(by=cast.reviewer, at=timezone.now())
    refund.save()
    assert {promise.partition(": ")[2].rpartition(":")[0] for promise in violations()} == {
        "every history row says who did what",
        "an approved application has exactly the deliveries of its attempts",
        "what was approved waits or was handed off, and what was handed off is in flight, paid or failed, to the fen",
    }


def test_one_that_nobody_tracks():
    with isolate_apps("tests.injury"):

        class Untracked(RefundApplication):
            class Meta:
                app_label = "injury"

    assert not_kept(InjuryRefund) == set()
    assert "pgh_context" in not_kept(Untracked)


# Its money ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("times", [0, 2])
def test_lines_that_do_not_add_up(monkeypatch, refund, cast, times):
    """Nothing is handed off, and nothing decided."""
    honest = InjuryRefund.lines
    monkeypatch.setattr(InjuryRefund, "lines", lambda self: honest(self) * times)
    with pytest.raises(RuntimeError, match="approved were 120.00"), transaction.atomic():
        actions.approve(refund.number, by=cast.reviewer)
    assert not Delivery.objects.exists()
    assert InjuryRefund.objects.get().refund_status == RefundStatus.APPLIED


@pytest.mark.django_db
@pytest.mark.breaks_on_purpose
def test_more_than_was_paid(refund):
    InjuryRefund.objects.update(amount=refund.amount + 1)
    assert any("a refund is of the whole payment" in promise for promise in violations())


# Its pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def serve(settings):
    """The portal with other pages of 工伤."""

    def served(*patterns):
        twin = ModuleType("twin")
        others = [other for other in portal.urlpatterns if getattr(other, "namespace", "") != "injury"]
        vars(twin).update(vars(portal), urlpatterns=[*others, path("injury/", include((patterns, "injury")))])
        settings.ROOT_URLCONF = twin

    return served


@pytest.mark.django_db
def test_a_page_without_a_guard(serve, cast):
    (row,) = (row for row in routes.TABLE if row.name == "injury:list")
    world = build(cast)
    clients = {role: as_role(role, cast) for role in ROLES}
    assert met(row, clients, world) == said(row)
    progress = path("progress/", views.progress, name="progress")
    unguarded = views.payments.__wrapped__.__wrapped__
    serve(path("", require_safe(unguarded), name="list"), path("apply/", views.apply, name="apply"), progress)
    wrong = [role for role, *_answers in set(met(row, clients, world)) - set(said(row))]
    assert sorted(wrong) == ["auditor", "clerk", "countersigner", "outsider", "reviewer"]


def test_a_page_that_nobody_wrote_down(serve):
    serve(path("secret/", views.progress, name="secret"))
    assert "injury:secret" in set(names()) - {row.name for row in routes.TABLE}


@pytest.mark.django_db
def test_a_page_that_shows_a_full_number(monkeypatch, client, cast):
    bird = canary(1)
    refund = canaries.apply(bird, cast.county)
    client.force_login(cast.reviewer)
    case = f"/review/{refund.number}/"
    assert full_numbers(case, client.get(case), bird.secrets) == []
    monkeypatch.setattr(INJURY, "account", lambda refund: [("银行账号", bird.account)], raising=False)
    assert full_numbers(case, client.get(case), bird.secrets) == [bird.account]


@pytest.mark.django_db
def test_a_number_that_is_kept_in_the_open(monkeypatch, cast):
    def kept_in_the_open(self, account):
        RefundApplication.set_account(self, account)
        self.bank_name = account["account_number"]

    monkeypatch.setattr(InjuryRefund, "set_account", kept_in_the_open)
    bird = canary(1)
    canaries.apply(bird, cast.county)
    assert found(dump(), bird.secrets) == [bird.account]
