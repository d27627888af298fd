"""Rows that are run as one test: every one of them runs, and every one that fails is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import gathered


@pytest.fixture
def test_of(request: pytest.FixtureRequest) -> Callable[[Callable], list[pytest.Item]]:
    """The tests that a function becomes."""
    return lambda function: gathered.gather(request.node.parent._genfunctions(function.__name__, function))


@pytest.mark.parametrize("odd", [1, 2, 3])
@pytest.mark.parametrize(("small", "large"), [(1, 10), (4, 40), (50, 5)])
def compared(odd: int, small: int, large: int) -> None:
    assert odd < small < large or odd == 3


@pytest.mark.parametrize("text", ["1", "x", "3"])
def converted(text: str) -> None:
    assert int(text) == 1


@pytest.mark.parametrize("raised", [ValueError, KeyError])
def expected(raised: type[Exception]) -> None:
    with pytest.raises(KeyError):
        if raised is KeyError:
            raise KeyError


@pytest.mark.parametrize("needed", [1, 2])
def left_out(needed: int) -> None:
    if needed == 2:
        pytest.skip("there is no 2 here")


@pytest.mark.parametrize("number", [1, 2])
def of_a_folder(number: int, tmp_path) -> None: ...


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.process
def of_a_process(number: int) -> None: ...


@pytest.mark.parametrize("test_of", [1, 2], indirect=True)
def of_a_fixture(test_of: int) -> None: ...


@pytest.mark.parametrize("number", [1, 2])
@given(other=st.integers())
def of_a_property(number: int, other: int) -> None: ...


def test_every_row_that_fails_is_named_and_no_other(test_of):
    [test] = test_of(compared)
    assert test.nodeid.endswith("test_gathered.py::compared")
    with pytest.raises(pytest.fail.Exception) as failed:
        test.obj()
    first, *lines = str(failed.value).splitlines()
    assert first == "AssertionError: 4 of 9 rows failed"
    named = [line.partition("::compared")[2].partition(" - ")[0] for line in lines if line.startswith("FAILED ROW")]
    assert named == ["[1-10-1]", "[1-10-2]", "[50-5-1]", "[50-5-2]"]


def test_a_row_that_cannot_run_is_told_from_one_whose_assertion_failed(test_of):
    [test] = test_of(converted)
    with pytest.raises(pytest.fail.Exception, match=r"\AValueError: 2 of 3 rows failed") as failed:
        test.obj()
    assert "::converted[x] - ValueError: invalid literal" in str(failed.value)
    assert "::converted[3] - AssertionError: assert 3 == 1" in str(failed.value)


def test_what_should_have_been_raised_and_was_not_is_a_failed_assertion(test_of):
    [test] = test_of(expected)
    with pytest.raises(pytest.fail.Exception, match=r"\AAssertionError: 1 of 2 rows failed") as failed:
        test.obj()
    assert "::expected[ValueError] - " in str(failed.value)


def test_a_row_that_is_left_out_is_told(test_of):
    [test] = test_of(left_out)
    with pytest.raises(pytest.skip.Exception, match="there is no 2 here"):
        test.obj()


@pytest.mark.parametrize("function", [of_a_folder, of_a_process, of_a_fixture, of_a_property])
def test_a_row_with_a_fixture_of_its_own_or_that_takes_long_stays_apart(function, test_of):
    assert len(test_of(function)) == 2
