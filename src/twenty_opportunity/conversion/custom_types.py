"""Types that only a hook of a program's own reads: the converter that has the hooks, and the codecs made of them."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs
import cattrs
from cattrs.errors import CattrsError

from twenty_opportunity.conversion.types import Codec, MisfitError
from twenty_opportunity.errors import UnrepresentableError, legible

# What hooks raise of values that they do not take; a lack of memory or of a module is none of that.
_REFUSALS: Final = (ArithmeticError, AttributeError, CattrsError, LookupError, TypeError, ValueError)
_LONGEST_REASON: Final = 150  # characters of what a hook says, whose words may quote the value
_NO_NULL: Final = {"type": ["string", "number", "boolean", "object", "array"]}
_INSTEAD: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((Mapping,), "use Mapping[str, Any], or "),
    ((bytes, bytearray, memoryview), "use str, or "),
    ((Iterable,), "use tuple[X, ...] or list[X], or "),
)


class HookedConverter(cattrs.Converter):
    """
    A cattrs converter that tells the hooks which were registered with it from those that every converter has.

    cattrs has hooks for hundreds of types. They make a list of the characters of a text, and drop members.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._registered: list[Callable[[Any], Any]] = []
        super().__init__(*arguments, **options)
        self._registered.clear()

    def register_structure_hook(self, cl: Any, func: Any = None) -> Any:
        """Register a hook for a class and its subclasses; see cattrs."""
        if func is None:  # cl is the hook, and cattrs comes back with the class that it returns
            return super().register_structure_hook(cl)
        self._registered.append(lambda asked: asked is cl or (_are_classes(asked, cl) and issubclass(asked, cl)))
        return super().register_structure_hook(cl, func)

    def register_structure_hook_func(self, check_func: Any, func: Any) -> None:
        """Register a hook for the types that a function says yes to; see cattrs."""
        self._registered.append(check_func)
        super().register_structure_hook_func(check_func, func)

    def register_structure_hook_factory(self, predicate: Any, factory: Any = None) -> Any:
        """Register what makes the hooks of the types that a function says yes to; see cattrs."""
        self._registered.append(predicate)
        return super().register_structure_hook_factory(predicate, factory)

    def has_hook_of_its_own(self, annotation: Any) -> bool:
        """Tell whether one of the registered hooks is for a type."""
        return any(is_for(annotation) for is_for in self._registered)


def _are_classes(*types: Any) -> bool:
    return all(isinstance(each, type) for each in types)


def foreign(converter: HookedConverter, annotation: Any) -> Codec:
    """
    Make the codec of a type that only a converter knows.

    Args:
        converter: The converter.
        annotation: The type.

    Returns:
        The codec. Nobody knows what a hook takes, so it takes all but null, which no hook is ever given.

    Raises:
        TypeError: No hook was registered for the type; says what to use.
    """
    cl = typing.get_origin(annotation) or annotation
    name = getattr(cl, "__name__", repr(annotation))
    if not converter.has_hook_of_its_own(annotation):
        hook = "register a hook for it with the profile's converter"
        raise TypeError(f"no JSON comes back from {_shown(annotation)} as it was; {_instead(cl)}{hook}")
    structure = converter.get_structure_hook(annotation)
    unstructure = converter.get_unstructure_hook(annotation)

    def read(value: Any) -> Any:
        try:
            return structure(value, annotation)
        except _REFUSALS as error:
            reason = f"the hook for {name} refuses it: {legible(str(error), _LONGEST_REASON)}"
            raise UnrepresentableError("", reason) from error

    def write(value: Any) -> Any:
        try:
            return unstructure(value)
        except _REFUSALS as error:
            raise MisfitError(f"the hook for {name} refuses it: {legible(str(error), _LONGEST_REASON)}") from error

    return Codec(
        name=name,
        takes=lambda value: value is not None,
        holds=lambda value: not isinstance(cl, type) or isinstance(value, cl),
        structure=read,
        unstructure=write,
        fragment=_NO_NULL,
        reads=frozenset({"string", "number", "integer", "boolean", "object", "array"}),
    )


def _shown(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else repr(annotation).removeprefix("typing.")


def _instead(cl: Any) -> str:
    if not isinstance(cl, type):
        return ""
    if attrs.has(cl) or dataclasses.is_dataclass(cl):
        return "make it a subclass of Record, or "
    return next((words for bases, words in _INSTEAD if issubclass(cl, bases)), "")
