"""A base copy while the server works: taken, verified, noted; then the oldest ones go."""

import shutil
import time
from datetime import datetime
from pathlib import Path

from foundation.backup import folder as folders
from foundation.backup.folder import KEPT, UNFINISHED, Newest
from foundation.backup.server import BackupError, Server
from foundation.backup.verifying import verify


def take(server: Server, folder: Path, keep: int = KEPT) -> Newest:
    """A copy of the whole server with as much of its log as it needs to stand alone."""
    begun, at = time.monotonic(), datetime.now().astimezone()
    place = folder / "base"
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)  # names stand in it as they are
    for left_over in place.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left_over)
    complete = place / at.strftime("%Y-%m-%dT%H%M%S")
    unfinished = complete.with_suffix(UNFINISHED)
    how = ("-X", "stream", "-c", "fast", "--manifest-checksums=SHA256")
    server.run("pg_basebackup", *server.reach(), "-D", str(unfinished), *how)
    verify(unfinished)
    if complete.exists():
        raise BackupError(f"{complete} 已经有了，一秒钟里不要备份两次。")
    unfinished.rename(complete)
    size = sum(path.stat().st_size for path in complete.rglob("*") if path.is_file())
    version = server.ask("SHOW server_version").split()[0]
    taken = Newest(complete.name, at, round(time.monotonic() - begun, 1), size, version)
    folders.note(folder, taken)
    _forget(server, folder, keep)
    return taken


def _forget(server: Server, folder: Path, keep: int) -> None:
    """Base copies beyond so many, and the log that no base copy needs."""
    there = folders.bases(folder)
    for old in there[:-keep]:
        shutil.rmtree(old)
    log = folder / "wal"
    if log.is_dir():
        server.run("pg_archivecleanup", str(log), folders.first_segment(there[-keep:][0]))
