"""Backup and restore of the embedded server: what was answered as committed is there after everything was lost."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from foundation.backup import folder as folders
from foundation.backup import restoring, taking, verifying
from foundation.backup.server import BackupError, Server, of_the_wheel
from tests.house.source import ROOT
from tests.storm.stage import ATTACHED, until

COUNT = "SELECT count(*) FROM t"


def initialised(data: Path) -> Server:
    """An empty server with the wheel's own tools, of this process alone."""
    server = of_the_wheel(data, start=False)
    server.data.mkdir()
    if server.system_user:
        data.chmod(0o755)
        shutil.chown(server.data, server.system_user, server.system_user)
    server.run("initdb", "-D", str(server.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", as_owner=True)
    server.start()
    return server


def lose(server: Server) -> None:
    """The server dies, and its files with it."""
    postmaster = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
    family = [postmaster, *postmaster.children()]
    postmaster.kill()
    psutil.wait_procs(family, 30)
    shutil.rmtree(server.data)


@pytest.fixture
def server():
    data = Path(tempfile.mkdtemp(prefix="kept-", dir="/tmp"))  # short: a socket lies in it
    made = initialised(data)
    try:
        yield made
    finally:
        if made.is_running():
            made.stop()
        shutil.rmtree(data)


@pytest.fixture
def backups(server):
    return server.data.parent / "backups"


@pytest.fixture
def follower(server, backups):
    """Started before the first copy, as the document says."""
    reach = ["--server", server.host, "--folder", str(backups), "--zero-loss"]
    # The tools of the path are the wheel's own here.
    code = "import runpy, pathlib; from foundation.backup import server; server.INSTALLED = pathlib.Path('/none');"
    code += "runpy.run_module('foundation.backup', run_name='__main__')"
    env = os.environ | {"PATH": f"{server.bin}:{os.environ['PATH']}"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "follow", *reach], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    try:
        assert until(lambda: server.ask(ATTACHED) == "sync", 60, pause=0.2)
        yield process
    finally:
        process.kill()
        process.wait()
        for child in psutil.process_iter(["name", "cmdline"]):
            if child.info["name"] == "pg_receivewal" and str(backups) in " ".join(child.info["cmdline"]):
                child.kill()


def test_nothing_committed_is_lost_with_the_disk_and_a_moment_of_the_past_comes_back(server, backups, follower):
    taken = taking.take(server, backups)
    assert folders.newest(backups) == taken
    server.ask("CREATE TABLE t (n int)")
    for n in range(20):
        server.ask(f"INSERT INTO t VALUES ({n})")
    time.sleep(0.1)
    moment = datetime.now(UTC)
    time.sleep(0.1)
    server.ask("DROP TABLE t")  # somebody's mistake
    server.ask("CREATE TABLE later (n int)")
    lose(server)
    restoring.restore(server, backups)
    server.start()
    assert (
        server.ask("SELECT to_regclass('t') IS NULL, to_regclass('later') IS NOT NULL") == "t|t"
    )  # to the last commit
    with pytest.raises(BackupError, match="还在运行"):
        restoring.put(server, backups)
    server.stop()
    restoring.restore(server, backups, until=moment)
    server.start()
    assert server.ask(COUNT) == "20"  # to before the mistake
    (before,) = server.data.parent.glob("pg.before-*")
    assert (before / "PG_VERSION").exists()  # nothing is deleted


def test_without_the_log_only_the_copy_comes_back(server, backups):
    """The twin of the above: it is the log that keeps what came later."""
    server.ask("CREATE TABLE t (n int)")
    server.ask("INSERT INTO t VALUES (1)")
    taking.take(server, backups)
    server.ask("INSERT INTO t VALUES (2)")
    lose(server)
    restoring.restore(server, backups)
    server.start()
    assert server.ask(COUNT) == "1"


def piece(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"log")


def copy(folder, name="2026-11-27T120000", **files):
    base = folder / "base" / name
    piece(base / "pg_wal", "000000010000000000000002")
    (base / "backup_label").write_text("START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n")
    listed = [
        {"Path": path, "Size": len(text), "Checksum-Algorithm": "SHA256", "Checksum": digest(text)}
        for path, text in files.items()
    ]
    for path, text in files.items():
        (base / path).write_text(text)
    head = json.dumps({"Files": listed})[:-1] + ",\n"
    (base / "backup_manifest").write_text(f'{head}"Manifest-Checksum": "{digest(head)}"}}\n')
    return base


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_hole_in_the_log_is_said_and_nothing_is_touched(tmp_path):
    copy(tmp_path)
    for place in (4, 5):
        piece(tmp_path / "wal", f"00000001000000000000000{place}")
    server = Server(Path("/none"), tmp_path / "pg", host="/none")
    (tmp_path / "pg").mkdir()
    with pytest.raises(BackupError, match="缺了 1 段"):
        restoring.put(server, tmp_path)
    assert list((tmp_path / "pg").iterdir()) == []


def test_a_copy_that_was_changed_is_refused(tmp_path):
    base = copy(tmp_path, PG_VERSION="18")
    verifying.verify(base)
    (base / "PG_VERSION").write_text("17")
    with pytest.raises(BackupError, match="PG_VERSION 变了"):
        verifying.verify(base)
    (base / "PG_VERSION").unlink()
    with pytest.raises(BackupError, match="缺文件 PG_VERSION"):
        verifying.verify(base)
    (base / "backup_manifest").write_text(
        (base / "backup_manifest").read_text().replace("18", "17", 1).replace("Size", "size")
    )
    with pytest.raises(BackupError, match="清单"):
        verifying.verify(base)


def test_copies_beyond_those_that_stay_are_forgotten(tmp_path):
    for day in range(1, 6):
        copy(tmp_path, f"2026-11-0{day}T120000")
    taking._forget(Server(Path("/none"), tmp_path / "pg", host="/none"), tmp_path, keep=2)
    assert [base.name for base in folders.bases(tmp_path)] == ["2026-11-04T120000", "2026-11-05T120000"]


def test_where_there_is_no_backup_it_says_so(tmp_path):
    assert folders.newest(tmp_path) is None
    (tmp_path / "newest.json").write_text("{}")
    assert folders.newest(tmp_path) is None
    with pytest.raises(BackupError, match="里没有备份"):
        restoring.chosen(tmp_path, None)
    copy(tmp_path)
    with pytest.raises(BackupError, match="这个时间以前的备份"):
        restoring.chosen(tmp_path, datetime.now(UTC) - timedelta(days=1))
