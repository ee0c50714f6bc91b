"""Every test that the table of faults names exists, under that name, where its link leads."""

import ast
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"\[(\w+)\]\(([^)#]+)\)")


def rows() -> list[tuple[str, list[tuple[str, str]]]]:
    """(fault, [(name of a test, its file)]) of every row."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [(fault, TEST.findall(tests)) for fault, _, tests in found if fault.strip("- ") not in ("", "fault")]


def test_every_fault_has_tests_that_exist() -> None:
    assert len(rows()) > 30
    for fault, tests in rows():
        assert tests, fault
        for name, link in tests:
            tree = ast.parse((PAGE.parent / link).resolve(strict=True).read_text(encoding="utf-8"))
            functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name in functions, f"{fault}: {link} has no {name}"
            assert name.startswith("test_")


def test_no_fault_is_told_twice() -> None:
    faults = [fault for fault, _ in rows()]
    assert len(faults) == len(set(faults))


def test_every_test_of_faults_is_in_the_table() -> None:
    named = {name for _, tests in rows() for name, _ in tests}
    for path in (PAGE.parents[1] / "tests" / "faults").glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert node.name in named, f"{path.name}: {node.name}"
