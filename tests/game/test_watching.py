"""Saves of the player's program are seen, whatever the editor; everything else in its folder is not."""

import os
import shutil
import subprocess
import sys
import threading

import pytest

from distgame.game.play import watching
from distgame.game.play.watching import Watcher

FOR_EVER_MS = 600_000
PATIENCE = 20.0


class Watched:
    """A watcher of `path`, what it told, and when it looked."""

    def __init__(self, path, on_change=None):
        self.path = path
        self.changes = 0
        self.failures = []
        self.looks = 0
        self.news = threading.Condition()
        self._probes = 0
        self.watcher = Watcher(path, on_change or self.note_change, self.note_failure)

    def note(self, change):
        with self.news:
            change()
            self.news.notify_all()

    def note_change(self):
        self.note(lambda: setattr(self, "changes", self.changes + 1))

    def note_failure(self, message):
        self.note(lambda: self.failures.append(message))

    def note_look(self):
        self.note(lambda: setattr(self, "looks", self.looks + 1))

    def wait(self, condition, seconds=PATIENCE):
        with self.news:
            return self.news.wait_for(condition, seconds)

    def wait_for_changes(self, count):
        assert self.wait(lambda: self.changes >= count or self.failures), "no save was seen"
        assert (self.changes, self.failures) == (count, [])

    def wait_until_it_has_looked(self):
        """Returns when the watcher has looked at all that had been written before this call."""
        for _ in range(2):
            looks = self.looks
            for _ in range(100):
                self._probes += 1
                (self.path.parent / f"probe-{self._probes}.txt").touch()
                if self.wait(lambda seen=looks: self.looks > seen or self.failures, 0.2):
                    break


@pytest.fixture
def watch(monkeypatch):
    """Starts watchers that wait for events alone, unless told to look as well, and stops them at the end."""
    started = []
    look = watching._look

    def noted_look(path):
        found = look(path)
        for watched in started:
            watched.note_look()
        return found

    def start(path, look_ms=FOR_EVER_MS, on_change=None):
        monkeypatch.setattr(watching, "LOOK_MS", look_ms)
        watched = Watched(path, on_change)
        started.append(watched)
        watched.watcher.start()
        if path.parent.exists() and not watched.failures:
            watched.wait_until_it_has_looked()
        return watched

    monkeypatch.setattr(watching, "_look", noted_look)
    yield start
    for watched in started:
        watched.watcher.stop()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine" / "register.py"
    path.parent.mkdir()
    path.write_text("import helpers\n")
    (path.parent / "helpers.py").write_text("A = 0\n")
    return path


def write_in_place(path, text):
    path.write_text(text)


def write_and_rename(path, text):
    new = path.with_name(".register.py.new")
    new.write_text(text)
    os.replace(new, path)


def keep_a_backup(path, text):
    os.rename(path, path.with_name("register.py~"))
    path.write_text(text)


def delete_and_create(path, text):
    path.unlink()
    path.write_text(text)


@pytest.mark.parametrize("save", [write_in_place, write_and_rename, keep_a_backup, delete_and_create])
def test_every_save_is_told_once_whatever_way_the_editor_writes(watch, path, save):
    watched = watch(path)
    for number in range(1, 6):
        save(path, f"import helpers\nx = {number}\n")
        watched.wait_for_changes(number)
    watched.wait_until_it_has_looked()
    assert watched.changes == 5


def test_the_end_of_a_save_in_pieces_is_told(watch, path):
    seen = []
    watched = watch(path, on_change=lambda: watched.note(lambda: seen.append(path.read_text())))
    with path.open("w") as file:
        for line in range(300):
            file.write(f"x = {line}\n")
            file.flush()
    assert watched.wait(lambda: seen and seen[-1].endswith("x = 299\n"))


@pytest.mark.parametrize(
    "act",
    [
        lambda path: os.utime(path, (1, 1)),
        lambda path: path.write_text(path.read_text()),
        lambda path: path.chmod(0o600),
        lambda path: (path.parent / "notes.txt").write_text("x"),
        lambda path: (path.parent / "other.py").write_text("x = 1"),
        lambda path: (path.parent / "package").mkdir(),
        lambda path: write_and_rename(path, path.read_text()),
    ],
    ids=["touch", "same again", "mode", "text file", "other module", "folder", "same again, renamed"],
)
def test_what_does_not_change_the_program_is_not_told(watch, path, act):
    watched = watch(path)
    act(path)
    watched.wait_until_it_has_looked()
    assert watched.changes == 0
    path.write_text("x = 1")
    watched.wait_for_changes(1)


def test_a_module_of_the_program_counts_as_much_as_the_file(watch, path):
    watched = watch(path)
    (path.parent / "helpers.py").write_text("A = 1\n")
    watched.wait_for_changes(1)
    path.write_text("import helpers, later\n")
    watched.wait_for_changes(2)
    (path.parent / "later.py").write_text("A = 1\n")
    watched.wait_for_changes(3)
    (path.parent / "later.py").unlink()
    watched.wait_for_changes(4)


def test_a_package_of_the_program_is_watched_from_when_it_is_imported(watch, path):
    inner = path.parent / "parts" / "inner.py"
    inner.parent.mkdir()
    inner.write_text("A = 0\n")
    watched = watch(path)
    path.write_text("import parts.inner\n")
    watched.wait_for_changes(1)
    watched.wait_until_it_has_looked()
    inner.write_text("A = 1\n")
    watched.wait_for_changes(2)


def test_a_link_is_watched_where_it_leads(watch, path, tmp_path):
    real = tmp_path / "real" / "file.py"
    real.parent.mkdir()
    real.write_text("A = 0\n")
    path.unlink()
    path.symlink_to(real)
    watched = watch(path)
    real.write_text("A = 1\n")
    watched.wait_for_changes(1)


def test_a_folder_that_is_replaced_is_watched_again(watch, path, tmp_path):
    watched = watch(path)
    shutil.copytree(path.parent, tmp_path / "new")
    os.rename(path.parent, tmp_path / "old")
    os.rename(tmp_path / "new", path.parent)
    watched.wait_until_it_has_looked()
    path.write_text("x = 1")
    watched.wait_for_changes(1)


@pytest.mark.parametrize("between", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_a_file_that_is_emptied_or_gone_for_a_moment_is_no_save(watch, path, between):
    watched = watch(path)
    between(path)
    watched.wait_until_it_has_looked()
    assert watched.changes == 0
    path.write_text("x = 1\n")
    watched.wait_for_changes(1)


@pytest.mark.parametrize("act", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_a_file_that_stays_empty_or_gone_is_told(watch, path, act):
    watched = watch(path, look_ms=50)
    act(path)
    watched.wait_for_changes(1)


def test_saves_are_found_where_the_file_system_tells_of_none(watch, path, monkeypatch):
    import watchfiles

    def silent(*_, stop_event, **__):
        while not stop_event.wait(0.01):
            yield set()

    monkeypatch.setattr(watchfiles, "watch", silent)
    watched = watch(path)
    path.write_text("x = 1\n")
    watched.wait_for_changes(1)


def raises(error):
    def watch(*_, **__):
        raise error

    return watch


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "no space left on device"),
        (OSError("OS file watch limit reached. about [...]"), "OS file watch limit reached"),
        (PermissionError(13, "Permission denied"), "permission denied"),
        (RuntimeError("internal"), "RuntimeError: internal"),
    ],
)
def test_a_watch_that_cannot_begin_is_told_once(watch, path, monkeypatch, error, told):
    import watchfiles

    monkeypatch.setattr(watchfiles, "watch", raises(error))
    watched = watch(path)
    assert watched.wait(lambda: watched.failures)
    watched.watcher.stop()
    assert len(watched.failures) == 1
    assert watched.failures[0].startswith("saves of register.py are not seen any more: ")
    assert told.lower() in watched.failures[0].lower()


def test_without_watchfiles_the_game_is_told_so(watch, path, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    watched = watch(path)
    assert watched.wait(lambda: watched.failures)
    assert "watchfiles is not installed" in watched.failures[0]


def test_without_threads_the_game_is_told_so(watch, path, monkeypatch):
    monkeypatch.setattr(threading.Thread, "start", raises(RuntimeError("can't start new thread")))
    watched = watch(path)
    assert watched.failures == ["saves of register.py are not seen any more: can't start new thread"]


def test_a_folder_that_goes_away_is_told_once(watch, path):
    watched = watch(path, look_ms=50)
    shutil.rmtree(path.parent)
    assert watched.wait(lambda: watched.failures)
    assert "is gone" in watched.failures[0]
    watched.watcher.stop()
    assert (watched.changes, len(watched.failures)) == (0, 1)


def test_a_folder_that_never_was_is_told(watch, tmp_path):
    watched = watch(tmp_path / "none" / "register.py", look_ms=50)
    assert watched.wait(lambda: watched.failures)
    assert len(watched.failures) == 1


def test_a_mistake_in_the_callback_ends_in_a_message_not_in_the_thread(watch, path):
    watched = watch(path, on_change=raises(ValueError("oops")))
    path.write_text("x = 1\n")
    assert watched.wait(lambda: watched.failures)
    assert "ValueError: oops" in watched.failures[0]


def test_nothing_is_told_after_stop(watch, path):
    watched = watch(path)
    watched.watcher.stop()
    watched.watcher.stop()
    assert not watched.watcher._thread.is_alive()
    path.write_text("x = 1\n")
    shutil.rmtree(path.parent)
    assert (watched.changes, watched.failures) == (0, [])


def test_the_callback_may_stop_the_watcher(watch, path):
    watched = watch(path, on_change=lambda: (watched.watcher.stop(), watched.note_change()))
    path.write_text("x = 1\n")
    watched.wait_for_changes(1)
    watched.watcher.stop()
    assert not watched.watcher._thread.is_alive()


def test_a_watcher_that_was_never_started_can_be_stopped(path):
    Watcher(path, lambda: None, lambda message: None).stop()


def test_the_module_loads_without_watchfiles():
    code = "import sys; import distgame.game.play.watching; assert 'watchfiles' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
