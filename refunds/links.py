"""Where an application leads: its own page, the list it came from, and applying for the same money again."""

from django.urls import reverse


class Links:
    """Mixin of an application. A scheme that knows better places overrides."""

    def get_absolute_url(self) -> str:
        """Its page for the applicant."""
        return reverse("refunds:detail", args=[self.number])

    @property
    def list_url(self) -> str:
        """The list in which its payment stands."""
        return self.scheme.home_url

    @property
    def apply_again_url(self) -> str:
        """Where the applicant asks for the same money again, after it was returned."""
        return self.scheme.home_url
