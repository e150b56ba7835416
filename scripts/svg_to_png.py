"""Turns Textual screenshots (SVG) into PNG pictures with a headless Chromium.

    python scripts/svg_to_png.py shot.svg [more.svg ...]

Each picture is written beside its SVG.  The SVG names a web font; DejaVu Sans Mono, which has every character
the game uses, takes its place so that nothing is fetched.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FONT_FAMILY = re.compile(r"font-family:[^;]*;")
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def convert(svg: Path, png: Path) -> None:
    """Draws `svg` into `png`.

    Raises:
        SystemExit: with one clear line, if there is no browser or it fails.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"svg_to_png: needs one of {', '.join(BROWSERS)} on the PATH; none was found")
    text = svg.read_text(encoding="utf-8")
    box = _VIEW_BOX.search(text)
    if box is None:
        raise SystemExit(f"svg_to_png: {svg} has no viewBox, so it is not a Textual screenshot")
    width, height = (round(float(side)) for side in box.groups())
    text = _FONT_FAMILY.sub('font-family: "DejaVu Sans Mono", monospace;', _FONT_FACE.sub("", text))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><style>body{{margin:0}} svg{{width:{width}px;'
            f"height:{height}px;display:block}}</style>{text}",
            encoding="utf-8",
        )
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            f"--window-size={width},{height}",
            f"--screenshot={png.resolve()}",
            page.as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode or not png.exists():
        raise SystemExit(f"svg_to_png: {browser} could not draw {svg}:\n{done.stderr.strip()}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for name in sys.argv[1:]:
        convert(Path(name), Path(name).with_suffix(".png"))
