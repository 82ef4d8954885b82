"""The mock agencies from the command line: python -m mock_agencies, or manage.py mock_agencies."""

import argparse
import logging
import os
import signal
import sqlite3
from collections.abc import Mapping, Sequence

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from .agencies import MockAgencies

log = logging.getLogger("mock_agencies")

SECRETS = {"hrss": "AGENCY_HRSS_SECRETS", "medical": "AGENCY_MEDICAL_SECRETS"}


def run(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Serve until SIGTERM or SIGINT, in the main thread; return the exit code. Inside another command pass argv=[]."""
    parser = build_parser(environ)
    options = parser.parse_args(argv)
    _start_logging()
    mock = MockAgencies(secrets=_read_secrets(parser, environ), **vars(options))
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: mock.request_stop())
    try:
        mock.start()
    except (OSError, sqlite3.Error) as error:
        where = f"on {options.host}:{options.port} with {options.database}"
        parser.exit(1, f"The mock agencies cannot start {where}: {error}\n")
    log.info("mock agencies at %s, portal at %s", mock.url, options.portal_url)
    mock.wait()
    mock.stop()
    return 0


def build_parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """The options; what is not given comes from `environ`."""
    parser = argparse.ArgumentParser(
        prog="mock_agencies",
        description="HRSS and medical insurance, pretended. Secrets come from AGENCY_HRSS_SECRETS and "
        "AGENCY_MEDICAL_SECRETS only, because arguments can be read by every user of the machine.",
    )

    def option(name: str, variable: str, default: str, kind: type, help: str) -> None:
        parser.add_argument(name, type=kind, default=environ.get(variable, default), help=f"{help} [{variable}]")

    option("--host", "MOCK_HOST", "127.0.0.1", str, "address to listen on")
    option("--port", "MOCK_PORT", "8101", int, "port to listen on, 0 for any")
    option("--portal-url", "PORTAL_URL", "http://127.0.0.1:8000", str, "where the callbacks go")
    option("--database", "MOCK_DATABASE", ".data/mock_agencies.sqlite3", str, "the SQLite file")
    option("--delay", "MOCK_DELAY", "3", float, "seconds before each event")
    option("--silence", "MOCK_SILENCE", "60", float, "seconds of silence for accounts ending in 03")
    return parser


def _read_secrets(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> dict[str, str]:
    """The first of each list: the portal puts the secret in use first and those it still accepts behind it."""
    secrets = {agency: environ.get(name, "").split(",")[0].strip() for agency, name in SECRETS.items()}
    for agency, secret in secrets.items():
        if not secret:
            parser.error(f"{SECRETS[agency]} is not set: give the secret shared with this agency, like whsec_…")
        if not _is_secret(secret):
            parser.error(f"{SECRETS[agency]} does not start with a secret: whsec_ and then base64")
    return secrets


def _is_secret(text: str) -> bool:
    try:
        Webhook(text)
    except (ValueError, EmptyWebhookSecretError):
        return False
    return True


def _start_logging() -> None:
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the courier says the same with the instruction id
