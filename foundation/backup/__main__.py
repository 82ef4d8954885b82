"""`python -m foundation.backup take`, `follow`, `restore`, `newest`; `--server` names one that is not the embedded one."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from foundation.backup import following, restoring, taking
from foundation.backup.folder import KEPT, newest
from foundation.backup.server import BackupError, Server, of_the_system, of_the_wheel

KEYS = "密钥不在备份里：{where} 要另外保管一份，放在别的地方。没有它，备份里的号码谁也打不开。\n"


def main() -> None:
    """What cannot be done ends with 1 and a sentence."""
    asked = argparse.ArgumentParser(prog="python -m foundation.backup", description=__doc__)
    asked.add_argument("what", choices=["take", "follow", "restore", "newest"])
    asked.add_argument("--folder", type=Path, help="of the backups; another disk, better another machine")
    asked.add_argument(
        "--server", metavar="HOST", help="host, or folder of the socket; else the embedded one of PORTAL_DATA"
    )
    asked.add_argument("--port", default="5432")
    asked.add_argument("--user", default="postgres")
    asked.add_argument("--data", type=Path, default=Path(), help="of --server, to restore into")
    asked.add_argument("--keep", type=int, default=KEPT, help="base copies that stay")
    asked.add_argument("--zero-loss", action="store_true", help="no commit is answered before it is kept here, too")
    asked.add_argument(
        "--until", type=_moment, help="restore to just before this moment, like 2026-11-27T12:00:00+08:00"
    )
    options = asked.parse_args()
    data = Path(os.environ.get("PORTAL_DATA") or ".data").resolve()
    folder = (options.folder or Path(os.environ.get("BACKUP_FOLDER") or data / "backups")).resolve()
    try:
        do(options, data, folder)
    except BackupError as error:
        sys.exit(str(error))


def do(options: argparse.Namespace, data: Path, folder: Path) -> None:
    """What was asked for."""
    if options.keep < 1:
        raise BackupError("至少要留一份备份。")
    if options.what == "newest":
        found = newest(folder)
        said = (
            f"最近一次备份 {found.at:%Y-%m-%d %H:%M:%S}，{found.bytes / 2**20:.0f} MB。"
            if found
            else f"{folder} 里没有备份。"
        )
        sys.stdout.write(f"{said}\n")
    elif options.what == "restore":
        _restore(options, data, folder)
    elif options.what == "take":
        taken = taking.take(_server(options, data, start=True), folder, options.keep)
        sys.stdout.write(
            f"备份好了，也核对过了：{folder}/base/{taken.name}，{taken.bytes / 2**20:.0f} MB，用了 {taken.seconds} 秒。\n"
        )
        sys.stdout.write(KEYS.format(where="/etc/portal" if options.server else data / "secrets.json"))
    else:
        following.Follower(_server(options, data, start=True), folder, zero_loss=options.zero_loss).run()


def _restore(options: argparse.Namespace, data: Path, folder: Path) -> None:
    if options.server:
        base = restoring.put(_server(options, data, start=False), folder, options.until)
        sys.stdout.write(f"文件已经放好（{base.name} 和它之后的日志）。启动数据库，它会自己恢复；")
    else:
        base = restoring.restore(_server(options, data, start=False), folder, options.until)
        sys.stdout.write(f"恢复好了（{base.name} 和它之后的日志）；")
    sys.stdout.write("原来的文件改了名字留在旁边。接着运行 manage.py check_invariants，再启动平台。\n")


def _server(options: argparse.Namespace, data: Path, *, start: bool) -> Server:
    if not options.server:
        return of_the_wheel(data, start=start)
    if options.what == "restore" and not (options.data.is_absolute()):
        raise BackupError("恢复到哪里？用 --data 写数据库的文件夹，像 /var/lib/postgresql/15/main。")
    return of_the_system(options.server, options.port, options.user, options.data)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone()


main()
