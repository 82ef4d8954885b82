"""The way back: a base copy, the log on top of it, to its end or to a moment. What was there before is moved aside, not deleted."""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path

from foundation.backup import folder as folders
from foundation.backup.folder import UNFINISHED
from foundation.backup.server import BackupError, Server
from foundation.backup.verifying import verify

# What the server makes for itself while it runs.
RECOVERY = """
# Written by a restore.
restore_command = 'exit 1'
recovery_target_timeline = 'latest'
"""
UNTIL = """recovery_target_time = '{until}'
recovery_target_inclusive = off
recovery_target_action = 'promote'
"""


def put(server: Server, folder: Path, until: datetime | None = None) -> Path:
    """Put the files into the place of the server's, which must not run; it recovers when it is started. Gives the base copy."""
    if server.is_running():
        raise BackupError(f"{server.data} 的数据库还在运行。先停下平台和数据库，再恢复。")
    base = chosen(folder, until)
    verify(base)
    log = _log(folder, base)
    _move_aside(server.data)
    shutil.copytree(base, server.data, symlinks=True)
    # Who had the server open when the copy was made.
    (server.data / ".handle_pids.json").unlink(missing_ok=True)
    for piece in log:
        _lay(piece, server.data / "pg_wal" / piece.name.removesuffix(UNFINISHED))
    forget_recovery(server)
    with (server.data / "postgresql.auto.conf").open("a") as conf:
        conf.write(RECOVERY + (UNTIL.format(until=until.isoformat()) if until else ""))
    (server.data / "recovery.signal").touch()
    _hand_over(server)
    return base


def _lay(piece: Path, at: Path) -> None:
    """A piece that is not full may be there twice, in the base copy and beside it: the one that goes further is right."""
    if not at.exists() or not piece.name.endswith(UNFINISHED) or _written(piece) > _written(at):
        shutil.copyfile(piece, at)


def _written(piece: Path) -> int:
    return len(piece.read_bytes().rstrip(b"\0"))


def restore(server: Server, folder: Path, until: datetime | None = None) -> Path:
    """`put`, and let it recover once, so that whoever starts it next has nothing to wait for."""
    base = put(server, folder, until)
    server.start()
    try:
        # It answers, reading only, before it is at the end of the log.
        while server.ask("SELECT pg_is_in_recovery()") != "f":
            time.sleep(0.2)
        forget_recovery(server)
    finally:
        server.stop()
    return base


def forget_recovery(server: Server) -> None:
    """What was written for the recovery only."""
    conf = server.data / "postgresql.auto.conf"
    lines = [
        line
        for line in conf.read_text().splitlines(True)
        if not line.startswith(("restore_", "recovery_", "# Written by"))
    ]
    conf.write_text("".join(lines))


def chosen(folder: Path, until: datetime | None) -> Path:
    """The newest base copy that was complete before the moment."""
    there = folders.bases(folder)
    if until is not None:
        there = [base for base in there if _taken(base) < until]
    if not there:
        raise BackupError(f"{folder} 里没有{'这个时间以前的' if until else ''}备份。先看清是不是这个文件夹。")
    return there[-1]


def _taken(base: Path) -> datetime:
    """When a base copy was complete; its log is no older than that."""
    return datetime.fromtimestamp((base / "backup_manifest").stat().st_mtime).astimezone()


def _log(folder: Path, base: Path) -> list[Path]:
    """All pieces since the base copy. A hole would end the recovery there without a word, so it ends it here with one."""
    found = folders.segments(folder / "wal", folders.first_segment(base))
    there = found.keys() | folders.segments(base / "pg_wal", folders.first_segment(base)).keys()
    missing = sorted(set(range(min(there), max(there))) - there)
    if missing:
        raise BackupError(
            f"备份之后的日志缺了 {len(missing)} 段，第一段在 {missing[0]:X} 号，恢复不到最后。把缺的找回来，或者换一份更新的备份。"
        )
    # A whole piece after the part of it, so that it has the last word.
    pieces = [piece for place in sorted(found) for piece in sorted(found[place], key=lambda one: -len(one.name))]
    return [*sorted((folder / "wal").glob("*.history")), *pieces]


def _move_aside(data: Path) -> None:
    if data.exists():
        data.rename(data.with_name(f"{data.name}.before-{datetime.now():%Y-%m-%dT%H%M%S}"))


def _hand_over(server: Server) -> None:
    server.data.chmod(0o700)
    if server.system_user:
        import pwd  # not there on Windows, where nobody else owns them

        owner = pwd.getpwnam(server.system_user)
        for path in (server.data, *server.data.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
