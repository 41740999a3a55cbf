"""`models --object` writes the typed classes of any object, which read, change and write its records."""

from __future__ import annotations

import gzip
import importlib.util
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from twenty_opportunity.cli import main
from twenty_opportunity.cli.models import module
from twenty_opportunity.profiles import STANDARD
from twenty_opportunity.records import Company, Create, Page, Record
from twenty_opportunity.records.base import attributes_of
from twenty_opportunity.schemas.workspace import MetadataError, standard_objects
from twenty_opportunity.testing.fixtures import fixtures
from twenty_opportunity.values.object_names import capitalized

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

LONG: Final = "anObjectWithAVeryLongNameThatFillsLines"
ROOM: Final[dict[str, Any]] = {
    "nameSingular": "dealRoom",
    "namePlural": "dealRooms",
    "fields": [
        {"name": "id", "type": "UUID", "isNullable": False},
        {"name": "createdAt", "type": "DATE_TIME", "isNullable": False},
        {"name": "updatedAt", "type": "DATE_TIME", "isNullable": False},
        {"name": "name", "type": "TEXT"},
        {"name": "stage", "type": "SELECT", "options": [{"value": "OPEN"}, {"value": "DONE"}]},
        {"name": "position", "type": "POSITION", "isNullable": False},
        {"name": "extra", "type": "RAW_JSON"},
        {"name": "updatedBy", "type": "ACTOR"},
        {"name": "from", "type": "TEXT", "writability": "SYSTEM"},
        {"name": "opportunity", "type": "RELATION", "settings": {"joinColumnName": "opportunityId"}},
    ],
}
OTHERS: Final = [ROOM, {**ROOM, "nameSingular": LONG, "namePlural": f"{LONG}s"}]
COMPANY: Final = next(each for each in standard_objects() if each["nameSingular"] == "company")
CUSTOM: Final = {
    **COMPANY,
    "fields": [*COMPANY["fields"], {"name": "tier", "type": "SELECT", "options": [{"value": "A"}]}],
}
METADATA: Final = [
    *(each for each in standard_objects() if each is not COMPANY and each["nameSingular"] != "company"),
    CUSTOM,
    *OTHERS,
]
NAMES: Final[list[Any]] = [each["nameSingular"] for each in METADATA]


def written(object_: str, folder: Path, **options: Any) -> ModuleType:
    """Write the module of an object, and import it."""
    path = folder / f"models_{object_.lower()}.py"
    path.write_text(module(METADATA, object_=object_, **options), "utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = found  # where attrs and pickle look for it
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize("name", ["dealRoom", LONG])
def test_a_custom_object(name: str, tmp_path: Path) -> None:
    """A page is read, a record changed, and the update written, all typed by the module."""
    found = written(name, tmp_path)
    record = getattr(found, name[0].upper() + name[1:])
    update = getattr(found, f"{record.__name__}Update")
    assert issubclass(record, Record)
    generic: Any = Page
    document = next(iter(fixtures(found.PROFILE, found.PROFILE.page, seed=3))).instance
    page = found.PROFILE.loads(json.dumps(document), generic[record])
    room = next(iter(page))
    assert isinstance(room, record)
    assert json.loads(found.PROFILE.dumps(page)) == document
    changed = attrs.evolve(room, stage=found.Stage.DONE, name="Room two")
    body = update.between(attrs.evolve(room, stage=found.Stage.OPEN, name=None), changed)
    assert isinstance(body, update)
    assert json.loads(found.PROFILE.dumps(body)) == {"stage": "DONE", "name": "Room two"}
    create = getattr(found, f"{record.__name__}Create")
    assert found.PROFILE.dumps(create(name="Room", position="last")) == b'{"name":"Room","position":"last"}'
    assert found.PROFILE.loads(b'{"extra":7}', getattr(found, f"Partial{record.__name__}")).extra_ == 7


def test_what_only_the_server_sets_is_read(tmp_path: Path) -> None:
    """A property that no body has is an attribute of the records, whatever its name."""
    found = written("dealRoom", tmp_path)
    room = found.PROFILE.loads(b'{"updatedBy":{"source":"API"},"from":"import"}', found.PartialDealRoom)
    assert (room.updated_by.source, room.from_, room.extra) == ("API", "import", {})
    for cl in (found.DealRoom, found.PartialDealRoom):
        assert {"updated_by", "from_"} <= attrs.fields_dict(cl).keys()
    for cl in (found.DealRoomCreate, found.DealRoomUpdate, Create.for_class(found.DealRoom)):
        assert not {"updated_by", "from_"} & attrs.fields_dict(cl).keys()


def test_a_standard_object(tmp_path: Path) -> None:
    """The classes are subclasses of those of this package, with the custom fields of the workspace."""
    found = written("company", tmp_path)
    assert issubclass(found.WorkspaceCompany, Company)
    assert found.PROFILE.dumps(found.WorkspaceCompanyCreate(tier=found.Tier.A)) == b'{"tier":"A"}'
    assert written("company", tmp_path, name="Client").Client.__name__ == "Client"


@pytest.mark.parametrize("name", [name for name in NAMES if name in STANDARD and name != "opportunity"])
def test_bodies_of_a_standard_object(name: str, tmp_path: Path) -> None:
    """A body has the attributes of the record under their names, also where this package does not have the body."""
    found = written(name, tmp_path)
    title = f"Workspace{capitalized(name)}"
    record, create, update = (getattr(found, f"{title}{form}") for form in ("", "Create", "Update"))
    assert attributes_of(create).keys() | attributes_of(update).keys() <= attributes_of(record).keys()
    document = next(iter(fixtures(found.PROFILE, found.PROFILE.record, seed=3))).instance
    before = found.PROFILE.structure(document, record)
    # The written value is another one of the same type, so that every attribute of the body is used.
    others = next(iter(fixtures(found.PROFILE, update, seed=7))).instance
    changes = found.PROFILE.structure(others, update)
    body = update.between(before, changes.apply(before))
    assert isinstance(body, update)
    assert json.loads(found.PROFILE.dumps(body)).items() <= others.items()
    assert json.loads(found.PROFILE.dumps(create(id=before.id, position="first"))) == {
        "id": str(before.id),
        "position": "first",
    }


@pytest.mark.parametrize("file", [None, "metadata.json"])
def test_open_options_of_an_object(tmp_path: Path, file: str | None) -> None:
    """With open options, a new option is read as a string, and refused in bodies; the module is formatted."""
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA), "utf-8")
    found = written("dealRoom", tmp_path, open_options=True, file=file)
    for option in ("DONE", "A_NEW_ONE"):
        text = json.dumps({"stage": option})
        assert found.PROFILE.loads(text, found.PartialDealRoom).stage == option
        assert found.PROFILE.is_valid(json.loads(text), found.DealRoomUpdate) is (option == "DONE")
    command = ["ruff", "format", "--isolated", "--no-cache", "--diff", "--line-length=88", str(found.__file__)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes the module of the object, which may read the metadata from its file."""
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(METADATA))
    output = tmp_path / "rooms.py"
    assert main(["models", str(metadata), "--object", "dealRoom", "--load", "-o", str(output)]) == 0
    assert "Workspace.from_metadata(json.loads(_METADATA.read_bytes()))" in output.read_text()
    assert main(["models", str(metadata), "--object", "room", "-o", str(output)]) == 2
    assert "unknown object 'room'; the workspace has" in capsys.readouterr().err


def test_metadata_without_objects() -> None:
    """The metadata of a workspace is needed, and not that of a field."""
    with pytest.raises(MetadataError, match="expected objects"):
        module([], object_="dealRoom")


@pytest.mark.slow
def test_type_checkers_and_formatters_accept_the_modules(tmp_path: Path) -> None:
    """Every module passes mypy in strict mode and is formatted as by ruff."""
    for name in NAMES:
        (tmp_path / f"m_{name.lower()}.py").write_text(module(METADATA, object_=name), "utf-8")
    paths = sorted(map(str, tmp_path.glob("*.py")))
    empty = tmp_path / "mypy.ini"
    empty.write_text("[mypy]\n", "utf-8")
    options = ("--strict", f"--config-file={empty}", f"--cache-dir={tmp_path / 'cache'}")
    for command in (["mypy", *options], ["ruff", "format", "--isolated", "--no-cache", "--diff", "--line-length=88"]):
        done = subprocess.run([sys.executable, "-m", *command, *paths], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--all", "--objects", "dealRoom"],
        ["--all", "--object", "dealRoom"],
        ["--objects", "dealRoom", "--object", "note"],
    ],
)
def test_objects_are_named_once(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No option is ignored in silence: two that name the objects are refused."""
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(METADATA))
    assert main(["models", str(metadata), *arguments]) == 2
    assert "give only one of --object, --objects and --all" in capsys.readouterr().err


def test_metadata_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file of --profile is not ignored in silence."""
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(METADATA))
    assert main(["models", str(metadata), "-p", "other.json"]) == 2
    assert "METADATA is given already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "metadata.json.gz"])
def test_a_module_loads_only_a_file_that_it_can_read(name: str, tmp_path: Path) -> None:
    """No module is written that cannot read its metadata again: a stream is empty then, and gzip is not JSON."""
    (tmp_path / "metadata.json.gz").write_bytes(gzip.compress(json.dumps(METADATA).encode()))
    command = [sys.executable, "-m", "twenty_opportunity", "models", name, "--object", "dealRoom", "--load"]
    done = subprocess.run(command, input=json.dumps(METADATA).encode(), cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"neither a stream nor compressed" in done.stderr


def test_a_compressed_file_is_not_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The module would find gzip where it reads JSON."""
    file = tmp_path / "metadata.json"
    file.write_bytes(gzip.compress(json.dumps(METADATA).encode()))
    assert main(["models", str(file), "--object", "dealRoom", "--load"]) == 2
    assert "compressed" in capsys.readouterr().err


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With --load, too, a file that does not exist is the error."""
    assert main(["models", "gone.json", "--load"]) == 2
    assert "gone.json: No such file or directory" in capsys.readouterr().err
