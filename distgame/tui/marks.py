"""The small signs of the screens outside the diagram: Unicode, or ASCII for terminals that guess widths wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """One character set. Every verdict has a sign of its own, so that none depends on its colour."""

    star: str
    no_star: str
    passed: str
    failed: str
    not_run: str
    medal: str
    no_medal: str
    seal: str
    pointer: str
    bullet: str
    rule: str
    up: str
    down: str
    same: str
    limit: str
    reference: str

    def stars(self, count: int, of: int = 3) -> str:
        """Stars won, and those that are still to be won."""
        return self.star * count + self.no_star * (of - count)

    def verdict(self, ok: bool) -> str:
        """The sign of a check."""
        return self.passed if ok else self.failed


UNICODE = Marks(
    star="★",
    no_star="☆",
    passed="✓",
    failed="✗",
    not_run="·",
    medal="●",
    no_medal="○",
    seal="◈",
    pointer="▸",
    bullet="•",
    rule="─",
    up="▲",
    down="▼",
    same="=",
    limit="│",
    reference="◆",
)

ASCII = Marks(
    star="*",
    no_star="-",
    passed="v",
    failed="x",
    not_run=".",
    medal="#",
    no_medal="o",
    seal="@",
    pointer=">",
    bullet="-",
    rule="-",
    up="^",
    down="v",
    same="=",
    limit="|",
    reference="+",
)
