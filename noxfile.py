"""Every check of the project, one session each: `nox --list` names them, `.ci/run` runs them all."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import nox
from packaging.requirements import Requirement

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = True

PROJECT = nox.project.load_toml("pyproject.toml")
ALL_TESTS = ("pytest", "-q", "-m", "")  # without the default selection, which leaves out the slow tests


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group: the pip of Python 3.11 cannot install a group."""
    return list(nox.project.dependency_groups(PROJECT, name))


def lowest_versions() -> str:
    """Return the lowest version of each dependency that pyproject.toml allows, as constraints for pip."""
    project = PROJECT["project"]
    lines = itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    requirements = [requirement for requirement in map(Requirement, lines) if requirement.name != project["name"]]
    return "".join(
        f"{requirement.name}{str(requirement.specifier).replace('>=', '==')}"
        f"{f'; {requirement.marker}' if requirement.marker else ''}\n"
        for requirement in requirements
    )


def install_lowest(session: nox.Session) -> None:
    """Install the package with the lowest versions that pyproject.toml allows."""
    constraints = Path(session.create_tmp(), "lowest.txt")
    constraints.write_text(lowest_versions(), "utf-8")
    session.install("-e", ".[test]", "--constraint", str(constraints))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, complexity, docstrings, the direction of imports, the workflows, and types with mypy and pyright."""
    session.install("-e", ".[test]", *group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-cache")
    session.run("pydoclint", "src")
    session.run("zizmor", "--offline", "--quiet", ".github")
    session.run("mypy", "--strict")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "twenty_opportunity", "--ignoreexternal")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation, with warnings as errors, and check the pages."""
    session.install("-e", ".[test]", *group("docs"))
    session.run("sphinx-build", "--quiet", "-W", "--keep-going", "docs", f"{session.create_tmp()}/html")
    session.run("pytest", "-q", "-n0", "tests/docs/test_built.py")


@nox.session
def packages(session: nox.Session) -> None:
    """Build the sdist and the wheel reproducibly, and check that the wheel works and has all that the tests import."""
    folder = Path(session.create_tmp(), "packages")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    session.install(*group("release"))
    session.run(".ci/build", str(folder / "dist"), external=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    shutil.copytree("tests/packaging", folder / "packaging")  # where only the installed package can be imported
    shutil.copytree("examples", folder / "examples")
    shutil.unpack_archive(sdist, folder, filter="data")
    tree = folder / sdist.name.removesuffix(".tar.gz")
    shutil.rmtree(tree / "src")  # the tests of the sdist must find everything else there

    python = folder / "env" / "bin" / "python"
    session.run("python", "-m", "venv", str(folder / "env"))
    session.run(str(python), "-m", "pip", "install", f"{wheel}[cli]", external=True)
    session.chdir(folder)
    session.run(str(python), "-I", "packaging/try_installed.py", "examples", external=True)
    session.run(str(python), "-m", "pip", "install", f"{wheel}[test]", external=True)
    session.chdir(tree)
    session.run(str(python), "-m", "pytest", "-q", "--collect-only", "-m", "", silent=True, external=True)


@nox.session
def plugin(session: nox.Session) -> None:
    """Run the pytest plugin with only pytest installed, and again with pytest-xdist and coverage."""
    session.install(".", "pytest")
    script = shutil.copy("tests/packaging/try_plugin.py", session.create_tmp())
    session.run("python", "-I", script)
    session.install("coverage", "pytest-xdist")
    session.run("python", "-I", script)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run all other tests with the lowest versions of the dependencies, and require full branch coverage."""
    install_lowest(session)
    session.run(*ALL_TESTS, "--ignore=tests/invariants", "--cov", env={"HYPOTHESIS_PROFILE": "quick"})


@nox.session
def invariants(session: nox.Session) -> None:
    """Test each invariant with at least 500 examples, and those of conversion also without generated code."""
    install_lowest(session)
    session.run(*ALL_TESTS, "tests/invariants", env={"HYPOTHESIS_PROFILE": "ci"})
    converting = ("lossless", "no_silent_invalid_records", "one_verdict", "only_documented_exceptions", "round_trip")
    tests = [f"tests/invariants/test_{name}.py" for name in (*converting, "updates")]
    session.run(*ALL_TESTS, "--plain", *tests, env={"HYPOTHESIS_PROFILE": "quick"})


@nox.session
def independence(session: nox.Session) -> None:
    """Compare our verdicts with those of ajv, which shares no code with us. Needs Node and npm."""
    session.install("-e", ".[strategies]", "pytest", "pytest-xdist")
    folder = Path(session.create_tmp())  # outside of the tree, where other sessions would find half of it
    for name in ("package.json", ".npmrc"):
        shutil.copy(f"tests/independence/{name}", folder)
    session.run("npm", "install", "--silent", "--prefix", str(folder), external=True)
    session.run(*ALL_TESTS, "-n0", "tests/independence", env={"AJV_FOLDER": str(folder)})


@nox.session
def readme(session: nox.Session) -> None:
    """Run the README's installation command, which validates the examples."""
    lines = Path("README.md").read_text("utf-8").splitlines()
    (command,) = (line for line in lines if line.startswith('pip install ".'))
    session.run("bash", "-c", command, external=True)
