"""deploy/ as the README says: a PostgreSQL server, web and worker by their units, nginx with TLS; one refund through it."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from django_otp.oath import totp

from accounts.feeds.offices import OfficeFeed
from accounts.feeds.staff import StaffFeed
from foundation.backup import restoring
from foundation.backup.server import of_the_system
from tests.deploy.production import DEPLOY, NGINX, ROOTED, SERVERS, Production, answers, eventually, production
from tests.feeds import data
from tests.house.source import ROOT
from tests.storm.stage import ATTACHED

pytestmark = pytest.mark.slow
behind_nginx = pytest.mark.skipif(
    not NGINX, reason="No nginx here: that it stands in front of the portal is not tried."
)

PASSWORD, LATER = "Chushi@2026-11", "Houlai@2026-11"
PAYMENT = data.payment(3)
# What only the demo or a developer's machine sets.
NOT_FOR_REAL = {"PORTAL_DEMO", "PORTAL_DEBUG"}
READ = """
import environ
names, get_value = [], environ.Env.get_value
def noted(self, var, *args, **kwargs):
    names.append(var)
    return get_value(self, var, *args, **kwargs)
environ.Env.get_value = noted
import refunds_portal.settings
print(*names)
"""


def test_the_environment_file_has_every_variable_that_the_settings_read_and_no_other():
    read = subprocess.run([sys.executable, "-c", READ], cwd=ROOT, capture_output=True, text=True, env={}, check=True)
    # Secrets are read by the names they are asked for, when they are first used.
    names = set(read.stdout.split())
    names |= set(re.findall(r'secrets\.\w+\("(\w+)"\)', (ROOT / "refunds_portal" / "settings.py").read_text()))
    names |= {f"AGENCY_{code}_SECRETS" for code in ("HRSS", "MEDICAL")}
    listed = re.findall(r"^#?([A-Z_]+)='", (DEPLOY / "portal.env.example").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(names - NOT_FOR_REAL)


@pytest.fixture(scope="module")
def running():
    if not SERVERS:
        pytest.skip("No PostgreSQL server binaries here (/usr/lib/postgresql): the portal is not started for real.")
    # Short, because a unix socket's path may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="real-", dir="/tmp"))
    try:
        with production(folder) as (portal, mock):
            yield portal, mock
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def portal(running) -> Production:
    return running[0]


@pytest.fixture
def visitor(portal):
    with portal.visitor() as client:
        yield client


def test_pages_and_hashed_static_files(portal, visitor):
    page = visitor.get("/")
    assert page.status_code == 200
    assert "max-age=31536000" in page.headers["strict-transport-security"]
    css = re.search(r'href="(/static/portal/css/portal\.[0-9a-f]{12}\.css)"', page.text)[1]
    style = visitor.get(css)
    assert (style.status_code, "immutable" in style.headers["cache-control"]) == (200, True)
    ready = httpx.get(f"http://127.0.0.1:{portal.web_port}/readyz", trust_env=False)  # as who watches it asks
    assert ready.json() == {"database": True, "migrations": True, "worker": True, "handoff": True}


def test_figures_are_shown_on_this_machine_and_nowhere_else(portal, visitor):
    for _ in range(20):
        assert visitor.get("/accounts/login/").status_code == 200
    assert visitor.get("/metrics").status_code == 404
    here = httpx.get(f"http://127.0.0.1:{portal.web_port}/metrics", trust_env=False)
    counted = r'^django_http_responses_total_by_status_view_method_total\{method="GET",status="200",view="accounts:login"\} (\S+)$'
    assert float(re.search(counted, here.text, re.MULTILINE)[1]) >= 20  # by both workers, whichever answers
    assert "portal_database_up 1.0" in here.text


@behind_nginx
def test_in_a_rush_who_waited_for_too_long_is_told_and_what_must_arrive_does(portal, visitor):
    with (
        ThreadPoolExecutor(40) as crowd,
        psycopg.connect(portal.env["DATABASE_URL"].replace("//portal@", "//postgres@")) as boss,
    ):
        boss.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        full = [crowd.submit(visitor.get, "/readyz") for _ in range(16)]  # all threads of the web, twice
        time.sleep(0.3)
        pages = [crowd.submit(visitor.get, "/public-service/") for _ in range(6)]
        sent = crowd.submit(visitor.post, "/handoff/callbacks/hrss/", content=b"{}")
        time.sleep(1)
        boss.rollback()
        answers = [page.result() for page in pages]
        assert {(page.status_code, page.headers["retry-after"]) for page in answers} == {(503, "10")}
        assert "现在访问的人太多" in answers[0].text
        assert sent.result().status_code == 401  # looked at, and not signed
        assert {one.result().status_code for one in full} == {200}
    assert visitor.get("/public-service/").status_code == 200


@behind_nginx
def test_uploads_and_exports_wait_in_a_queue_of_their_own(portal, visitor):
    for address in (
        "/pension/village/1/upload/",
        "/review/export/",
        "/review/YL1/people/list/",
        "/pension/village/progress/1/export/",
    ):
        assert visitor.get(address).status_code == 302  # to the sign-in
    counted = httpx.get(f"http://127.0.0.1:{portal.uploads_port}/metrics", trust_env=False).text
    views = re.findall(
        r'^django_http_responses_total_by_status_view_method_total\{.*view="([^"]+)"', counted, re.MULTILINE
    )
    assert {"pension:village-upload", "review:queue-export", "review:leave-list", "pension:village-export"} <= set(
        views
    )


def test_every_promise_holds(portal):
    assert "所有承诺都成立" in portal.manage("check_invariants")


def test_it_may_be_opened_to_the_public(portal):
    """With `check --deploy` in it; the owner of the tables in the place of `portal` is refused."""
    assert "可以对外开放" in portal.manage("check_production")
    text = (portal.folder / "portal.env").read_text()
    owned = portal.folder / "owned.env"
    owned.write_text(text.replace("//portal@/", "//owner@/"))
    with psycopg.connect(portal.env["DATABASE_URL"].replace("//portal@", "//postgres@"), autocommit=True) as boss:
        boss.execute("CREATE ROLE owner LOGIN IN ROLE portal_owner")
    done = subprocess.run(
        [DEPLOY / "manage", "check_production"],
        env={"PORTAL_ENV": str(owned)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "历史记录拦不住它" in done.stderr) == (1, True), done.stderr


def test_the_role_of_web_and_worker_may_not_truncate_history(portal):
    database = psycopg.connect(portal.env["DATABASE_URL"])
    with database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute("TRUNCATE pension_pensionrefundevent")


@pytest.mark.parametrize(
    "deed", ["UPDATE pension_pensionrefundevent SET amount = 0", "DELETE FROM accounts_personevent"]
)
def test_the_role_of_web_and_worker_may_not_write_history_anew_with_triggers_switched_off(portal, deed):
    database = psycopg.connect(portal.env["DATABASE_URL"])
    database.execute("SELECT set_config('pgtrigger.ignore', '{all}', false)")
    with database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(deed)


@behind_nginx
def test_plain_http_leads_to_https(portal):
    answer = httpx.get(f"http://127.0.0.1:{portal.plain_port}/pension/", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "https://127.0.0.1/pension/")


def form(client: httpx.Client, page: str, to: str = "", **fields: str) -> httpx.Response:
    """Open `page` and post its form with these answers; leads on to wherever the answer leads."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).text)[1]
    answer = client.post(to or page, data={"csrfmiddlewaretoken": token, **fields}, follow_redirects=True)
    assert answer.status_code == 200, f"{answer.url}: {answer.text}"
    return answer


def load(portal: Production, feed: str, row: dict, columns=None) -> None:
    file = data.write(portal.folder / f"{feed[:8].strip()}.csv", [row], columns or row)
    said = portal.manage(*f"load_{feed}".split(), str(file))
    assert "rejected" not in said, said


def registered(portal: Production, client: httpx.Client) -> None:
    who = {"name": PAYMENT["缴费人姓名"], "id_type": "201", "agree": "on"}
    form(client, "/accounts/register/", **who, id_number=PAYMENT["证件号码"], phone=PAYMENT["手机号"])
    code = (portal.folder / "data" / "sms.txt").read_text()
    done = form(client, "/accounts/register/account/", code=code, username="jumin", password=LATER)
    assert "注册成功" in done.text
    form(client, "/accounts/consent/?to=account", agree="on", next="")


def applied(client: httpx.Client) -> str:
    payment = re.search(r'name="payment"[^>]*value="(\d+)"', client.get("/pension/").text)[1]
    page = f"/pension/apply/?payment={payment}"
    bank = re.search(r'<option value="(\d+)"', client.get(page).text)[1]
    account = {"account_type": "passbook", "account_number": "95599000000000088", "bank": bank, "contact_name": "张三"}
    done = form(client, page, "/pension/apply/", payment=payment, step="confirm", key=str(uuid.uuid4()), **account)
    return re.search(r"Y[LB]\d{15}", done.text)[0]


BINDING = "from accounts.doors import binding as b; from accounts.models import User; "
BINDING += "print('code', b.issue(User.objects.get(username='shenhe')))"


def signed_in_as_officer(portal: Production, client: httpx.Client) -> None:
    """The first sign-in: a second factor is bound with the code of the administrator, and the initial password is changed."""
    issued = re.search(r"code (\w+)", portal.manage("shell", "-c", BINDING))[1]
    bind = form(client, "/accounts/login/?door=tax", account="shenhe", password=PASSWORD, door="tax", next="")
    key = b32decode(re.search(r"密钥 <strong>(.*?)</strong>", bind.text)[1].replace(" ", ""))
    form(client, str(bind.url), code=f"{totp(key):06d}", binding_code=issued, next="")
    form(client, "/accounts/password/", old=PASSWORD, new=LATER, next="")


def test_one_refund_from_the_feeds_to_the_agency(running, visitor):
    portal, mock = running
    office = (data.OFFICE, "国家税务总局汉川市税务局", "420984", "")
    load(portal, "offices", dict(zip(OfficeFeed.columns, office, strict=True)))
    officer = ("shenhe", "陈立新", data.resident_number(7), "13800000007", "审核人", "", data.OFFICE, PASSWORD)
    load(portal, "staff", dict(zip(StaffFeed.columns, officer, strict=True)))
    load(portal, "payments pension", PAYMENT | {"村组社保号": ""})
    registered(portal, visitor)
    number = applied(visitor)
    with portal.visitor() as other:
        signed_in_as_officer(portal, other)
        assert f"{number} 审核通过" in form(other, f"/review/{number}/", f"/review/{number}/approve/").text
    seen = eventually(lambda: httpx.get(f"{mock.url}/control/seen", trust_env=False).json()["instructions"])
    assert [number in str(one) for one in seen] == [True]


def listening(portal: Production) -> list[psutil.Process]:
    """The web workers that take requests."""
    return [worker for worker in psutil.Process(portal.running["web"].pid).children() if listens(worker)]


def listens(worker: psutil.Process) -> bool:
    try:
        return any(one.status == psutil.CONN_LISTEN for one in worker.net_connections())
    except psutil.Error:  # it is just dying
        return False


def test_a_dead_web_worker_is_replaced_without_an_outage(portal, visitor):
    dead, other = eventually(lambda: len(found := listening(portal)) == 2 and found)
    dead.kill()
    if not NGINX:
        dead.wait(10)  # what it had in its hands is lost; nginx asks for it once more
    statuses = []

    def replaced() -> bool:
        statuses.append(visitor.get("/").status_code)
        return len(statuses) > 20 and len(listening(portal)) == 2 and dead not in listening(portal)

    eventually(replaced)
    assert set(statuses) == {200}
    assert other in listening(portal)


@behind_nginx
def test_twelve_slow_senders_do_not_stop_it(portal, visitor):
    context = ssl.create_default_context(cafile=portal.folder / "tls" / "fullchain.pem")
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf"
    slow = []
    for _ in range(12):
        plain = socket.create_connection(("127.0.0.1", portal.tls_port))
        slow.append(context.wrap_socket(plain, server_hostname="127.0.0.1"))
        slow[-1].sendall(head)
    time.sleep(0.5)
    assert [visitor.get("/", timeout=5).status_code for _ in range(5)] == [200] * 5
    for one in slow:
        one.close()


def test_while_the_database_is_away_it_says_so_at_once(portal, visitor):
    signed_in = form(visitor, "/accounts/login/", account="jumin", password=LATER, door="natural", next="")
    assert "退出" in signed_in.text, signed_in.text
    portal.stop_database()
    try:
        begun = time.monotonic()
        page = visitor.get("/pension/")
        assert time.monotonic() - begun < 5  # two seconds of waiting, and a busy machine
        assert page.status_code == 503, (page.status_code, page.headers, page.text)
        assert page.headers["retry-after"] == "10"
        assert visitor.get("/healthz").text == "ok"
        assert visitor.get("/readyz").json() == {"database": False}
    finally:
        portal.start_database()
    eventually(lambda: answers(visitor, "/pension/"))


@behind_nginx
def test_a_body_that_is_too_large_is_told_so_in_the_words_of_its_door(visitor):
    too_large = {"content": b" " * (8 * 2**20 + 1)}
    answer = visitor.post("/handoff/callbacks/hrss/", **too_large)
    assert (answer.status_code, answer.json()["error"]) == (413, "size")
    page = visitor.post("/pension/village/", **too_large)
    assert (page.status_code, "请把名单分成几个文件" in page.text) == (413, True)


def test_a_server_that_is_lost_with_all_its_files_comes_back_with_everything_that_was_committed(portal, visitor):
    """As docs/production.md says, with the tools of the system; web and worker go on by themselves."""
    home, backups = portal.folder / "pg", portal.folder / "backups"
    server = replace(
        of_the_system(str(home), "5432", "postgres", home / "data"), system_user="nobody" if ROOTED else None
    )
    command = [sys.executable, "-m", "foundation.backup"]
    reach = ["--server", str(home), "--folder", str(backups)]
    portal.start("follow", [*command, "follow", "--zero-loss", *reach])
    eventually(lambda: server.ask(ATTACHED) == "sync")
    assert "密钥不在备份里" in portal.run([*command, "take", *reach])
    server.ask("CREATE TABLE later AS SELECT 1 AS one")
    postmaster = psutil.Process(int((home / "data" / "postmaster.pid").read_text().split()[0]))
    family = [postmaster, *postmaster.children()]
    postmaster.kill()
    psutil.wait_procs(family, 30)
    shutil.rmtree(home / "data")
    restoring.put(server, backups)
    portal.start_database()
    eventually(lambda: server.ask("SELECT pg_is_in_recovery()") == "f")
    assert server.ask("SELECT one FROM later") == "1"
    portal.running["worker"].wait(60)  # it leaves with the database, and its unit starts it again
    portal.start_unit("worker")
    eventually(lambda: answers(visitor, "/readyz"))
    assert "所有承诺都成立" in portal.manage("check_invariants")
    assert "可以对外开放" in portal.manage("check_production")
