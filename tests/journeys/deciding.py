"""An officer who passes clean cases one after the other with the keyboard; how many keys and seconds that took."""

import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

CASE = re.compile(r"/review/(Y[LB]\d{15})/$")
# A key that comes sooner after a decision is held for a slip (forms.js): nobody has read the next case so fast.
READS_MS = 850


@dataclass
class Officer:
    """At the queue, or at a case that is hers."""

    page: Page
    keys: int = 0
    passed: list[str] = field(default_factory=list)
    # From the key to the next case, without the time in which she reads.
    seconds: list[float] = field(default_factory=list)

    @property
    def case(self) -> str:
        found = CASE.search(self.page.url)
        return found[1] if found else ""

    def take(self) -> None:
        self.page.goto("/review/")
        self._press("n")
        self.page.wait_for_url(CASE)

    def read(self) -> None:
        expect(self.page.get_by_role("button", name="通过并看下一件", exact=True)).to_be_visible()
        self.page.wait_for_timeout(READS_MS)

    def press_pass(self) -> None:
        """通过, without waiting for what comes of it."""
        self.passed.append(self.case)
        self._pressed_at = time.perf_counter()
        self._press("a")

    def wait(self) -> None:
        """Until the next case, or the empty queue, stands there."""
        number = self.passed[-1]
        self.page.wait_for_url(lambda url: number not in url)
        expect(self.page.get_by_role("status").filter(has_text=f"{number} 审核通过")).to_be_visible()
        self.seconds.append(time.perf_counter() - self._pressed_at)

    def _press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)
