"""What a page of numbers is about: an office and those below it, a scheme, a time until today."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import Role, TaxOffice, User
from refunds import schemes
from refunds.tallies.counts import offices_of

WEEKS, MONTH, YEAR = "weeks", "month", "year"
# 最近 12 周, this one included.
MANY_WEEKS = 12
ONE_WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Scope:
    """The offices, by path; the scheme's code or an empty string; the first day and today. `whole`: with everything that is beneath
    the office; a reviewer has single offices, her own and those that she decides for."""

    whole: bool
    office: TaxOffice
    offices: tuple[TaxOffice, ...]
    scheme: str
    period: str
    start: date
    today: date
    words: str

    @property
    def mondays(self) -> list[date]:
        """The weeks of it, the first one first."""
        first = monday_of(self.start)
        return [first + n * ONE_WEEK for n in range((self.today - first).days // 7 + 1)]

    @property
    def codes(self) -> list[str]:
        return [office.code for office in self.offices]

    @property
    def places(self) -> list[TaxOffice]:
        """Those that are told apart from the office itself: each one directly below it with all that is under that, or each one."""
        others = [one for one in self.offices if one.code != self.office.code]
        return [one for one in others if not self.whole or one.parent_id == self.office.code]


class ScopeForm(forms.Form):
    """The filters. Nonsense in the address is said, and the usual page shown."""

    office = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "没有这个税务机关，或不在您的范围内。"}
    )
    scheme = forms.ChoiceField(required=False, error_messages={"invalid_choice": "没有这个险种，请从列表中选择。"})
    period = forms.ChoiceField(required=False, error_messages={"invalid_choice": "没有这个期间，请从列表中选择。"})

    def __init__(self, data, *, user: User):
        super().__init__(data)
        self.user, self.today = user, timezone.localdate()
        self.below, self.whole = list(offices_of(user).order_by("path")), user.role != Role.REVIEWER
        self.periods = [(WEEKS, f"最近 {MANY_WEEKS} 周"), (MONTH, "本月"), (YEAR, f"{self.today.year} 年")]
        self.schemes = [("", "全部险种"), *((one.code, one.label) for one in schemes.every())]
        fields: dict[str, Any] = self.fields
        fields["office"].choices = [(office.code, self._called(office)) for office in self.below]
        fields["scheme"].choices = self.schemes
        fields["period"].choices = self.periods

    def _called(self, office: TaxOffice) -> str:
        """Whoever looks below sees an office with those under it; a reviewer her own with those that she decides for."""
        if self.whole:
            under = any(other.parent_id == office.code for other in self.below)
            return f"{office.name}及下级" if under else office.name
        decides = office.code == self.user.office_id and len(self.below) > 1
        return f"{office.name}及由其审核的下级" if decides else office.name

    def _chosen(self, name: str, usual: str) -> str:
        return self.cleaned_data.get(name) or usual

    @cached_property
    def scope(self) -> Scope:
        """What was asked for, as far as it was understood."""
        self.full_clean()
        code, period = self._chosen("office", str(self.user.office_id)), self._chosen("period", WEEKS)
        office = next(office for office in self.below if office.code == code)
        scheme = self._chosen("scheme", "")
        starts = {
            WEEKS: monday_of(self.today) - (MANY_WEEKS - 1) * ONE_WEEK,
            MONTH: self.today.replace(day=1),
            YEAR: self.today.replace(month=1, day=1),
        }
        words = (self._called(office), dict(self.schemes)[scheme], dict(self.periods)[period])
        return Scope(
            whole=self.whole,
            office=office,
            offices=tuple(one for one in self.below if one.path.startswith(office.path)),
            scheme=scheme,
            period=period,
            start=starts[period],
            today=self.today,
            words=" · ".join(words),
        )

    @property
    def mistakes(self) -> list[str]:
        return [str(error) for errors in self.errors.values() for error in errors]


def may_see_colleagues(user: User) -> bool:
    """A reviewer sees her own work, whoever looks after her sees everybody's."""
    return user.role != Role.REVIEWER
