"""The footer: the keys of a screen in their order, as many as fit; help and the palette are never cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import ActiveBinding, Screen
from textual.widget import Widget

from distgame.tui.commands import HELP, PALETTE


@dataclass(frozen=True, slots=True)
class FooterKey:
    """A key, what it does in a word, and the column where it begins."""

    active: ActiveBinding
    key: str
    description: str
    x: int = 0

    @property
    def width(self) -> int:
        """Columns that it takes."""
        return cell_len(self.key) + (1 + cell_len(self.description) if self.description else 0)


class CommandFooter(Widget):
    """One line that draws the keys itself: a key that does not fit whole is left out, and `?` stays at the right end.

    Neighbours of one group with the same text share it: "← → Level".
    """

    ALLOW_SELECT = False
    DEFAULT_CSS: ClassVar[str] = """
    CommandFooter { dock: bottom; height: 1; color: $footer-foreground; background: $footer-background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._active: dict[str, ActiveBinding] = {}
        self._under_mouse: FooterKey | None = None
        self.keys: tuple[FooterKey, ...] = ()
        """What is shown."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._take)

    def _take(self, screen: Screen[object]) -> None:
        # In a terminal that has lost the focus no panel has it; the footer stays as it is.
        if screen.app.app_focus and self.is_attached:
            self._active = screen.active_bindings
            self._place()

    def on_resize(self) -> None:
        """Another width has room for other keys."""
        self._place()

    def _place(self) -> None:
        first: dict[str, ActiveBinding] = {}
        for each in self._active.values():
            if each.binding.show:
                first.setdefault(each.binding.action, each)
        always = [self._key(each, each.binding.description) for each in (first.pop(HELP.action, None),) if each]
        palette = self._active.get(self.app.COMMAND_PALETTE_BINDING)
        if palette is not None and not self.screen.is_modal:
            always.append(self._key(palette, PALETTE.footer))
        width = self.size.width
        end = width - sum(key.width + 1 for key in always)
        keys = (*_in_a_row(self._sharing(first), 1, end - 2), *_in_a_row(always, end, width))
        if keys != self.keys:
            self.keys, self._under_mouse = keys, None
            self.refresh()

    def _sharing(self, active: dict[str, ActiveBinding]) -> list[FooterKey]:
        keys = []
        for _, grouped in groupby(active.values(), lambda each: each.binding.group or each.binding.action):
            members = list(grouped)
            for each, following in zip(members, [*members[1:], None], strict=True):
                same = following is not None and following.binding.description == each.binding.description
                keys.append(self._key(each, "" if same else each.binding.description))
        return keys

    def _key(self, active: ActiveBinding, description: str) -> FooterKey:
        return FooterKey(active, self.app.get_key_display(active.binding), description)

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        column = 0
        for key in self.keys:
            under = " on $block-hover-background" if key is self._under_mouse else ""
            dim = "" if key.active.enabled else " dim"
            parts.append((" " * (key.x - column), ""))
            parts.append((key.key, f"bold $footer-key-foreground{dim}{under}"))
            if key.description:
                color = "$footer-key-foreground" if under else "$footer-description-foreground"
                parts.append((f" {key.description}", f"{color}{dim}{under}"))
            column = key.x + key.width
        return Content.assemble(*parts)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The key under the mouse stands out, and tells more of itself."""
        self._point_at(self._key_at(event.x))

    def on_leave(self) -> None:
        self._point_at(None)

    def _point_at(self, key: FooterKey | None) -> None:
        if key is not self._under_mouse:
            self._under_mouse = key
            self.tooltip = (key.active.tooltip or None) if key is not None else None
            self.styles.pointer = "default" if key is None else "pointer"
            self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click on a key is as good as the key."""
        key = self._key_at(event.x)
        if key is not None and key.active.enabled:
            self.app.simulate_key(key.active.binding.key)
        elif key is not None:
            self.app.bell()

    def _key_at(self, x: int) -> FooterKey | None:
        return next((key for key in self.keys if key.x <= x < key.x + key.width), None)


def _in_a_row(keys: list[FooterKey], x: int, end: int) -> list[FooterKey]:
    """The keys from a column on, one apart, up to the first for which there is no room before the column `end`."""
    placed = []
    for key in keys:
        if x + key.width > end:
            break
        placed.append(replace(key, x=x))
        x += key.width + 1
    return placed
