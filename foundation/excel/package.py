"""An .xlsx or .xlsm found as Excel finds it, by its relationships, and packed anew where our reader looks for its parts."""

import io
import posixpath
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from foundation.excel.archive import packed, part_name
from foundation.excel.sheets import CORRUPT, NOT_EXCEL, SAVE_AS, TO_TEMPLATE, Unreadable, refuse

WORD = "这是 Word 文档，不是 Excel 工作簿。" + TO_TEMPLATE
BINARY = "这是二进制格式的 Excel 工作簿（.xlsb）。" + SAVE_AS
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
# Where each kind of part is put, by the last word of its relationship's type.
PLACES = {
    "worksheet": "worksheets/sheet{}.xml",
    "chartsheet": "chartsheets/sheet{}.xml",
    "dialogsheet": "dialogsheets/sheet{}.xml",
    "xlmacrosheet": "macrosheets/sheet{}.xml",
    "sharedstrings": "sharedStrings.xml",
    "styles": "styles.xml",
}
SHEETS = {kind for kind, place in PLACES.items() if "{}" in place}
ROOT = "_rels/.rels"
RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
HERE = RELATIONSHIPS.format(
    '<Relationship Id="rId1" Target="xl/workbook.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
).encode()


@dataclass
class Package:
    """The parts of a workbook. `sheets` has (name, content or None where it is no table) as the workbook counts them."""

    book: io.BytesIO
    sheets: list[tuple[str, bytes | None]]
    texts: bytes


@dataclass
class _Relation:
    id: str
    type: str
    part: str

    @property
    def kind(self) -> str:
        return self.type.rpartition("/")[2].lower()


def opened(parts: dict[str, bytes]) -> Package:
    """The workbook in these parts. Raises Unreadable."""
    workbook = _workbook(parts)
    if not workbook:
        raise Unreadable(_what_else(parts))
    relations = [relation for relation in _relations(parts, workbook) if relation.part in parts]
    if len([relation for relation in relations if relation.kind == "sharedstrings"]) > 1:
        raise Unreadable(CORRUPT)
    by_id = {relation.id: relation for relation in relations if relation.kind in PLACES}
    named = _sheets(parts[workbook])
    if not relations or len(by_id) != len([r for r in relations if r.kind in PLACES]):
        raise Unreadable(CORRUPT)
    if any(id_ not in by_id or by_id[id_].kind not in SHEETS for _name, id_ in named):
        raise Unreadable(CORRUPT)
    kept, lines = {ROOT: HERE, WORKBOOK: parts[workbook]}, []
    for number, relation in enumerate(by_id.values(), start=1):
        place = PLACES[relation.kind].format(number)
        kept["xl/" + place] = parts[relation.part]
        lines.append(f'<Relationship Id={quoteattr(relation.id)} Type={quoteattr(relation.type)} Target="{place}"/>')
    kept[RELATIONS] = RELATIONSHIPS.format("".join(lines)).encode()
    return Package(
        packed(kept),
        [(name, parts[by_id[id_].part] if by_id[id_].kind == "worksheet" else None) for name, id_ in named],
        kept.get("xl/sharedStrings.xml", b""),
    )


def _workbook(parts: dict[str, bytes]) -> str:
    """The name of the part that everything hangs on."""
    found = [relation.part for relation in _relations(parts, "") if relation.kind == "officedocument"]
    return next((part for part in [*found, WORKBOOK] if part in parts and not part.startswith("word/")), "")


def _what_else(parts: dict[str, bytes]) -> str:
    if "word/document.xml" in parts:
        return WORD
    return BINARY if "xl/_rels/workbook.bin.rels" in parts else NOT_EXCEL


def _relations(parts: dict[str, bytes], of: str) -> list[_Relation]:
    folder, _, name = of.rpartition("/")
    found = []
    for tag, attributes in _tags(parts.get(posixpath.join(folder, "_rels", name + ".rels"), b"")):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            part = part_name(target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target)))
            found.append(_Relation(attributes.get("Id", ""), attributes.get("Type", ""), part))
    return found


def _sheets(workbook: bytes) -> list[tuple[str, str]]:
    """(name, relationship) of each sheet, in the order of the tabs."""
    return [
        (attributes.get("name", ""), next((v for key, v in attributes.items() if key.endswith(":id")), ""))
        for tag, attributes in _tags(workbook)
        if tag == "sheet"
    ]


def _tags(part: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element's local name, with its attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    if not part:
        return found
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable(CORRUPT) from None
    return found
