"""JSON Pointers (RFC 6901)."""

from __future__ import annotations


def location(text: str, instance: object) -> tuple[str | int, ...]:
    """
    Split a pointer into the keys and indices that lead through an instance.

    Args:
        text: The pointer.
        instance: The instance that it points into. The pointer may lead to a property that is missing.

    Returns:
        Property names, and an int for each index of an array.
    """
    found: list[str | int] = []
    for token in text.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        key: str | int = int(name) if isinstance(instance, list) else name
        try:
            instance = instance[key]  # type: ignore[index]
        except (LookupError, TypeError):
            instance = None
        found.append(key)
    return tuple(found)
