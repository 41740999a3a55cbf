"""`iter_violations`: all calls agree about any object, and a refused object has violations."""

from __future__ import annotations

from typing import Final

from fuzz.cases import CASES, documents
from fuzz.choices import Choices
from fuzz.values import edited
from twenty_opportunity import UnrepresentableError, ValidationError

_DOCUMENTS: Final = documents()
_LONGEST: Final = 2000  # characters of a violation


def target(data: bytes) -> None:
    """
    Validate a document with some changed values.

    Args:
        data: The case and the changes.
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
