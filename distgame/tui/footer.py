"""The footer: the keys of a screen in their order, as many as fit; help and the palette are never cut."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.events import Resize
from textual.screen import ActiveBinding
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from distgame.tui.commands import HELP, PALETTE


class CommandFooter(Footer):
    """Textual's footer, but a key that does not fit whole is left out, and `?` stays at the right end.

    Neighbours of one group with the same text share it: "← → Level".
    """

    DEFAULT_CSS = """
    CommandFooter {
        padding: 0 0 0 1;
        FooterKey { margin: 0 1 0 0; }
        FooterKey .footer-key--key, FooterKey .footer-key--description { padding: 0; }
        FooterKey .footer-key--description { padding: 0 0 0 1; }
        #always { dock: right; width: auto; padding: 0 1; background: $footer-background; }
        #always FooterKey { margin: 0 0 0 1; }
    }
    """

    def compose(self) -> ComposeResult:
        if not self._bindings_ready:
            return
        active: dict[str, ActiveBinding] = {}
        for each in self.screen.active_bindings.values():
            if each.binding.show and each.binding.action not in active:
                active[each.binding.action] = each
        always = [active.pop(action) for action in (HELP.action,) if action in active]
        always_keys = [self._key(each, each.binding.description) for each in always]
        palette = self.screen.active_bindings.get(self.app.COMMAND_PALETTE_BINDING)
        if palette is not None and not self.screen.is_modal:
            always_keys.append(self._key(palette, PALETTE.footer))
        room = self.size.width - sum(_width(key) + 1 for key in always_keys) - 2
        for _, grouped in groupby(active.values(), lambda each: each.binding.group or each.binding.action):
            members = list(grouped)
            for each, following in zip(members, [*members[1:], None], strict=True):
                same = following is not None and following.binding.description == each.binding.description
                key = self._key(each, "" if same else each.binding.description)
                room -= _width(key)
                if room < 0:
                    break
                room -= 1
                yield key
            if room < 0:
                break
        with HorizontalGroup(id="always"):
            yield from always_keys

    def on_resize(self, event: Resize) -> None:
        """Another width has room for other keys."""
        self.call_after_refresh(self.recompose)

    def _key(self, active: ActiveBinding, description: str) -> FooterKey:
        binding = active.binding
        return FooterKey(
            binding.key,
            self.app.get_key_display(binding),
            description,
            binding.action,
            disabled=not active.enabled,
            tooltip=active.tooltip,
        )


def _width(key: FooterKey) -> int:
    return cell_len(key.key_display) + (1 + cell_len(key.description) if key.description else 0)
