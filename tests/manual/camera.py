"""The pictures of docs/manual: who takes which, and how.

A walk goes through the running demo as one role does, by the helpers of the journeys, and takes the pictures that it promises
above itself, in that order. A page that cannot be reached any more ends the walk, and says which picture is missing.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.running import ROOT

FOLDER = ROOT / "docs" / "manual" / "pictures"
QUALITY = 62
PHONE, DESK_HEIGHT = 390, 900
SETTLES_MS = 150


@dataclass
class Walk:
    """One way through the portal, and the names of its pictures."""

    go: Callable
    pictures: tuple[str, ...]


WALKS: list[Walk] = []


def pictures(*names: str):
    """Above a walk: what it takes."""

    def kept(go):
        WALKS.append(Walk(go, names))
        return go

    return kept


@dataclass
class Camera:
    """Opens pages for people (`visit`, of the journeys), and takes pictures of what stands there."""

    visit: Callable[..., Page]
    folder: Path = FOLDER
    taken: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, *, height: int = DESK_HEIGHT) -> None:
        """What a screen of that height shows of the page, from its top; a phone has its own."""
        width = page.viewport_size["width"]
        if width > PHONE:
            page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(0, 0)
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        page.wait_for_timeout(SETTLES_MS)
        session = page.context.new_cdp_session(page)
        # Chromium writes WebP by itself; Playwright only asks it for other formats.
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        session.detach()
        (self.folder / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))
        self.taken.append(name)

    def walk(self, walk: Walk) -> None:
        """Raises AssertionError when it did not take what it promised; whatever cannot be reached raises by itself."""
        before = len(self.taken)
        walk.go(self)
        assert tuple(self.taken[before:]) == walk.pictures, (walk.go.__name__, self.taken[before:])
