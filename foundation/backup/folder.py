"""A folder of backups: base copies by name, the log, and a record of the newest that a page can show."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

# Base copies that stay.
KEPT = 7
SEGMENTS_PER_LOG = 256  # of 16 MB
UNFINISHED = ".partial"


@dataclass(frozen=True)
class Newest:
    """The base copy that was taken and verified last. `at` is when it began, with its zone."""

    name: str
    at: datetime
    seconds: float
    bytes: int
    server: str


def newest(folder: Path) -> Newest | None:
    """What a page may say of the backups in `folder`; None when there is none, or when nobody can read what it says."""
    try:
        told = json.loads((folder / "newest.json").read_text())
        at = datetime.fromisoformat(told["at"])
        return Newest(told["name"], at, told["seconds"], told["bytes"], told["server"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def note(folder: Path, taken: Newest) -> None:
    """Readable for the portal, which may not read the copies themselves."""
    record = folder / "newest.json"
    unfinished = record.with_suffix(UNFINISHED)
    unfinished.write_text(json.dumps(asdict(taken) | {"at": taken.at.isoformat()}))
    unfinished.chmod(0o644)
    unfinished.replace(record)


def bases(folder: Path) -> list[Path]:
    """Complete base copies, oldest first."""
    return sorted(path for path in (folder / "base").glob("*") if path.suffix != UNFINISHED)


def first_segment(base: Path) -> str:
    """The piece of the log that a base copy begins in: `START WAL LOCATION: 0/2000028 (file 000000010000000000000002)`."""
    return (base / "backup_label").read_text().partition("(file ")[2][:24]


def segments(log: Path, since: str) -> dict[int, list[Path]]:
    """The pieces in a folder of the log from this one on, by their place; of several timelines one place has several."""
    found: dict[int, list[Path]] = {}
    for path in sorted(log.glob("*")):
        name = path.name.removesuffix(UNFINISHED)
        if len(name) == 24 and place(name) >= place(since):
            found.setdefault(place(name), []).append(path)
    return found


def place(name: str) -> int:
    """Of a piece of the log, whatever its timeline."""
    return int(name[8:16], 16) * SEGMENTS_PER_LOG + int(name[16:24], 16)
