"""Lists as clerks send them: workbooks, CSV files and pastes."""

import io
from datetime import date, timedelta

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from accounts.models import Person
from foundation.numbers import check_character
from pension.models import Payment
from tests.accounts.factories import PersonFactory
from tests.pension.factories import PaymentFactory

HEADER = ["姓名", "证件号码"]


def number_of(payment) -> str:
    return payment.person.id_number.reveal("in a test")


def members(collective) -> list[list[str]]:
    """[name, number] of everybody the payment was made for."""
    payments = collective.payments.select_related("person").order_by("pk")
    return [[payment.person.name, number_of(payment)] for payment in payments]


def nobody(n: int) -> str:
    """The n-th sound number that nobody has: its sequence is 001."""
    first_17 = f"420984{1940 + n // 336}{1 + n % 336 // 28:02d}{1 + n % 28:02d}001"
    return first_17 + check_character(first_17)


def xlsx(rows, header=HEADER) -> bytes:
    """A workbook whose strings are text and whose numbers are numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("名单")
        for number, row in enumerate([header, *rows] if header else rows):
            for place, value in enumerate(row):
                (page.write_string if isinstance(value, str) else page.write)(number, place, value)
    return buffer.getvalue()


def csv(rows, header=HEADER, encoding="utf-8") -> bytes:
    return "".join(",".join(map(str, row)) + "\r\n" for row in [header, *rows]).encode(encoding)


def read(response) -> list[list]:
    """The first sheet of a downloaded workbook."""
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def url(collective, what="upload/") -> str:
    return f"/pension/village/{collective.pk}/{what}"


def send(client, collective, data: bytes, name="名单.xlsx", follow=True):
    """Upload a file; the answer page."""
    return client.post(url(collective), {"file": SimpleUploadedFile(name, data)}, follow=follow)


def paste(client, collective, text: str, follow=True):
    return client.post(url(collective), {"paste": text}, follow=follow)


def bad_file(client, answer):
    """What 下载需修改的行 on the answer page gives."""
    return client.get(answer.request["PATH_INFO"] + "bad.xlsx")


def make_members(collective, count: int) -> list[Person]:
    """Many members at once; numbers of another county, so that they meet nobody else's."""
    first = [f"420921{date(1940, 1, 1) + timedelta(days=n):%Y%m%d}000" for n in range(count)]
    people = [
        PersonFactory.build(number=f + check_character(f), name=f"王{n}", phone=None) for n, f in enumerate(first)
    ]
    Person.objects.bulk_create(people)
    common = {"of_village": True, "collective": collective, "office": collective.organisation.office}
    Payment.objects.bulk_create(PaymentFactory.build(person=person, **common) for person in people)
    return people
