"""Where an application leads, as its scheme says: its own page, the list it came from, applying for the same money again."""

from refunds.schemes import Filed


class Links:
    """Mixin of an application."""

    def get_absolute_url(self: Filed) -> str:
        return self.scheme.page_url(self)

    @property
    def list_url(self: Filed) -> str:
        return self.scheme.list_url(self)

    @property
    def apply_again_url(self: Filed) -> str:
        return self.scheme.apply_again_url(self)
