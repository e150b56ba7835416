"""Grades as a JUnit file, which every build server and many course systems can show: a suite a file, a case a level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree as Xml

from distgame.engine.wording import printable
from distgame.game.scores.grading import Grade


def junit(grades: Iterable[tuple[str, Grade]]) -> bytes:
    """The file's content for grades with the names of their files, in order."""
    root = Xml.Element("testsuites", name="distgame")
    for name, group in groupby(grades, key=lambda each: each[0]):
        _add_suite(root, name, [grade for _, grade in group])
    suites = list(root)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, 0)) for suite in suites)))
    Xml.indent(root)
    text: str = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add_suite(root: Xml.Element, name: str, grades: Sequence[Grade]) -> None:
    failures = sum(1 for grade in grades if grade.code == 1)
    errors = sum(1 for grade in grades if grade.code == 2)
    counts = {"tests": str(len(grades)), "failures": str(failures), "errors": str(errors), "skipped": "0"}
    suite = Xml.SubElement(root, "testsuite", {"name": printable(name), **counts})
    for grade in grades:
        case = Xml.SubElement(suite, "testcase", classname=printable(name), name=grade.level.id)
        problem = grade.problem
        if problem is not None:
            error = Xml.SubElement(case, "error", type=problem.kind, message=printable(problem.message))
            error.text = printable(str(problem))
        elif grade.code:
            reason = printable(grade.reason)
            failure = Xml.SubElement(case, "failure", type=grade.kind, message=reason)
            failure.text = reason
