"""Breadcrumbs: the way down the menus to a page. The rooms name their pages by URL name; no address is written by hand."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Trail:
    """The pages above a page, from 首页 down. A room may write it where it is imported: addresses are asked for later."""

    steps: tuple[tuple[str, str, tuple[object, ...]], ...] = ()

    def to(self, label: str, name: str = "", *args: object) -> "Trail":
        """One step further down: its label, and the URL name and arguments of its page; without them it is only a word."""
        return Trail((*self.steps, (label, name, args)))

    def here(self, label: str) -> list[tuple[str, str | None]]:
        """The crumbs of the page `label` below all this, as `components/breadcrumb.jinja` shows them: (label, address)."""
        above = [(label, reverse(name, args=args) if name else None) for label, name, args in self.steps]
        return [*above, (label, None)]
