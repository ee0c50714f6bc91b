"""The tests of this folder pass on the bare install: no training framework, no network."""

from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def bars() -> Path:
    """A bundle that tells vertical bars apart; its probabilities can be worked out by hand."""
    return FIXTURES / "tiny_bundle"


@pytest.fixture
def three_bars() -> Path:
    """The same with three classes."""
    return FIXTURES / "three_classes"
