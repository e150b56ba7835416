"""Watches the files of the player's program and tells when what they say has changed.

The folders are watched, not the files: many editors write a new file and rename it over the old one.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from distgame.game.play.files import FileError, reason
from distgame.game.running.program import read_sources

# A save is told when nothing has come for one such step: the player waits for it, and an editor that pauses for longer
# while it writes is told of again. Smaller steps cost too much of a processor while nothing is saved.
STEP_MS = 3
# Where the changes never pause, they are told so often.
DEBOUNCE_MS = 100
LOOK_MS = 500


class Watcher:
    """Calls `on_change()` after each save that changes the program, in a thread of its own.

    The program is the player's file and the modules of its folder that it imports. `on_failure(message)` is called
    at most once, when watching cannot begin or cannot go on. Nothing is called after `stop` has returned.
    """

    def __init__(self, path: Path, on_change: Callable[[], None], on_failure: Callable[[str], None]) -> None:
        self._path = Path(os.path.abspath(os.path.expanduser(path)))
        self._on_change = on_change
        self._on_failure = on_failure
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="distgame-watcher", daemon=True)
        self._known = ""

    def start(self) -> None:
        """Begins to watch. Read the program after this, not before, and no save goes unseen."""
        self._known = _look(self._path).digest
        try:
            self._thread.start()
        except RuntimeError as error:
            self._fail(str(error))

    def stop(self) -> None:
        """Ends watching, within a few hundredths of a second. May be called twice, and from a callback."""
        self._stopped.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=1.0)

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                self._watch_the_folders_of_now()
        except ImportError:
            self._fail("watchfiles is not installed")
        except FileError as error:
            self._fail(str(error))
        except OSError as error:
            self._fail(reason(error))
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}")

    def _watch_the_folders_of_now(self) -> None:
        """Returns when other folders are to be watched, or none any more."""
        folders = _look(self._path).folders
        for quiet in self._events([folder for folder, _ in folders]):
            if self._stopped.is_set():
                return
            look = _look(self._path)
            if quiet and not self._path.parent.is_dir():
                raise FileError(f"the folder {self._path.parent} is gone")
            # Many editors empty or remove the file before they write it: that is a save only if it stays so.
            if look.digest != self._known and (look.readable or quiet):
                self._known = look.digest
                self._on_change()
            if look.folders != folders:
                return

    def _events(self, folders: list[Path]) -> Iterator[bool]:
        """False when something in the folders has changed, and True now and then while nothing does.

        A look at quiet times finds saves on file systems that tell of none, such as folders shared over a network.
        """
        from watchfiles import watch

        changes = watch(
            *folders,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=self._stopped,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,
        )
        return (not change for change in changes)

    def _fail(self, message: str) -> None:
        if not self._stopped.is_set():
            self._stopped.set()
            with suppress(Exception):
                self._on_failure(f"saves of {self._path.name} are not seen any more: {message}")


@dataclass(frozen=True, slots=True)
class _Look:
    """What a program says (or why it cannot be read), and the folders of its files, each with its inode."""

    digest: str
    readable: bool
    folders: tuple[tuple[Path, int], ...]


def _look(path: Path) -> _Look:
    files = [path]
    try:
        sources = read_sources(path)
        files += sources
        said = "\0".join(f"{source.module}\0{source.text}" for source in sources.values())
        readable = True
    except FileError as error:
        said, readable = str(error), False
    folders = {file.parent for file in files} | {file.resolve().parent for file in files}
    present = sorted((folder, folder.stat().st_ino) for folder in folders if folder.is_dir())
    return _Look(hashlib.sha256(said.encode()).hexdigest(), readable, tuple(present))
