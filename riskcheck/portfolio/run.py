"""Screens work items, one process or several. Every item's results are a part of their own, so that a run can go on.

A part is written beside its name and moved into place, whatever else happens; a run that finds parts of the same run
(same inputs, rules, day) leaves those items alone. Doing an item twice gives the same part.
"""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from riskcheck.portfolio.items import Aside, Item
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from riskcheck.model.program import Program

_FORM = "arrow"
"""How parts are stored. Parts of another form are another run's."""
_TRIES = 3
"""How often an item is tried when the process that held it dies."""


class Order(NamedTuple):
    """What a run does; everything that its results depend on, apart from the contents of the rules (``digest``)."""

    rules: str
    digest: str
    as_of: str
    include_proposed: bool = False
    packs: tuple[str, ...] = ()


class Part(NamedTuple):
    """The outcome of one item."""

    item: int
    companies: int
    aside: int


class LostWorkers(RuntimeError):
    """Worker processes died again and again over one item."""


class Worker:
    """One process's screen and reader, made once."""

    def __init__(self, order: Order, program: Program | None = None) -> None:
        from riskcheck.installed import load_installed
        from riskcheck.portfolio.items import ItemReader
        from riskcheck.portfolio.screen import Screen

        if program is None:
            program = load_installed(Path(order.rules) if order.rules else None).program
            if program.digest != order.digest:
                message = f"the rules of this process ({order.rules or 'built in'}) are not those of the run"
                raise RuntimeError(message)
        if order.packs:
            program = program.only(order.packs)
        self.screen = Screen(program, date.fromisoformat(order.as_of), include_proposed=order.include_proposed)
        self.reader = ItemReader(program, self.screen.planes.facts, self.screen.planes.links)

    def judge(self, item: Item) -> tuple[Any, list[Aside]]:
        """Return the results of an item (None where nothing of it can be read) and what was set aside."""
        import pyarrow as pa

        from riskcheck.evaluator.planes.batch import BrokenBatch

        try:
            tables, aside = self.reader.tables(item)
            found = self.screen.run(tables)
        except (BrokenBatch, pa.ArrowException, OSError) as error:
            told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            reason = (told.splitlines() or [type(error).__name__])[0]
            count = f"{item.companies} {'company' if item.companies == 1 else 'companies'}: " if item.companies else ""
            return None, [Aside(item.label, "", count + reason)]
        aside += [Aside(item.label, identity, reason) for identity, reason in found.aside]
        return _once(found.results, item, aside), aside


def _once(results: Any, item: Item, aside: list[Aside]) -> Any:
    """Return results with only the first of companies of one id."""
    import numpy as np
    import pyarrow as pa

    codes = results["id"].combine_chunks().dictionary_encode()
    codes = codes.chunk(0) if isinstance(codes, pa.ChunkedArray) else codes
    if len(codes.dictionary) == len(codes):
        return results
    kept = np.zeros(len(codes), bool)
    kept[np.unique(codes.indices.to_numpy(), return_index=True)[1]] = True
    for identity in results["id"].filter(pa.array(~kept)).to_pylist():
        aside.append(Aside(item.label, str(identity), "the id occurs twice; the first company of that id was judged"))
    return results.filter(pa.array(kept))


class Store:
    """The parts of a run, in a folder beside its results."""

    def __init__(self, folder: Path, items: Sequence[Item], order: Order) -> None:
        self.folder = folder
        self.items = items
        self.order = order
        self.mark = fingerprint(items, order)

    def open(self) -> set[int]:
        """Return the items that an earlier, interrupted run of the same kind has done; parts of another run are removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = self.folder / "run"
        if not head.is_file() or head.read_text("utf-8") != self.mark:
            for path in self.folder.iterdir():
                path.unlink()
            _replace(head, self.mark.encode())
        return {number for number in range(len(self.items)) if (self.folder / f"{number:08d}.json").is_file()}

    def table(self, number: int) -> Path:
        """Return the path of an item's results: an Arrow file, which is written and read many times faster than Parquet."""
        return self.folder / f"{number:08d}.arrow"

    def results(self, number: int) -> Any:
        """Return the results of an item that is done as an Arrow table; None where nothing of it could be read."""
        import pyarrow as pa

        path = self.table(number)
        return pa.ipc.open_file(path.read_bytes()).read_all() if path.is_file() else None

    def aside(self, number: int) -> list[Aside]:
        """Return what was set aside in an item that is done."""
        return [Aside(*entry) for entry in json.loads((self.folder / f"{number:08d}.json").read_text("utf-8"))["aside"]]

    def write(self, number: int, results: Any, aside: list[Aside]) -> Part:
        """Keep the outcome of an item. The note is written last: only with it the item counts as done."""
        import pyarrow as pa

        companies = 0
        if results is not None and results.num_rows:
            companies = results.num_rows
            temporary = self.folder / f".{number:08d}.{os.getpid()}"
            try:
                options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
                with temporary.open("wb") as file, pa.ipc.new_file(file, results.schema, options=options) as writer:
                    writer.write_table(results)
                temporary.replace(self.table(number))
            finally:
                temporary.unlink(missing_ok=True)
        _replace(self.folder / f"{number:08d}.json", json.dumps({"companies": companies, "aside": aside}, ensure_ascii=False).encode())
        return Part(number, companies, len(aside))

    def part(self, number: int) -> Part:
        """Return the outcome of an item that is done."""
        found = json.loads((self.folder / f"{number:08d}.json").read_text("utf-8"))
        return Part(number, found["companies"], len(found["aside"]))

    def remove(self) -> None:
        """Remove all parts, once their sum is written."""
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()


def fingerprint(items: Sequence[Item], order: Order) -> str:
    """Return a text that changes with the inputs (by name, size and time of change), the rules, the day or the engine."""
    from riskcheck import __version__

    digest = hashlib.sha256(f"{__version__} {_FORM} {order}".encode())
    for item in items:
        digest.update(repr(item).encode())
        folder = Path(item.path)
        sources = item.files or (sorted(str(path) for path in folder.glob("*.parquet")) if folder.is_dir() else (item.path,))
        for source in sources if item.start == 0 or item.files else ():
            info = Path(source).stat()
            digest.update(f"{source} {info.st_size} {info.st_mtime_ns}".encode())
    return digest.hexdigest()


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


# --- one process or several -----------------------------------------------------------------------------------------

_worker: Worker | None = None
_store: Store | None = None


def _start(order: Order, store: Store) -> None:
    global _worker, _store
    import gc
    import signal
    from threading import Thread

    Thread(target=_follow, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends us
    _worker, _store = Worker(order), store
    gc.freeze()  # the rules stay to the end: the collector need not look at them after every few thousand objects


def _follow() -> None:
    """End this process when its parent is gone: one that was killed outright can't tell its workers, and they would wait for ever."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(number: int) -> Part:
    assert _worker is not None  # noqa: S101 (set by _start)
    assert _store is not None  # noqa: S101
    return _store.write(number, *_worker.judge(_store.items[number]))


def screen_items(order: Order, store: Store, program: Program, *, workers: int, told: Callable[[Part], None]) -> None:
    """Do all items that are not done yet; ``told`` hears of every item, those of an earlier run first.

    Raises LostWorkers if an item kills its process three times, OSError if a part can't be written.
    """
    done = store.open()
    for number in sorted(done):
        told(store.part(number))
    left = [number for number in range(len(store.items)) if number not in done]
    if workers <= 1 or len(left) <= 1:
        worker = Worker(order, program)
        for number in left:
            told(store.write(number, *worker.judge(store.items[number])))
        return
    tries = dict.fromkeys(left, 0)
    while tries:
        try:
            _in_processes(order, store, tries, workers, told)
        except BrokenProcessPool as error:
            for number in list(tries):
                tries[number] += 1
            if min(tries.values()) >= _TRIES:
                message = f"worker processes died {_TRIES} times; {len(tries)} of {len(store.items)} row groups are left"
                raise LostWorkers(message) from error


def _in_processes(order: Order, store: Store, tries: dict[int, int], workers: int, told: Callable[[Part], None]) -> None:
    pool = ProcessPoolExecutor(min(workers, len(tries)), mp_context=get_context("spawn"), initializer=_start, initargs=(order, store))
    try:
        waiting = {pool.submit(_do, number): number for number in tries}
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                told(future.result())
                del tries[waiting.pop(future)]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 (no public way to end them early)
            if tries:
                process.terminate()
