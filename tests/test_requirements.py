"""The requirements files list what pyproject.toml declares."""

import tomllib

import pytest

from tests import PROJECT

METADATA = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def read_requirements(name: str) -> set[str]:
    """Return the requirements of a file, without comments and references to other files."""
    lines = (PROJECT / name).read_text().splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-r "))}


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("requirements.txt", METADATA["dependencies"]),
        ("requirements-cluster.txt", METADATA["optional-dependencies"]["cluster"]),
        ("requirements-postgres.txt", METADATA["optional-dependencies"]["postgres"]),
        ("requirements-dev.txt", METADATA["optional-dependencies"]["dev"]),
    ],
)
def test_requirements_equal_the_declared_dependencies(name: str, declared: list[str]) -> None:
    """Each file and its list in pyproject.toml have the same entries."""
    assert read_requirements(name) == set(declared) - {"draw-a-digit[cluster,postgres]"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_name_no_host_or_local_path(name: str) -> None:
    """A lock file holds versions and hashes only, so that it works on every machine."""
    text = (PROJECT / name).read_text()
    assert "://" not in text
    assert "/tmp" not in text
    assert " @ " not in text
