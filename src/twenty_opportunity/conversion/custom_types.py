"""Types that users register with cattrs: the converter that has their hooks, and the codecs made from the hooks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs
import cattrs

from twenty_opportunity.conversion.fallback import refusals, shortened
from twenty_opportunity.conversion.python_types import Codec, MisfitError
from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.records.base import origin_of

_NOT_NULL: Final = {"type": ["string", "number", "boolean", "object", "array"]}
_INSTEAD: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((Mapping,), "use Mapping[str, Any], or "),
    ((bytes, bytearray, memoryview), "use str, or "),
    ((Iterable,), "use tuple[X, ...] or list[X], or "),
)


class HookedConverter(cattrs.Converter):
    """
    A cattrs converter that remembers which hooks users have registered.

    The hooks that every cattrs converter has are not used: they split text into lists and drop properties.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._registered: list[Callable[[Any], Any]] = []
        super().__init__(*arguments, **options)
        self._registered.clear()

    def register_structure_hook(self, cl: Any, func: Any = None) -> Any:
        """Register a hook for a class and its subclasses; see cattrs."""
        if func is None:  # used as a decorator: cl is the hook, and cattrs calls again with the class
            return super().register_structure_hook(cl)
        self._registered.append(lambda asked: asked is cl or (_are_classes(asked, cl) and issubclass(asked, cl)))
        return super().register_structure_hook(cl, func)

    def register_structure_hook_func(self, check_func: Any, func: Any) -> None:
        """Register a hook for the types that a predicate accepts; see cattrs."""
        self._registered.append(check_func)
        super().register_structure_hook_func(check_func, func)

    def register_structure_hook_factory(self, predicate: Any, factory: Any = None) -> Any:
        """Register a factory of hooks for the types that a predicate accepts; see cattrs."""
        self._registered.append(predicate)
        return super().register_structure_hook_factory(predicate, factory)

    def has_registered_hook(self, annotation: Any) -> bool:
        """Check whether a user has registered a hook for a type."""
        return any(is_for(annotation) for is_for in self._registered)


def _are_classes(*types: Any) -> bool:
    return all(isinstance(each, type) for each in types)


def custom(converter: HookedConverter, annotation: Any) -> Codec:
    """
    Build the codec of a type that only a registered hook knows.

    Args:
        converter: The converter.
        annotation: The type.

    Returns:
        The codec. A hook may take any value, so the codec takes all of them but null, which no hook is given.

    Raises:
        TypeError: No hook is registered for the type; the message says what to use.
    """
    cl = origin_of(annotation)
    name = getattr(cl, "__name__", repr(annotation))
    if not converter.has_registered_hook(annotation):
        shown = annotation.__name__ if isinstance(annotation, type) else repr(annotation).removeprefix("typing.")
        hook = "register a hook for it with the profile's converter"
        raise TypeError(f"{shown} does not survive a round trip through JSON; {_instead(cl)}{hook}")
    structure = converter.get_structure_hook(annotation)
    unstructure = converter.get_unstructure_hook(annotation)

    def read(value: Any) -> Any:
        try:
            return structure(value, annotation)
        except refusals() as error:
            reason = f"the hook for {name} refuses it: {shortened(error)}"
            raise UnrepresentableError("", reason) from error

    def write(value: Any) -> Any:
        try:
            return unstructure(value)
        except refusals() as error:
            raise MisfitError(f"the hook for {name} refuses it: {shortened(error)}") from error

    return Codec(
        name=name,
        takes=lambda value: value is not None,
        holds=lambda value: not isinstance(cl, type) or isinstance(value, cl),
        structure=read,
        unstructure=write,
        fragment=_NOT_NULL,
        reads=frozenset({"string", "number", "integer", "boolean", "object", "array"}),
    )


def _instead(cl: Any) -> str:
    if not isinstance(cl, type):
        return ""
    if attrs.has(cl) or dataclasses.is_dataclass(cl):
        return "make it a subclass of Record, or "
    return next((words for bases, words in _INSTEAD if issubclass(cl, bases)), "")
