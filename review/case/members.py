"""The people of a batch on its case page, as far as the case's scheme declares any (O-06)."""

from urllib.parse import urlencode

from accounts import seeking
from foundation.numbers import fold_number
from foundation.paging import page_of
from refunds.people import LEFT_OUT, Batch, Share
from review.find import lookups
from review.models import LookUpKind

PAGE_SIZE = 50
SEARCH = ("name", "number", "only")


def of(refund) -> Batch | None:
    """Those of a batch; None for a single person's application."""
    return refund.people if refund.people.many else None


def address(people: Batch, search: dict, *, by) -> str:
    """A search as the query of a URL. A whole 证件号码 never stands in it; one by number is kept. Raises UsedUp."""
    kept = {name: search.get(name, "").strip() for name in SEARCH}
    kept["number"] = kept["number"] and _looked_for(people, fold_number(kept["number"]), by)
    return _query(kept)


def _looked_for(people: Batch, number: str, by) -> str:
    kind = LookUpKind.MEMBER_END if seeking.is_end(number) else LookUpKind.MEMBER
    sought = people.addressable(number)
    lines = people.find(name="", number=sought, only="").values_list("pk", flat=True)
    lookups.search(kind, number, by=by, look=lambda: list(lines))
    return sought


def searched(query) -> dict:
    """The search that an address holds."""
    return {name: query.get(name, "").strip() for name in SEARCH}


def shown(request, people: Batch) -> dict:
    """The context of the region: totals, the search, one page of the list, and how many the search matches in all."""
    search = searched(request.GET)
    found = people.find(**search)
    page = page_of(request, [found], size=PAGE_SIZE, keys=("id",))
    totals = people.totals()
    narrowed = any(search.values())
    return {
        "totals": totals,
        "search": search,
        "said": seeking.said,
        "narrowed": narrowed,
        "matching": people.matching(found) if narrowed and page.rows else None,
        "shares": [(share, f"{request.path}?{_query({**search, 'only': share.code})}") for share in _shares(totals)],
        "tags": [(words, f"{request.path}?{_query(rest)}") for words, rest in _tags(search)],
        "page": page,
        "members": people.describe(page.rows),
        "query": request.GET.urlencode(),
    }


def _shares(totals):
    """What the list can be narrowed to, with the people in each. Empty results of a decision say nothing."""
    yield Share("", "全部", totals.people)
    yield Share("marked", "有标记", totals.marked)
    yield from totals.marks
    yield Share("left_out", LEFT_OUT, totals.left_out)
    yield from (share for share in totals.answers if share.people)


def _tags(search):
    """(words, the search without it) of each part of the search in use."""
    number = search["number"]
    shown = (
        "完整号码"
        if seeking.is_whole(number)
        else "已失效，请重新输入"
        if seeking.is_stale(number)
        else seeking.said(number)
    )
    words = {"name": search["name"], "number": shown}
    labels = {"name": "姓名", "number": "证件号码"}
    return [(f"{labels[name]}：{said}", {**search, name: ""}) for name, said in words.items() if said]


def _query(search) -> str:
    return urlencode({name: value for name, value in search.items() if value})
