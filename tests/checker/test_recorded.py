"""Histories recorded elsewhere get the verdict that is known of them."""

import json
from pathlib import Path

import pytest

from distgame.checker import as_told, check
from distgame.checker.files import load
from distgame.checker.jsonl import dump, parse
from distgame.checker.verify import explanation_refutes, order_explains

FOLDER = Path(__file__).parents[3] / "shared" / "histories"
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8")) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not INDEX, reason="the recorded histories are not part of the repository")


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_the_recorded_verdict(entry):
    history, warnings = load(FOLDER / entry["file"])
    assert len(history) == entry["operations"]
    assert len(warnings) <= 1
    said = {"failed_cas": entry["failed_cas"], "null_read": entry["null_read"]}
    initial = entry["initial"]
    verdict = check(history, "linearizable", initial, **said)
    assert verdict.status == ("holds" if entry["linearizable"] else "violated")
    meant = as_told(history, **said)
    if verdict:
        assert order_explains(meant, verdict.order, initial)
    else:
        assert explanation_refutes(meant, verdict.explanation.operations, initial=initial)
    again, _ = parse(dump(history), "again")
    assert check(again, "linearizable", initial, **said) == verdict
