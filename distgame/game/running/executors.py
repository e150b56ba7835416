"""Where many runs are made: processes of this machine or a Dask cluster, each a `concurrent.futures.Executor`.

On a cluster, too, the player's code runs in a process of its own beside each worker, behind the same walls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from typing import Any

from distgame.game.running.kept import drop_workers
from distgame.game.running.seeds import open_pool

CONNECT_SECONDS = 10


class ExecutorError(Exception):
    """There is no executor to be had; the message says why and what to do."""


@contextmanager
def executors(address: str | None = None) -> Iterator[Callable[[], Executor]]:
    """Gives a function that opens the executor when it is first needed: this machine's, or the cluster's at `address`.

    When the block ends by an exception, such as Ctrl-C, the work ends at once and no process is left.
    """
    opened: list[Executor] = []

    def executor() -> Executor:
        if not opened:
            opened.append(open_pool() if address is None else Cluster(address))
        return opened[0]

    try:
        yield executor
    except BaseException:
        if opened:
            stop(opened[0])
        raise
    if opened:
        opened[0].shutdown(cancel_futures=True)


def stop(executor: Executor) -> None:
    """Ends an executor at once, whatever its processes are doing."""
    executor.shutdown(wait=False, cancel_futures=True)
    if not isinstance(executor, Cluster):
        from multiprocessing import active_children

        processes = active_children()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def killed_a_worker(done: Future[Any]) -> bool:
    """Whether a cluster gave a call up because each worker that tried it ended.

    Raises ExecutorError where the cluster itself is gone.
    """
    try:
        error = done.exception()
    except CancelledError as cancelled:
        error = cancelled
    if error is None or type(error).__name__ == "KilledWorker":
        return error is not None
    raise ExecutorError(f"the cluster has not done its work: {error or type(error).__name__}")


class Cluster(Executor):
    """The workers of a Dask cluster, by the address of its scheduler. Raises ExecutorError."""

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise ExecutorError("a Dask cluster needs the extra: pip install 'distgame[dask]'") from None
        connect: Any = distributed.Client
        try:
            self._client: Any = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError) as error:
            reason = f"no answer in {CONNECT_SECONDS} s" if isinstance(error, OSError) else error
            raise ExecutorError(f"there is no Dask scheduler at {address}: {reason}") from None
        self._executor: Executor = self._client.get_executor(pure=False, retries=0)

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Has a worker of the cluster call it."""
        return self._executor.submit(call, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leaves the cluster, and ends the processes that its workers have started for us."""
        self._executor.shutdown(wait=wait)
        with suppress(Exception):
            self._client.run(drop_workers)
        self._client.close()
