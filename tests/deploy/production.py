"""The portal as deploy/ starts it: a PostgreSQL server, the units, nginx; paths, ports and secrets of the test's own."""

import base64
import os
import re
import secrets
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mock_agencies import MockAgencies
from tests.house.source import ROOT
from tests.journeys.running import KEPT, _free_port

DEPLOY = ROOT / "deploy"
SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
ROOTED = os.geteuid() == 0


def settings_of(example: str) -> dict[str, str]:
    """The lines of an environment file that are not commented out."""
    return dict(re.findall(r"^([A-Z_]+)='(.*)'$", (DEPLOY / example).read_text(), re.MULTILINE))


@dataclass
class Production:
    folder: Path
    web_port: int = field(default_factory=_free_port)
    uploads_port: int = field(default_factory=_free_port)
    tls_port: int = field(default_factory=_free_port)
    plain_port: int = field(default_factory=_free_port)
    env: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    # The database ------------------------------------------------------------------------------------------------------

    def pg(self, program: str, *arguments: str) -> None:
        """A program of the server; it refuses to run as root."""
        command = [str(SERVERS[-1] / program), *arguments]
        command = ["setpriv", "--reuid=nobody", "--clear-groups", "--", *command] if ROOTED else command
        with (self.folder / "pg.log").open("ab") as log:
            subprocess.run(command, cwd=self.folder / "pg", stdout=log, stderr=log, check=True)

    def create_database(self) -> None:
        home = self.folder / "pg"
        home.mkdir()
        if ROOTED:
            shutil.chown(home, "nobody")
            self.folder.chmod(0o755)
        self.pg("initdb", "-D", f"{home}/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        self.start_database()
        roles = shutil.copy(DEPLOY / "roles.sql", self.folder)
        self.pg("psql", "-q", "-h", str(home), "-U", "postgres", "-f", roles)

    def start_database(self) -> None:
        home = self.folder / "pg"
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        self.pg("pg_ctl", "-D", f"{home}/data", "-s", "-w", "-l", f"{home}/log", "-o", options, "start")

    def stop_database(self) -> None:
        self.pg("pg_ctl", "-D", f"{self.folder}/pg/data", "-s", "-m", "fast", "stop")

    # The environment file and what reads it ----------------------------------------------------------------------------

    def write_environment(self, **values: str) -> None:
        """portal.env as an administrator fills it in, and migrate.env."""
        socket = f"?host={self.folder}/pg"
        values |= {"DATABASE_URL": f"postgresql://portal@/portal{socket}", "PORTAL_DATA": str(self.folder / "data")}
        values |= {"SECRET_KEY": secrets.token_hex(32), "INDEX_KEY": secrets.token_hex(32)}
        values |= {"RECEIPT_KEY": secrets.token_hex(32)}
        values |= {"FIELD_KEYS": f"1:{secrets.token_hex(16)}", "ALLOWED_HOSTS": "127.0.0.1"}
        values |= {f"AGENCY_{agency}_SECRETS": _webhook_secret() for agency in ("HRSS", "MEDICAL")}
        values |= {"SMS_GATEWAY_URL": "http://127.0.0.1:9/sms", "SMS_GATEWAY_SECRETS": _webhook_secret()}
        values |= {"DECISION_GRACE_SECONDS": "1"}  # nobody takes a decision back here
        self.env = settings_of("portal.env.example") | values
        assert [name for name, value in self.env.items() if "<" in value] == []
        self.save_environment()
        (self.folder / "data").mkdir()
        self.owner = {"DATABASE_URL": f"postgresql://portal_owner@/portal{socket}"}
        assert set(self.owner) == set(settings_of("migrate.env.example"))

    def save_environment(self) -> None:
        lines = [f"{name}='{value}'\n" for name, value in self.env.items()]
        (self.folder / "portal.env").write_text("".join(lines))

    def commands(self, name: str) -> list[list[str]]:
        """What a unit starts, here."""
        unit = (DEPLOY / f"portal-{name}.service").read_text()
        words = [shlex.split(line) for line in re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)]
        here = {"/srv/portal/.venv/bin": str(Path(sys.executable).parent)}
        here |= {"8000": str(self.web_port), "8001": str(self.uploads_port)}
        return [[re.sub(r"^/srv/portal/\.venv/bin|^800[01]$", lambda m: here[m[0]], w) for w in line] for line in words]

    def run(self, command: list[str], **more: str) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment(**more), capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> str:
        """deploy/manage, with nothing in the environment but where the file is."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        env = kept | {"PORTAL_ENV": str(self.folder / "portal.env")}
        done = subprocess.run([DEPLOY / "manage", *arguments], env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, name: str, command: list[str], **more: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(**more), stdout=log, stderr=log, start_new_session=True
            )

    def start_unit(self, name: str) -> None:
        """With its own lines of the environment, and the folder that systemd makes for it under /run."""
        unit = (DEPLOY / f"portal-{name}.service").read_text()
        for folder in re.findall(r"^RuntimeDirectory=(.*)$", unit, re.MULTILINE):
            (self.folder / "run" / folder).mkdir(parents=True)
        own = dict(re.findall(r"^Environment=(\w+)=(.*)$", unit, re.MULTILINE))
        (command,) = self.commands(name)
        self.start(name, command, **{key: value.replace("/run/", f"{self.folder}/run/") for key, value in own.items()})

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def _environment(self, **more: str) -> dict[str, str]:
        return {name: os.environ[name] for name in KEPT if name in os.environ} | self.env | more

    # The proxy ---------------------------------------------------------------------------------------------------------

    def start_proxy(self) -> None:
        """deploy/nginx.conf with other ports and a certificate of our own, in the smallest frame that nginx takes."""
        tls = self.folder / "tls"
        tls.mkdir()
        _certificate(tls)
        text = (DEPLOY / "nginx.conf").read_text()
        for there, here in (
            (r"\n.*\[::\].*", ""),
            (r"listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            (r"listen 443 ", f"listen 127.0.0.1:{self.tls_port} "),
            (r"/etc/portal/tls", str(tls)),
            (r"127\.0\.0\.1:8000", f"127.0.0.1:{self.web_port}"),
            (r"127\.0\.0\.1:8001", f"127.0.0.1:{self.uploads_port}"),
            (r"server_name .*;", "server_name 127.0.0.1;"),
        ):
            text, found = re.subn(there, here, text)
            assert found, there
        temporary = "".join(f"{kind}_temp_path {tls}/{kind};\n" for kind in TEMPORARY)
        frame = f"{'user root;' if ROOTED else ''}\npid {tls}/pid;\ndaemon off;\nworker_processes 1;\nevents {{}}\n"
        (tls / "nginx.conf").write_text(f"{frame}http {{\n{temporary}{text}}}\n")
        self.start("nginx", [NGINX, "-e", str(tls / "error.log"), "-c", str(tls / "nginx.conf")])

    def visitor(self) -> httpx.Client:
        """A browser: over TLS through nginx, or as if it were where no nginx is."""
        url = f"https://127.0.0.1:{self.tls_port}"
        client = partial(httpx.Client, base_url=url, headers={"Referer": f"{url}/"}, timeout=30, trust_env=False)
        if NGINX:
            return client(verify=ssl.create_default_context(cafile=self.folder / "tls" / "fullchain.pem"))
        return client(transport=Forwarded(self.web_port))

    def words(self) -> str:
        """The last lines of every log."""
        logs = [*self.folder.glob("*.log"), *self.folder.glob("tls/*.log")]
        return "\n".join(f"{log.name}:\n" + "\n".join(log.read_text().splitlines()[-15:]) for log in logs)


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Forwarded(httpx.HTTPTransport):
    """What the proxy does to a request."""

    def __init__(self, port: int):
        super().__init__()
        self.port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", port=self.port)
        headers = {**request.headers, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        forwarded = httpx.Request(
            request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        return super().handle_request(forwarded)


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _certificate(folder: Path) -> None:
    """A self-signed one for 127.0.0.1."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


def eventually(what, seconds: float = 45.0):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
    return found


def answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def production(folder: Path) -> Iterator[tuple[Production, MockAgencies]]:
    """Everything started in the order of the README, and stopped."""
    portal = Production(folder)
    with ExitStack() as end:
        portal.create_database()
        end.callback(portal.stop_database)
        portal.write_environment(AGENCY_HRSS_URL="", AGENCY_MEDICAL_URL="", SMS_GATEWAY="tests.deploy.sms.FileSms")
        shared = {code: portal.env[f"AGENCY_{code.upper()}_SECRETS"] for code in ("hrss", "medical")}
        mock = MockAgencies(database=folder / "agencies.sqlite3", portal_url="http://127.0.0.1:9", secrets=shared)
        end.enter_context(mock)
        portal.env["AGENCY_HRSS_URL"] = f"{mock.url}/hrss"
        portal.env["AGENCY_MEDICAL_URL"] = f"{mock.url}/medical"
        portal.save_environment()
        for command in portal.commands("migrate"):
            portal.run(command, **portal.owner)
        end.callback(portal.stop)
        for name in ("web", "uploads", "worker"):
            portal.start_unit(name)
        if NGINX:
            portal.start_proxy()
        try:
            with portal.visitor() as client:
                eventually(lambda: answers(client, "/readyz"))
        except AssertionError as error:
            raise AssertionError(portal.words()) from error
        yield portal, mock
