"""What the portal is made of: `make sbom` writes a bill of materials (CycloneDX 1.6) and the list of licences from the lock.

The lock says which packages and with what hashes, the installed packages say under which licence. A package without a licence, or one
that is locked and not installed on any machine of this kind, is said and ends it with 1.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As packages write it, where they do not write the name that SPDX has for it.
SPDX = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# Only other machines need them, so that nothing is installed here that could be asked.
ELSEWHERE = {
    "colorama": "BSD-3-Clause",
    "async-timeout": "Apache-2.0",
    "backports-asyncio-runner": "PSF-2.0",
    "pywin32": "PSF-2.0",
}


@dataclass(frozen=True)
class Package:
    """One line of the lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"

    def licence(self) -> str:
        """By the name that SPDX has for it; empty when nobody says."""
        try:
            told = metadata.metadata(self.name)
        except metadata.PackageNotFoundError:
            return ELSEWHERE.get(self.name, "")
        if "License-Expression" in told:
            return told["License-Expression"]
        classes = [
            one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License ::")
        ]
        words = told["License"].strip() if "License" in told else ""
        named = words if words and "\n" not in words and len(words) < 40 else (classes or [""])[0]
        return SPDX.get(named, named)


def locked(lock: Path = ROOT / "requirements.txt") -> Iterator[Package]:
    """Every package of the lock, in its order."""
    for entry in re.split(r"\n(?=\S)", lock.read_text().strip()):
        first, *hashes = (line.strip(" \\") for line in entry.splitlines())
        wanted, _semicolon, marker = first.partition(" ; ")
        name, version = wanted.split("==")
        yield Package(
            name.partition("[")[0], version, marker, tuple(one.removeprefix("--hash=sha256:") for one in hashes)
        )


def bill(packages: list[Package]) -> dict[str, object]:
    """CycloneDX 1.6; the same lock always gives the same bill."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "refunds-portal", "bom-ref": "refunds-portal"}},
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": "refunds-portal", "dependsOn": [package.purl for package in packages]}],
    }


def _component(package: Package) -> dict[str, object]:
    files = [
        {"type": "distribution", "url": package.purl, "hashes": [{"alg": "SHA-256", "content": one}]}
        for one in package.hashes
    ]
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "licenses": [{"expression": package.licence()}],
        # One for each file that the lock allows.
        "externalReferences": files,
    }


def licences(packages: list[Package]) -> str:
    """docs/licences.md."""
    rows = [f"| {one.name} | {one.version} | {one.licence()} | {one.marker.replace('|', '/')} |" for one in packages]
    return "\n".join([HEAD, *rows, ""])


HEAD = """# Licences

What the portal runs with, from `requirements.txt`; `make sbom` writes this page and `.data/sbom.cdx.json` anew. Only the LGPL of psycopg
asks for something: that whoever gets the portal may put another psycopg in its place, which a Python environment always allows.

| Package | Version | Licence (SPDX) | Only where |
|---|---|---|---|"""


def main() -> None:
    """Write both, or say whose licence nobody knows."""
    packages = list(locked())
    if silent := [one.name for one in packages if not one.licence()]:
        sys.exit(f"没有许可证的包：{'、'.join(silent)}。查清楚再用。")
    target = ROOT / ".data" / "sbom.cdx.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(bill(packages), ensure_ascii=False, indent=1) + "\n")
    (ROOT / "docs" / "licences.md").write_text(licences(packages))
    sys.stdout.write(f"{len(packages)} 个包：{target}，docs/licences.md\n")


if __name__ == "__main__":
    main()
