"""The player's file: a starter to begin with, and reading what the player wrote."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from distgame.game.play.files import FileError, reason

MAX_BYTES = 1 << 20

_STARTER = '''\
# {title}
#
# Clients read and write one register, a single number. You write its nodes: the game
# makes an object of the class below on every node, calls it when a message arrives, and
# sends what it returns back to whoever asked.
#
# A handler may be a generator that waits: it can ask other nodes, and go on when they
# have answered.
#
# What you can use:
#
#   self.storage                 a dict, this node's disk: what is in it survives a crash
#   self.id, self.other_nodes    this node's number, and the numbers of the others
#   self.majority                how many nodes are more than half, this one included
#   self.send_message(node, m)   sends the message m to a node, and returns a request
#   yield from request.wait()    waits for the answer to that request
#   yield from self.wait_for_responses(m, None, n)
#                                asks every other node, and waits for n answers
#
# A message of your own is a small dataclass; a method that is marked with
# @WebServer.endpoint(ThatMessage) answers it (WebServer comes from distgame as well).
# Late levels ask for more than reads and writes, and say how it is answered:
# process_cas_request, process_increment_request, process_snapshot_request.
# Save this file whenever you like: the game sees it, and runs it again.

from distgame import (
    ClientReadRequest,
    ClientReadResponse,
    ClientWriteRequest,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Register(Node):
    """One node of the register."""

    def process_read_request(self, request: ClientReadRequest):
        # A register that was never written holds None.
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request: ClientWriteRequest):
        # A client wants the register to hold request.value. This tells it that all is
        # well, and forgets the value. Put it where process_read_request looks for it.
        return ClientWriteResponse(ResponseType.Success)
'''


def starter(title: str = "Your register") -> str:
    """The text of a file to begin with: it loads and answers, but forgets what it is told to keep.

    `title` is its first line, such as a level's name.
    """
    return _STARTER.replace("{title}", " ".join(title.split()) or "Your register")


def write_new(path: Path, text: str, kind: str = "Python file", suffix: str = ".py") -> None:
    """Writes a new file, and never over an old one. Raises FileError."""
    path = Path(os.path.expanduser(path))
    if path.suffix != suffix:
        raise FileError(f"{path}: the name of a {kind} ends with {suffix}, such as {path.stem or 'register'}{suffix}")
    if os.path.isdir(path):
        raise FileError(f"{path} is a folder: name a file in it, such as {path / f'register{suffix}'}")
    if not os.path.isdir(path.parent):
        raise FileError(f"there is no folder {path.parent}: make it first, or name a file elsewhere")
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise FileError(f"{path} is already there and stays as it is: choose another name") from None
    except OSError as error:
        raise FileError(f"{path} cannot be written: {reason(error)}") from None
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FileError(f"{path} cannot be written: {reason(error)}") from None


def read_player_file(path: Path) -> bytes:
    """The bytes of a player's file, which are known to be text in UTF-8, and not blank. Raises FileError."""
    data = read_module(path)
    if not text_of(data).strip():
        raise FileError(f"{path} is empty: write a class derived from Node, or begin with a starter")
    return data


def read_module(path: Path) -> bytes:
    """The bytes of a Python file, which are known to be text in UTF-8 of at most MAX_BYTES. Raises FileError."""
    path = Path(os.path.expanduser(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FileError(f"{path} is a folder: name the Python file in it")
        if not stat.S_ISREG(mode):
            raise FileError(f"{path} is no ordinary file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise FileError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        text = reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"{path} cannot be read: {text}") from None
    if len(data) > MAX_BYTES:
        raise FileError(f"{path} is larger than {MAX_BYTES >> 20} MiB: a player's file is a few pages of Python")
    if b"\0" in data:
        raise FileError(f"{path} is not text (it holds null bytes): save it as Python text in UTF-8")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line}: not text in UTF-8: save the file with that encoding") from None
    return data


def text_of(data: bytes) -> str:
    """The text of a file that was read here, without byte order mark and with plain line ends."""
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def code_digest(file: Path | bytes) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal. Raises FileError where a path cannot be read."""
    return hashlib.sha256(file if isinstance(file, bytes) else read_player_file(file)).hexdigest()
