"""Where the journeys' Chromium comes from: `python -m tests.journeys.browser` finds one, or installs one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
NONE_FOUND = (
    "The journeys need a Chromium and found none. Install one with `apt-get install chromium`"
    " or `python -m playwright install chromium`, or name one in the environment variable CHROMIUM."
)
ARGUMENTS = [
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # There is none, and to pretend one takes half of the time that a page is drawn in.
    "--disable-gpu",
    # Chromium refuses to run as root inside its own sandbox.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


class NoChromium(Exception):
    """No browser on this machine; its text says how to get one."""


def chromium_path() -> str:
    """The browser of this machine, never a silent skip. Raises NoChromium."""
    if named := os.environ.get("CHROMIUM"):
        if not shutil.which(named):
            raise NoChromium(f"CHROMIUM={named} is not a program. {NONE_FOUND}")
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()
    if not found:
        raise NoChromium(NONE_FOUND)
    return found


def _playwrights_own() -> str:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else ""


def _install() -> None:
    """By the system's packages if we may, else by Playwright. What fails is seen by looking for a browser again."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update"], check=False)
        packages = ["chromium", "fonts-noto-cjk"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(["apt-get", "install", "-y", *packages], check=False, env=environment).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False)


def main() -> int:
    try:
        path = chromium_path()
    except NoChromium:
        _install()
        try:
            path = chromium_path()
        except NoChromium as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
