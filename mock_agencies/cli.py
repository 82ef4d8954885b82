"""The mock agencies from the command line: python -m mock_agencies, or manage.py mock_agencies."""

import argparse
import asyncio
import logging
import os
import signal
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from .agencies import MockAgencies

log = logging.getLogger("mock_agencies")

SECRETS = {"hrss": "AGENCY_HRSS_SECRETS", "medical": "AGENCY_MEDICAL_SECRETS"}
# What is not given as an option comes from the environment.
OPTIONS = (
    ("--host", "MOCK_HOST", "127.0.0.1", str, "address to listen on"),
    ("--port", "MOCK_PORT", "8101", int, "port to listen on, 0 for any"),
    ("--portal-url", "PORTAL_URL", "http://127.0.0.1:8000", str, "where the callbacks go"),
    ("--database", "MOCK_DATABASE", ".data/mock_agencies.sqlite3", str, "the SQLite file"),
    ("--delay", "MOCK_DELAY", "3", float, "seconds before each event"),
    ("--silence", "MOCK_SILENCE", "60", float, "seconds of silence for accounts ending in 03"),
)


def run(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Serve until SIGTERM or SIGINT, in the main thread; return the exit code. Inside another command pass argv=[]."""
    parser = argparse.ArgumentParser(
        prog="mock_agencies",
        description="HRSS and medical insurance, pretended. Secrets come from AGENCY_HRSS_SECRETS and "
        "AGENCY_MEDICAL_SECRETS only, because arguments can be read by every user of the machine.",
    )
    for name, variable, default, kind, text in OPTIONS:
        parser.add_argument(name, type=kind, default=environ.get(variable, default), help=f"{text} [{variable}]")
    options = parser.parse_args(argv)
    mock = MockAgencies(secrets=_read_secrets(parser, environ), **vars(options))
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

    def opened(url: str, leave: Callable[[], object]) -> None:
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: leave())
        log.info("mock agencies at %s, portal at %s", url, options.portal_url)

    try:
        asyncio.run(mock.live(opened))
    except (OSError, sqlite3.Error) as error:
        where = f"on {options.host}:{options.port} with {options.database}"
        parser.exit(1, f"The mock agencies cannot start {where}: {error}\n")
    return 0


def _read_secrets(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> dict[str, str]:
    """The first of each list: the portal puts the secret in use first and those it still accepts behind it."""
    secrets = {agency: environ.get(name, "").split(",")[0].strip() for agency, name in SECRETS.items()}
    for agency, secret in secrets.items():
        if not secret:
            parser.error(f"{SECRETS[agency]} is not set: give the secret shared with this agency, like whsec_…")
        try:
            Webhook(secret)
        except (ValueError, EmptyWebhookSecretError):
            parser.error(f"{SECRETS[agency]} does not start with a secret: whsec_ and then base64")
    return secrets
