"""On Dask, every record is counted once, even if workers die and restart."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk import Summary, chunks, iter_parts, summarize, validate_bag
from twenty_opportunity.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

dask_bag: Any = pytest.importorskip("dask.bag", reason="the extra dask is not installed")
distributed: Any = pytest.importorskip("distributed", reason="the extra dask is not installed")


DEADLINE = 30  # seconds


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {DEADLINE} s"
        pause.wait(0.02)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Start a scheduler and two workers, which are processes that restart when they die."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found


@pytest.fixture
def file(tmp_path: Path, line: bytes) -> Path:
    """Write a file in which one record in ten is invalid."""
    path = tmp_path / "a.jsonl"
    path.write_bytes((line * 9 + line.replace(b"PROPOSAL", b"LEAD")) * 40)
    return path


def holding_up(at: int, folder: str) -> Callable[[tuple[int, Any]], Any]:
    """Return a function that does not need this module, which workers cannot import."""

    def pass_on(numbered: tuple[int, Any]) -> Any:
        """Return a chunk; the first worker with a certain chunk writes its process id and waits to be killed."""
        import os
        import threading
        from pathlib import Path

        number, chunk = numbered
        held = Path(folder) / "held"
        if number == at and not held.exists():
            held.with_suffix(".new").write_text(str(os.getpid()))
            held.with_suffix(".new").rename(held)
            threading.Event().wait(60)
        return chunk

    return pass_on


def test_a_worker_is_killed(client: Any, file: Path, line: bytes, tmp_path: Path) -> None:
    """A worker is killed while it works; the summary is the same as that of one process."""
    pieces = [*chunks([file], size=len(line) * 10)]
    half = len(pieces) // 2
    bag = dask_bag.from_sequence(enumerate(pieces), npartitions=len(pieces))
    work = bag.map(holding_up(half, str(tmp_path)))
    future = client.compute(validate_bag(work))
    held = tmp_path / "held"
    wait_for(held.exists, "half of the work")
    os.kill(int(held.read_text()), signal.SIGKILL)
    assert future.result(timeout=DEADLINE) == summarize([file])


def test_a_bag_on_one_machine(file: Path, line: bytes) -> None:
    """The same bag works without a cluster."""
    bag = dask_bag.from_sequence(chunks([file], size=len(line) * 10), npartitions=3)
    assert validate_bag(bag).compute(scheduler="synchronous") == summarize([file])


@pytest.mark.parametrize("scheduler", ["cluster", "synchronous"])
def test_a_bag_of_texts(client: Any, line: bytes, scheduler: str) -> None:
    """Texts, str or bytes, are records."""
    bag = dask_bag.from_sequence([line, line.decode(), b"{", b'{"id": 7}'], npartitions=2)
    item = validate_bag(bag, PUBLISHED, as_="record")
    on_cluster = scheduler == "cluster"
    summary = client.compute(item).result(timeout=DEADLINE) if on_cluster else item.compute(scheduler=scheduler)
    assert (summary.valid, summary.invalid, summary.unreadable) == (2, 1, 1)


def test_a_file_read_as_texts(tmp_path: Path, line: bytes) -> None:
    """In a file that Dask cuts into lines, a byte order mark and blank lines are not records."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + line + b"\n \r\n" + line + b"\n")
    for texts in (dask_bag.read_text(str(file)), dask_bag.from_sequence(file.read_bytes().split(b"\n"))):
        summary = validate_bag(texts).compute(scheduler="synchronous")
        assert (summary.valid, summary.total) == (2, 2) == (summarize([file]).valid, summarize([file]).total)


def test_an_empty_bag(file: Path) -> None:
    """Empty partitions and an empty bag add nothing."""
    bag = dask_bag.from_sequence(chunks([file], size=2000), npartitions=3)
    for empty in (bag.map_partitions(lambda _: []), bag.filter(lambda _: False), dask_bag.from_sequence([])):
        assert validate_bag(empty).compute(scheduler="synchronous") == Summary()
        with_some = dask_bag.concat([empty, bag])
        assert validate_bag(with_some).compute(scheduler="synchronous") == summarize([file])


def test_a_lone_surrogate_is_unreadable(line: bytes) -> None:
    """A text with a lone surrogate is unreadable, with a reason."""
    bag = dask_bag.from_sequence(['"\ud800"', line.decode(), bytearray(line), "\udcff{}"])
    summary = validate_bag(bag).compute(scheduler="synchronous")
    assert (summary.valid, summary.invalid, summary.unreadable) == (2, 0, 2)
    assert all("not UTF-8" in problem.reason for problem in summary.problems)


def test_decoded_records_are_refused() -> None:
    """Decoded records are refused."""
    bag = dask_bag.from_sequence([{"id": 7}])
    with pytest.raises(TypeError, match="chunks or texts, not dict"):
        validate_bag(bag).compute(scheduler="synchronous")


def test_the_scheduler_is_an_executor(client: Any, file: Path, line: bytes) -> None:
    """The parts of a cluster come in the same order as those of one process."""
    executor = client.get_executor(pure=False)
    assert [*iter_parts([file], size=len(line) * 30, executor=executor)] == [*iter_parts([file], size=len(line) * 30)]


def test_dask_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Dask the error names the extra that installs it."""
    monkeypatch.setitem(sys.modules, "dask.bag", None)
    with pytest.raises(MissingExtraError, match=r"twenty-opportunity\[dask\]"):
        validate_bag(None)
