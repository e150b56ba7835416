"""Writes the tables of fields in docs/levels.md anew, from the dataclasses that read level files.

python scripts/level_docs.py
"""

from __future__ import annotations

from pathlib import Path

from distgame.game.campaign.level_format import field_tables

PAGE = Path(__file__).parents[1] / "docs" / "levels.md"
BEGIN, END = "<!-- fields: written by scripts/level_docs.py -->\n", "<!-- end of fields -->"


def main() -> None:
    """Puts the tables between the page's marks."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{field_tables()}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
