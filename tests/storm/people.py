"""Who applies, and who approves: an officer goes on until the portal has answered, however often it dies meanwhile."""

import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from random import Random

import httpx
from django.db import transaction

from accounts.models import User
from medical.models import MedicalRefund
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus
from tests.accounts.factories import PASSWORD, UserFactory
from tests.conftest import Cast, make_cast
from tests.medical import factories as medical
from tests.pension import factories as pension
from tests.village.batches import submit_batch, village_account

# What the agencies do by the last two digits of the account (mock_agencies/rules.py); never 06: that needs a hand.
ENDINGS = {"88": 80, "01": 5, "02": 5, "03": 3, "04": 4, "05": 3}
GOOD = pension.ACCOUNT[:-2] + "88"
REFUNDS_OF_ONE = 20
# Together they are above the limit: whichever is passed second needs a countersigner, the larger one in any case.
MEMBERS_OF_BATCHES = (30, 60)
SCHEMES = (PensionRefund, MedicalRefund)


@dataclass
class Province:
    """`numbers` wait for an officer."""

    cast: Cast
    numbers: list[str]
    villages: frozenset[str]  # together above the limit: a second officer is asked about each


def settle_province(approvals: int, rng: Random) -> Province:
    """So many applications of both schemes, 待审核, two of them of a village."""
    cast = make_cast()
    numbers = []
    while len(numbers) < approvals - len(MEMBERS_OF_BATCHES):
        with transaction.atomic():
            resident = UserFactory(resident=True, password=None)
            for _ in range(min(REFUNDS_OF_ONE, approvals - len(MEMBERS_OF_BATCHES) - len(numbers))):
                # Each person has accounts of her own, and little to get: what exceeds the limit together meets a second officer.
                ending = rng.choices(list(ENDINGS), ENDINGS.values())[0]
                account = f"{pension.ACCOUNT[:8]}{resident.pk:09d}{ending}"
                scheme, yuan = (medical, "medical_amount") if len(numbers) % 2 else (pension, "amount")
                refund = scheme.submitted(resident, office=cast.county, number=account, **{yuan: "100"})
                numbers.append(refund.number)
    villages = [_batch(cast, month, members) for month, members in enumerate(MEMBERS_OF_BATCHES, 1)]
    numbers += villages
    rng.shuffle(numbers)
    return Province(cast, numbers, frozenset(villages))


def _batch(cast: Cast, month: int, members: int) -> str:
    """Of a village; the agency returns every tenth member."""
    village = pension.CollectivePaymentFactory(organisation=cast.clerk.organisation, month=month)
    for n in range(members):
        number = f"{village.pk:06d}{n:02d}{'07' if n % 10 == 7 else '11'}"
        member = {"collective": village, "office": cast.county, "month": month, "personal_number": number}
        pension.PaymentFactory(of_village=True, **member)
    return submit_batch(village, cast.clerk).number


@dataclass
class Officer:
    """Signed in; approves what lies in `waiting`, at most one for each token of `pace`."""

    url: str
    user: User
    waiting: queue.Queue[str]
    pace: threading.Semaphore
    over: threading.Event
    tally: dict[str, int]
    answered: list[str]
    refers: Callable[[str], None]
    client: httpx.Client = field(init=False)

    def work(self) -> None:
        """Until there is nothing left. Everything the portal answers is noted."""
        self.client = httpx.Client(base_url=self.url, timeout=20, trust_env=False)
        self._sign_in()
        while not self.over.is_set():
            if not self.pace.acquire(timeout=0.2):
                continue
            try:
                number = self.waiting.get(timeout=0.2)
            except queue.Empty:
                self.pace.release()
                continue
            while not self._approve(number):
                time.sleep(0.2)

    def _approve(self, number: str) -> bool:
        """Whether the portal has answered. Asked again, it may say that this was decided: by her, unheard."""
        page = self._ask(lambda: self.client.get(f"/review/{number}/"))
        if page is None or page.status_code in (502, 503):
            return False
        answer = self._post(f"/review/{number}/approve/", {"csrfmiddlewaretoken": self.token} | _answers(page.text))
        if answer is None or answer.status_code in (502, 503) or "已领取这笔申请" in answer.text:
            return False
        self._note(f"approve {answer.status_code}")
        if answer.status_code == 422:  # a colleague decided what a warning speaks of: it is read anew
            return False
        assert answer.status_code in (302, 409), (number, answer.status_code, answer.text[:2000])
        self.answered.append(number)
        self.refers(number)
        return True

    def _sign_in(self) -> None:
        """Whoever is signed in, and could not hear it, is led from the sign-in to where she works."""
        while True:
            shown = self._ask(lambda: self.client.get("/accounts/login/?next=/review/", follow_redirects=True))
            if shown is not None and shown.status_code == 200:
                self.token = _token(shown)
                if shown.url.path == "/review/":
                    return
                said = {"account": self.user.username, "password": PASSWORD, "door": "tax", "next": ""}
                self._post("/accounts/login/", said | {"csrfmiddlewaretoken": self.token})
            time.sleep(0.2)

    def _post(self, path: str, fields: dict[str, str]) -> httpx.Response | None:
        return self._ask(lambda: self.client.post(path, data=fields))

    def _ask(self, ask) -> httpx.Response | None:
        """None when the connection was cut or refused: whatever was asked may have happened."""
        try:
            answer = ask()
        except httpx.HTTPError as error:
            self._note(f"no answer: {type(error).__name__}")
            return None
        if answer.status_code >= 500:
            self._note(f"answer {answer.status_code}")
            assert answer.status_code in (502, 503), answer.text[:2000]
        return answer

    def _note(self, what: str) -> None:
        self.tally[what] = self.tally.get(what, 0) + 1


def _token(page: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, page.text[:2000]
    return found[1]


def correct_accounts() -> int:
    """Residents and the clerk whose money came back give an account that takes it. How many did."""
    done = 0
    for model in SCHEMES:
        for refund in model.objects.filter(refund_status=RefundStatus.PAYMENT_FAILED, disputed=""):
            by = refund.submitted_by
            account = _account(refund, by)
            try:
                actions.correct_account(refund.number, by=by, account=account, mended=True)
                done += 1
            except errors.RefundError:
                continue  # it has moved on meanwhile
    return done


def _account(refund, user: User) -> dict:
    if isinstance(refund, MedicalRefund):
        return medical.account_of(user, GOOD)
    return village_account(refund.collective) if refund.is_batch else pension.account_of(user.person, GOOD)


def _answers(page: str) -> dict[str, str]:
    """What the checks ask, answered in words."""
    asked = re.findall(r'name="seen-([^"]+)" value="([^"]*)"', page)
    return {
        name: said
        for code, seen in asked
        for name, said in ((f"seen-{code}", unescape(seen)), (f"words-{code}", "已核实"))
    }
