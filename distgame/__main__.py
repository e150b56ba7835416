"""Where the program begins: ctrl-c ends it in silence from here on, also while the commands are being imported."""

from __future__ import annotations


def main() -> None:
    """The program. Raises SystemExit."""
    try:
        from distgame.cli import entry

        entry()
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # As shells report what ctrl-c has ended.


if __name__ == "__main__":
    main()
