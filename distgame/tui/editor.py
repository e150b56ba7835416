"""The player's own editor on the player's file, in the place of the game until it is closed."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported


def editor_command() -> list[str]:
    """The player's editor as a command: $VISUAL, else $EDITOR, else vi. Raises ValueError where it is not there."""
    for variable in ("VISUAL", "EDITOR"):
        text = os.environ.get(variable, "").strip()
        if text:
            break
    else:
        variable, text = "", "vi"
    try:
        command = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"${variable} is no command ({error}): {text}") from None
    if shutil.which(command[0]) is None:
        origin = f"${variable} names {command[0]}, which is not on the PATH" if variable else "vi is not on the PATH"
        raise ValueError(f"no editor: {origin}. Set VISUAL or EDITOR, or edit the file in another window")
    return command


def edit(app: App[Any], path: Path) -> bool:
    """Opens the file in the player's editor and comes back when it is closed; False, with a notice, if it cannot."""
    import subprocess

    try:
        command = editor_command()
        with app.suspend():
            subprocess.run([*command, str(path)], check=False)
    except ValueError as error:
        app.notify(str(error), title="Editor", severity="warning")
    except SuspendNotSupported:
        app.notify("This terminal cannot be lent to an editor: edit the file elsewhere.", severity="warning")
    except OSError as error:
        app.notify(f"{command[0]} cannot be started: {error.strerror}", title="Editor", severity="warning")
    else:
        return True
    return False
