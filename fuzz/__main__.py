"""
Fuzz a target: `python -m fuzz loads -max_total_time=1200`.

The options are those of libFuzzer. `.fuzz/` keeps the corpus of each target, from which the next run continues, and
each input that failed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from fuzz import TARGETS
from fuzz.seeding import SEEDS

_HERE: Final = Path(__file__).parent
_KEPT: Final = Path(".fuzz")


def main(name: str, options: list[str]) -> None:
    """
    Fuzz until an input fails or the time is over.

    Args:
        name: The name of the target.
        options: Options of libFuzzer.
    """
    atheris: Any = import_module("atheris")  # atheris is not typed
    corpus = _KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["twenty_opportunity", "jsonschema", "fuzz"]):
        target = import_module(f"fuzz.{name}").target
        import_module("twenty_opportunity.validation.explain")  # otherwise imported late, without instrumentation
    kept = [f"-artifact_prefix={corpus}-", f"-dict={_HERE / 'words.dict'}"]
    atheris.Setup([sys.argv[0], *kept, *options, str(corpus), str(SEEDS / name)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in TARGETS:
        main(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(f"usage: python -m fuzz {'|'.join(TARGETS)} [OPTION OF LIBFUZZER ...]")
