"""JSON Pointers (RFC 6901)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    node: Any = instance
    for token in text.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        key: str | int = int(name) if isinstance(node, list) else name
        try:
            node = cast("Any", node)[key]
        except (LookupError, TypeError):
            node = None
        found.append(key)
    return tuple(found)


def resolve(reference: str, root: Any) -> tuple[list[str], Any]:
    """
    Follow a reference within a document, such as a `$ref` of JSON Schema.

    Args:
        reference: `#` and a JSON Pointer, percent-encoded as in a URI.
        root: The document.

    Returns:
        The tokens that lead to the target, and the target.

    Raises:
        LookupError: The reference leads to another document or to nothing.
    """
    if reference != "#" and not reference.startswith("#/"):
        raise LookupError(reference)
    if "%" in reference:
        from urllib.parse import unquote  # takes two milliseconds to import, and few references need it

        reference = unquote(reference)
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in reference.split("/")[1:]]
    return tokens, value_at(root, tokens)


def value_at(root: Any, tokens: Sequence[str | int]) -> Any:
    """
    Return the value that the tokens of a JSON Pointer lead to.

    Args:
        root: The document.
        tokens: Property names and indices.

    Returns:
        The value.

    Raises:
        LookupError: They lead to nothing.
    """
    for token in tokens:
        if not isinstance(root, dict | list) or (isinstance(root, list) and not str(token).isdecimal()):
            raise LookupError(token)
        step: Any = int(token) if isinstance(root, list) else token
        root = cast("Any", root)[step]
    return root
