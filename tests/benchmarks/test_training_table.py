"""The table of training times, by hand."""

import pytest

from training_table import seconds_to, summary, table


def run(seconds: list[float], validation: list[float], accuracy: float) -> dict:
    return {
        **{"seconds": seconds, "validation": validation, "accuracy": accuracy, "images": 1000, "limit": 3e6},
        **{"multiply_adds": 200, "precision": "float32", "machine": {"processor": "P", "cores": 2}, "versions": {}},
    }


def test_seconds_run_to_the_first_epoch_that_is_good_enough():
    assert seconds_to([3, 1, 1], [0.98, 0.991, 0.99], 0.99) == 4
    assert seconds_to([3, 1, 1], [0.98, 0.991, 0.99], 0.995) is None


def test_the_summary_and_its_table():
    runs = {
        "fast": [run([3, 1, 1], [0.98, 0.991, 0.9945], 0.994), run([3, 2, 2], [0.99, 0.991, 0.9945], 0.995)],
        "plain-keras": [run([20, 10, 10], [0.98, 0.985, 0.99], 0.99), run([30, 20, 30], [0.98, 0.99, 0.99], 0.99)],
    }
    found = summary(runs)
    fast = found["sides"]["fast"]
    assert fast["epoch"] == 1.5
    assert fast["total"] == 6
    assert fast["to"] == {"99.00%": 3.5, "99.24%": 6, "99.40%": 6}
    assert fast["accuracy"] == pytest.approx(0.9945)
    assert fast["of_limit"] == pytest.approx(3 * 200 * 1000 / 1.5 / 3e6)
    assert found["sides"]["plain-keras"]["to"]["99.24%"] is None
    assert found["ratio"] == 6 / 60
    rows = [line for line in table(found).splitlines() if line.startswith("| fast")]
    assert rows == ["| fast | 3 | 1.5 | 6.0 | 3.5 | 6.0 | 6.0 | 13% | 99.45% |"]
