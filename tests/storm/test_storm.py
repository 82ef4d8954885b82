"""A small storm; `python -m tests.storm` makes a large one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SMALL = ["--approvals", "24", "--kills", "3", "--restarts", "1"]


def storm(*options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tests.storm", *options]
    return subprocess.run(
        command, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=600, check=False
    )


def test_whatever_dies_under_load_nothing_is_lost_or_paid_twice_and_nobody_has_anything_to_mend():
    done = storm(*SMALL)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_worker_that_gives_what_it_sends_again_another_name_is_seen():
    """The twin: a receipt is lost, and somebody is paid twice. With this seed the kill waits for nobody."""
    done = storm("--broken", "--approvals", "6", "--kills", "1", "--restarts", "0", "--rest", "30", "--seed", "16")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "was paid 2 times" in done.stdout
