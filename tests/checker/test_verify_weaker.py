"""The verifier of the weaker models accepts true evidence and no other, and the tests see when it looks away."""

import inspect
import types

import pytest

from distgame.checker import verify_weaker

from .weaker_cases import history

ORDERS = [
    ("0.w1:0-1 0.w2:2-3", (0, 1), True),
    ("0.w1:0-1 0.w2:2-3", (1, 0), False),
    ("0.w1:0-1 1.w2:2-3", (1, 0), True),
    ("0.w1:0-1 1.r-:2-3", (1, 0), True),
    ("0.w1:0-1 1.r-:2-3", (0, 1), False),
    ("0.w1:0-1 1.r-:2-3", (0,), False),
    ("0.w1:0-1 1.r-:2-3", (1, 1, 0), False),
    ("0.w1:0-1 1.r-:2-3", (1, 0, 0), False),
    ("0.w1:0-? 1.r-:2-3", (1,), True),
    ("0.w1:0-? 1.r1:2-3", (1,), False),
    ("0.w1:0-? 2.r-:12-13", (1, 0), True),
    ("0.w1:0-1! 1.r1:2-3", (0, 1), False),
    ("0x.w1:0-1 1y.r-:2-3", (0, 1), True),
    ("0x.w1:0-1 1x.r1:2-3", (0, 1), True),
]

AGREED = [
    ("monotonic-reads", "0.w1:0-1 0.w2:2-3 1.r2:0-1 1.r1:2-3", (1, 0), True),
    ("monotonic-reads", "0.w1:0-1 0.w2:2-3 1.r2:0-1 1.r1:2-3", (0, 1), False),
    ("monotonic-reads", "0.w1:0-1 0.w2:2-3 1.r2:0-1 1.r1:2-3", (1,), False),
    ("monotonic-reads", "0.w1:0-1 1.r1:2-3 1.r-:4-5", (0,), False),
    ("monotonic-reads", "0.w1:0-1 1.r1:2-3 1.r1:4-5", (0,), True),
    ("monotonic-reads", "0.w1:0-1 1.r7:2-3", (0,), False),
    ("monotonic-reads", "0x.w1:0-1 9y.w2:0-1! 1x.r1:2-3 1y.r-:4-5", (0,), True),
    ("monotonic-writes", "0.w1:0-1 0.w2:2-3", (0, 1), True),
    ("monotonic-writes", "0.w1:0-1 0.w2:2-3", (1, 0), False),
    ("monotonic-writes", "0.w1:0-1 0.w2:2-?", (0,), True),
    ("monotonic-writes", "0x.w1:0-1 0y.w2:2-3", (1, 0), False),
    ("read-your-writes", "0.w1:0-1 1.w2:0-1 0.r2:2-3", (0, 1), True),
    ("read-your-writes", "0.w1:0-1 1.w2:0-1 0.r2:2-3", (1, 0), False),
    ("writes-follow-reads", "0.w1:0-1 1.r1:0-1 1.w2:2-3", (0, 2), True),
    ("writes-follow-reads", "0.w1:0-1 1.r1:0-1 1.w2:2-3", (2, 0), False),
    ("writes-follow-reads", "0.r1:0-1 0.w1:2-3", (1,), False),
    ("writes-follow-reads", "0.w1:0-1 1.r7:2-3", (0,), False),
    ("writes-follow-reads", "0x.w1:0-1 1x.r1:0-1 1y.w2:2-3", (2, 0), False),
]

REFUTED = [
    ("sequential", "0.w5:0-1 0.r-:2-3", (0, 1), True),
    ("sequential", "0.w5:0-1 1.r-:2-3", (0, 1), False),
    ("sequential", "0.w5:0-? 1.r-:0-1!", (0,), False),
    ("causal", "0.w1:0-1 0.w2:2-3 1.r2:0-1 1.r1:2-3", (0, 1, 2, 3), True),
    ("causal", "0.w1:0-1 1.w2:2-3 2.r2:0-1 2.r1:2-3", (0, 1, 2, 3), False),
    ("causal", "0.r2:0-1 0.w1:2-3 1.r1:0-1 1.w2:2-3", (0, 1, 2, 3), True),
    ("causal", "0.w1:0-1 1.r-:2-3", (0, 1), False),
    ("causal", "0.r1:0-1 0.w1:2-3", (0, 1), True),
    ("causal", "0x.w1:0-1 0y.w2:2-3 1y.r2:4-5 1x.r-:6-7", (0, 1, 2, 3), True),
    ("causal", "0x.w1:0-1 0y.w2:2-3 1y.r2:4-5 1y.r-:6-7", (0, 1, 2, 3), True),
    ("causal", "0x.w1:0-1 0y.w2:2-3 1x.r1:4-5 1y.r-:6-7", (0, 1, 2, 3), False),
    ("monotonic-reads", "0.w1:0-1 1.r1:2-3 1.r-:4-5", (0, 1, 2), True),
    ("monotonic-reads", "0.w1:0-1 1.r1:2-3 2.r-:4-5", (0, 1, 2), False),
    ("safe", "0.w1:0-1 1.r-:2-3", (0, 1), True),
    ("safe", "0.w1:0-1 1.r-:1-3", (0, 1), False),
    ("safe", "0.w1:0-1 2.w2:3-4 1.r-:2-3", (0, 2), False),
    ("safe", "0.w1:0-1 0.w2:2-3 1.r1:4-5", (0, 1, 2), True),
    ("safe", "0.w1:0-2 3.w2:2-3 1.r1:4-5", (0, 1, 2), False),
    ("safe", "1.r1:0-1 0.w1:2-3", (0, 1), True),
    ("eventual", "0.w1:0-1 1.r1:2-3 1.r-:4-5", (0, 1, 2), True),
    ("eventual", "0.w1:0-1 1.r1:2-3 1.r-:4-5", (1,), False),
    ("eventual", "0.w1:0-1 1.r-:0-1 1.r1:4-5", (1, 2), False),
    ("eventual", "0.w1:0-? 1.r-:11-12", (1,), False),
    ("eventual", "0.w1:0-? 1.r-:11-12 1.r1:13-14", (1, 2), True),
    ("eventual", "0x.w1:0-1 0y.w1:9-10 1x.r7:2-3", (2,), True),
]


def wrongly_judged(verifier):
    """The evidence that the verifier gets wrong."""
    wrong = []
    for text, order, expected in ORDERS:
        made = history(text)
        if verifier.session_order_explains(made, [made[n] for n in order]) is not expected:
            wrong.append((text, order))
    for model, text, order, expected in AGREED:
        made = history(text)
        if verifier.sessions_agree(made, [made[n] for n in order], model) is not expected:
            wrong.append((model, text, order))
    for model, text, shown, expected in REFUTED:
        made = history(text)
        if verifier.weaker_refuted(made, [made[n] for n in shown], model) is not expected:
            wrong.append((model, text, shown))
    return wrong


def test_the_evidence():
    assert wrongly_judged(verify_weaker) == []


@pytest.mark.mistake
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        if operation.completed < latest:\n", "        if False:\n"),
        ("elif operation.value != state.get(operation.key, initial):", "elif False:"),
        ("state[operation.key] = operation.value", "state[None] = operation.value"),
        ("return not Counter(order) - known and not any(", "return not any("),
        ("and not any(op.outcome is Outcome.OK for op in missing)", ""),
        ("own < least + (before == _READ and after == _WRITE)", "own < least"),
        ("own < least + (before == _READ and after == _WRITE)", "own <= least"),
        ("if own < 0 or (", "if ("),
        ("key = operation.key if after == _READ else None", "key = operation.key"),
        ("key = operation.key if after == _READ else None", "key = None"),
        ("newest[number] = max(least, own)", "pass"),
        ("session(earlier.process) == session(later.process) and", ""),
        ("if read in before[read]:", "if False:"),
        ("past.update(*(before[op] for op in past))", "pass"),
        ("any(_alone(history, read) and", "any("),
        ("op.invoked <= read.completed and", "op.invoked < read.completed and"),
        ("written.completed < op.invoked and op.completed", "op.completed"),
        ("return read.completed < written.invoked or bool(over)", "return bool(over)"),
        ("            return write.completed < read.invoked\n", "            return True\n"),
        ("        if len(values) > 1 or not values <= kept:", "        if not values <= kept:"),
        ("        if len(values) > 1 or not values <= kept:", "        if len(values) > 1:"),
        ("            kept.add(initial)\n", "            pass\n"),
        ("op.key == key and _took_part(op)", "_took_part(op)"),
    ],
)
def test_a_verifier_that_looks_away_is_found(old, new):
    source = inspect.getsource(verify_weaker)
    assert source.count(old) == 1
    changed = types.ModuleType("changed")
    exec(compile(source.replace(old, new), "changed", "exec"), changed.__dict__)
    assert wrongly_judged(changed)
