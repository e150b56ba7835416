"""Histories recorded elsewhere get the verdict that is known of them."""

import json
from pathlib import Path

import pytest

from distgame.checker import HistoryError, check
from distgame.checker.files import load
from distgame.checker.jsonl import dump, parse
from distgame.checker.verify import explanation_refutes, order_explains

FOLDER = Path(__file__).parents[3] / "shared" / "histories"
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8")) if FOLDER.is_dir() else []
PLAIN = [entry for entry in INDEX if entry["unique_writes"]]

pytestmark = pytest.mark.skipif(not INDEX, reason="the recorded histories are not part of the repository")


@pytest.mark.parametrize("entry", PLAIN, ids=lambda entry: entry["file"])
def test_the_recorded_verdict(entry):
    history, warnings = load(FOLDER / entry["file"])
    assert warnings == ()
    assert len(history) == entry["operations"]
    verdict = check(history, initial=entry["initial"])
    assert bool(verdict) is entry["linearizable"]
    if verdict:
        assert order_explains(history, verdict.order, entry["initial"])
    else:
        assert explanation_refutes(history, verdict.explanation.operations, initial=entry["initial"])
    again, _ = parse(dump(history), "again")
    assert check(again, initial=entry["initial"]) == verdict


@pytest.mark.parametrize("entry", [entry for entry in INDEX if entry not in PLAIN], ids=lambda entry: entry["file"])
def test_what_needs_another_model_is_refused_with_its_line(entry):
    with pytest.raises(HistoryError, match=r"\.jsonl:\d+: "):
        check(FOLDER / entry["file"], initial=entry["initial"])
