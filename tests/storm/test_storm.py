"""A small storm; `python -m tests.storm` makes a large one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SMALL = ["--approvals", "40", "--kills", "4", "--restarts", "1"]


def test_whatever_dies_under_load_nothing_is_lost_or_paid_twice_and_nobody_has_anything_to_mend():
    command = [sys.executable, "-m", "tests.storm", *SMALL]
    done = subprocess.run(
        command, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
