"""A page as a PDF, set by Typst from a template and plain data.

The data reaches the template as JSON and is never read as markup, so nothing that somebody typed can do anything there.
Typst and its font are loaded with the first page: a portal whose wheel or font is broken still runs, without PDFs.
"""

import json
import struct
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from foundation import alarms
from foundation.alarms import Alarm
from foundation.paper.glyphs import Glyphs

# The package that brings Noto Sans CJK, and the face that has the forms of the Chinese mainland.
PACKAGE, FAMILY = "manimgx_fonts_cjk", "Noto Sans CJK SC"


class NotSet(Exception):
    """No PDF could be made; the alarm says why. Whoever asked can print the page instead."""


def pdf(template: Path, data: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of `template` (Typst), which finds `data` under `sys.inputs.data`. Raises NotSet.

    Characters that the font lacks become 〓, and `data["missing"]` names them, so that the template can say so on the paper.
    """
    try:
        import typst  # loaded with the first page, see above

        fonts, glyphs = _font()
        missing: set[str] = set()
        inputs = {"data": json.dumps(_printable(data, glyphs, missing) | {"missing": _named(missing)})}
        made = typst.Compiler(template, font_paths=fonts, sys_inputs=inputs).compile(
            format="pdf", pdf_standards="ua-1", timestamp=at.replace(microsecond=0)
        )
    # What a broken wheel, a missing font and a template that does not compile (TypstError is a RuntimeError) raise.
    except (ImportError, OSError, RuntimeError, ValueError, struct.error) as error:
        alarms.raise_(Alarm.PAPER_NOT_SET, template=template.name, error=type(error).__name__, said=str(error)[:200])
        raise NotSet from error
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@cache
def _font() -> tuple[Any, Glyphs]:
    """The font for Typst, and what it can draw. Once a process; whatever it raises is raised again the next time."""
    import typst  # see above

    spec = find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    face = next((font for font in fonts.fonts() if font.family == FAMILY), None)
    if face is None or face.path is None:
        raise OSError(f"{FAMILY} is not there")
    return fonts, Glyphs(Path(face.path), face.index)


def _printable(value: Any, glyphs: Glyphs, missing: set[str]) -> Any:
    """`value` with every text in it as the font can draw it; what it cannot is added to `missing`."""
    if isinstance(value, dict):
        return {key: _printable(one, glyphs, missing) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, glyphs, missing) for one in value]
    if isinstance(value, str):
        value, lacking = glyphs.printable(value)
        missing.update(lacking)
    return value


def _named(characters: Iterable[str]) -> list[str]:
    """As a person at a counter can look them up: U+2CB4E."""
    return [f"U+{ord(character):04X}" for character in sorted(characters)]
