"""`iter_violations`: any object gets the same verdict of all calls, and what is refused is refused with a reason."""

from __future__ import annotations

from typing import Final

from fuzz.cases import CASES, documents
from fuzz.choices import Choices
from fuzz.values import edited
from twenty_opportunity import UnrepresentableError, ValidationError

_DOCUMENTS: Final = documents()
_LONGEST: Final = 2000  # characters of a message and where it applies


def target(data: bytes) -> None:
    """
    Look for violations in a document with some values changed.

    Args:
        data: Which case, and what is changed.
    """
    choices = Choices(data)
    case = choices.byte() % len(CASES)
    profile, cl = CASES[case]
    instance = edited(choices, _DOCUMENTS[case])
    violations = [*profile.iter_violations(instance, cl)]
    assert profile.is_valid(instance, cl) is not bool(violations)
    assert all(len(str(violation)) < _LONGEST and violation.redacted() for violation in violations)
    try:
        record = profile.structure(instance, cl)
        profile.dumps(record)
    except UnrepresentableError:
        pass
    except ValidationError as error:
        assert violations or error.violations
