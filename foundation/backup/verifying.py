"""Whether a base copy is as the server sent it, by the manifest that came with it (the wheel's own tool for that ends in a crash)."""

import hashlib
import json
from pathlib import Path
from typing import Any

from foundation.backup.server import BackupError

ALGORITHM = "SHA256"


def verify(base: Path) -> None:
    """Every file that the manifest names is there, whole; raises `BackupError` with the first that is not."""
    files: list[dict[str, Any]] = _manifest(base)["Files"]
    for file in files:
        # A name that is not UTF-8 is written in hex; the server makes none, and a copy that has one is not ours.
        path = base / file["Path"]
        if not path.is_file():
            raise BackupError(f"备份 {base} 缺文件 {file['Path']}，不能用。换一份备份。")
        if (
            path.stat().st_size != file["Size"]
            or file["Checksum-Algorithm"] != ALGORITHM
            or _sum(path) != file["Checksum"]
        ):
            raise BackupError(f"备份 {base} 的文件 {file['Path']} 变了，不能用。换一份备份。")


def _manifest(base: Path) -> dict[str, Any]:
    try:
        text = (base / "backup_manifest").read_bytes()
        told: dict[str, Any] = json.loads(text)
    except (OSError, ValueError):
        raise BackupError(f"备份 {base} 没有清单，或者清单坏了，不能用。换一份备份。") from None
    # The last line holds the sum of all lines before it.
    before, _line, _after = text.rpartition(b'"Manifest-Checksum"')
    if hashlib.sha256(before).hexdigest() != told["Manifest-Checksum"]:
        raise BackupError(f"备份 {base} 的清单变了，不能用。换一份备份。")
    return told


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, ALGORITHM).hexdigest()
