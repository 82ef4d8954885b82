"""The statements of SQL in the source, with a hole for what is only known when they run, and the columns they write."""

import ast
import re
from collections.abc import Iterable, Iterator

# A table or a column; and what stands where an f-string, or `format`, puts one in.
_HOLE = r"\{[^{}]*\}"
_WORD = rf"(?:\"?[\w.]+\"?|{_HOLE})"
_TABLE = re.compile(rf"\b(?:INTO|UPDATE|COPY)\s+(?:ONLY\s+)?(?!SET\b)({_WORD})", re.IGNORECASE)
# Lists of columns: of INSERT (in MERGE without its table) and COPY, or none where all are meant.
_LISTS = (
    re.compile(rf"\bINSERT\s+INTO\s+{_WORD}(?:\s+AS\s+\w+)?\s*\(([^()]*)\)", re.IGNORECASE),
    re.compile(r"\bINSERT\s*\(([^()]*)\)", re.IGNORECASE),
    re.compile(rf"\bCOPY\s+{_WORD}\s*(?:\(([^()]*)\)|({_HOLE}))\s*FROM\b", re.IGNORECASE),
)
_ALL = re.compile(
    rf"\bINSERT\s+INTO\s+{_WORD}\s+(?:SELECT|VALUES|TABLE|OVERRIDING|WITH|DEFAULT)\b|\bCOPY\s+{_WORD}\s+FROM\b",
    re.IGNORECASE,
)
_SET = re.compile(r"\bSET\b(.*)", re.IGNORECASE | re.DOTALL)
_TARGETS = re.compile(rf"(?:^|,)\s*(?:\(([^()]*)\)|({_WORD}))\s*=")


def statements(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of every string, put together where it is written in parts."""
    for child in ast.iter_child_nodes(tree):
        text = _text(child)
        if text is None:
            yield from statements(child)
        else:
            yield child.lineno, text
            yield from (found for hole in _holes(child) for found in statements(hole))


def _text(node) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = (_text(node.left), _text(node.right))
        return None if parts == (None, None) else "".join("{}" if part is None else part for part in parts)
    return None


def _holes(node) -> Iterator[ast.AST]:
    """What is put into a string, to be looked at by itself."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.FormattedValue))
    elif isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            yield from [ast.Expr(side)] if _text(side) is None else _holes(side)


def writes(text: str, columns: Iterable[str], tables: Iterable[str]) -> bool:
    """Whether a statement writes one of these columns, or may: all columns, or some that are not written down, of a table.

    `tables` have such columns; a table that is not written down could be one of them.
    """
    table = _TABLE.search(text)
    into = table[1].strip('"') if table else "{}"
    may = _is_hole(into) or into.split(".")[-1].strip('"') in set(tables)
    written = list(_columns(text))
    return any(column in set(columns) or (may and _is_hole(column)) for column in written) or (
        may and bool(_ALL.search(text))
    )


def _columns(text: str) -> Iterator[str]:
    lists = [found for pattern in _LISTS for groups in pattern.findall(text) for found in _groups(groups)]
    if assigned := _SET.search(text):
        lists += [found for groups in _TARGETS.findall(assigned[1]) for found in _groups(groups)]
        lists += re.findall(rf"^\s*({_HOLE})\s*(?:$|WHERE|,)", assigned[1])
    yield from (column.strip().strip('"').lower() for listed in lists for column in listed.split(","))


def _groups(groups) -> list[str]:
    return [groups] if isinstance(groups, str) else [group for group in groups if group]


def _is_hole(word: str) -> bool:
    return "{" in word
