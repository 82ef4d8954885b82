"""What deploy/ holds beside what is started for real: containers as they are written, the upgrade, the bill of materials."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from refunds_portal.production import sbom
from tests.house.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("portal-*.service"))


def test_the_compose_file_is_the_portal_with_the_commands_of_its_units():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(told["services"]) == {"database", "migrate", "web", "uploads", "worker", "proxy"}
    for name, service in told["services"].items():
        assert set(service.get("depends_on", [])) <= set(told["services"]), name
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            there = source in told["volumes"] or source == "./tls" or (DEPLOY / source).exists()
            assert there, mount
    for name in ("uploads", "worker"):
        command = " ".join(told["services"][name]["command"]).replace("0.0.0.0", "127.0.0.1")
        assert command in (DEPLOY / f"portal-{name}.service").read_text()
    migrate = (DEPLOY / "portal-migrate.service").read_text()
    for command in re.findall(r"manage\.py [\w -]+\w", told["services"]["migrate"]["command"][2]):
        assert command in migrate
    assert (ROOT / "deploy" / told["services"]["web"]["build"]["context"]).resolve() == ROOT


def test_the_image_starts_the_web_as_its_unit_does_and_takes_no_secret_with_it():
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    known = {"FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "EXPOSE", "CMD"}
    assert {word for word, _rest in steps} == known
    order = [word for word, _rest in steps]
    assert order[0] == "FROM"
    assert order.index("USER") < order.index("CMD")
    command = json.loads(steps[-1][1])
    unit = (DEPLOY / "portal-web.service").read_text()
    started = re.search(r"^ExecStart=\S+/granian (.*)$", unit, re.MULTILINE)[1]
    assert " ".join(command[1:]).replace("0.0.0.0", "127.0.0.1") == started
    assert any("--require-hashes" in rest for word, rest in steps if word == "RUN")
    assert {".git", ".data", "*.env"} <= set((ROOT / ".dockerignore").read_text().split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_has_its_sections_and_its_programs_are_there(unit):
    text = unit.read_text()
    assert re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)[:2] == ["Unit", "Service"]
    for program in re.findall(r"^Exec\w+=/srv/portal/\.venv/bin/(\S+)", text, re.MULTILINE):
        assert program in ("python", "granian")
    for module in re.findall(r"python -m ([\w.]+)", text):
        assert (ROOT / module.replace(".", "/")).exists()
    assert "NoNewPrivileges=true" in text


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd's own reading of the units needs systemd-analyze"
)
def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path):
    """Programs in their places stand for those of /srv/portal, which is not here."""
    for program in ("python", "granian"):
        shutil.copy("/bin/true", tmp_path / program)
    for unit in (*UNITS, *DEPLOY.glob("portal-*.timer")):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/srv/portal/.venv/bin", str(tmp_path)))
    units = sorted(tmp_path.glob("portal-*"))
    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (said.returncode, [line for line in said.stderr.splitlines() if "portal-" in line]) == (0, [])


@pytest.fixture
def home(tmp_path):
    """Where deploy/upgrade is rehearsed: whatever it starts writes its name down, and does nothing."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "deploy").mkdir()
    for name in ("systemctl", ".venv/bin/pip", "deploy/manage"):
        file = tmp_path / name
        file.write_text(f"""#!/bin/sh\necho "{file.name} $*" >> {tmp_path}/done\n[ "$*" != "$FAILS" ]\n""")
        file.chmod(0o755)
    shutil.copy(DEPLOY / "upgrade", tmp_path / "deploy" / "upgrade")
    return tmp_path


def upgraded(home, fails=""):
    env = {"PATH": "/usr/bin:/bin", "PORTAL_HOME": str(home), "SYSTEMCTL": str(home / "systemctl"), "FAILS": fails}
    done = subprocess.run(
        [home / "deploy" / "upgrade"], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, [line for line in (home / "done").read_text().splitlines() if "pip" not in line]


def test_one_command_upgrades_in_the_order_in_which_nothing_is_lost(home):
    code, steps = upgraded(home)
    assert code == 0
    assert steps == [
        "systemctl start portal-backup",
        "manage check_production --environment",
        "systemctl stop portal-web portal-uploads portal-worker",
        "systemctl start portal-migrate",
        "systemctl start portal-web portal-uploads portal-worker",
        "manage check_production",
    ]


@pytest.mark.parametrize("fails", ["start portal-backup", "check_production --environment"])
def test_what_fails_before_the_stop_leaves_the_old_version_running(home, fails):
    code, steps = upgraded(home, fails)
    assert code != 0
    assert "systemctl stop portal-web portal-uploads portal-worker" not in steps


def test_the_bill_of_materials_has_every_locked_package_with_its_files_and_a_licence():
    packages = list(sbom.locked())
    lock = (ROOT / "requirements.txt").read_text()
    assert len(packages) == len(re.findall(r"^\S+==", lock, re.MULTILINE)) > 40
    assert sum(len(one.hashes) for one in packages) == lock.count("--hash=sha256:")
    assert [one.name for one in packages if not one.licence()] == []
    bill = json.loads(json.dumps(sbom.bill(packages)))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = {one["bom-ref"] for one in bill["components"]}
    assert refs == set(bill["dependencies"][0]["dependsOn"])
    # Whoever changes the lock runs `make sbom`.
    assert (ROOT / "docs" / "licences.md").read_text() == sbom.licences(packages)
