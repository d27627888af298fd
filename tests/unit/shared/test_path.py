import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.language.path import ROOT, child, codes, is_path, last, upper_bound

CLASS = "/000000/110000/110101/2111000001/2111000001p202301/"
code_texts = st.text("0123456789abcpz", min_size=1, max_size=6)
paths = st.lists(code_texts, min_size=1, max_size=6).map(lambda parts: "/" + "/".join(parts) + "/")


def test_a_path_is_built_from_the_nation_down():
    path = ROOT
    for code in ("110000", "110101", "2111000001", "2111000001p202301"):
        path = child(path, code)
    assert path == CLASS
    assert codes(path) == ["000000", "110000", "110101", "2111000001", "2111000001p202301"]
    assert (last(path), last(ROOT)) == ("2111000001p202301", "000000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "000000",
        "/000000",
        "000000/",
        "//",
        "/000000//110000/",
        "//000000/",
        "/000000/ /",
        "/000000/\n",
        "/0000 00/",
    ],
)
def test_a_text_other_than_a_path_is_recognised(text):
    assert not is_path(text)


@given(paths)
def test_every_built_path_is_a_path(path):
    assert is_path(path)
    assert is_path(child(path, "x"))


@given(paths, paths)
def test_the_upper_bound_encloses_exactly_the_paths_at_or_below(path, other):
    for candidate in (other, path, path + other[1:], path[:-1] + other):
        assert (path <= candidate < upper_bound(path)) == candidate.startswith(path)


def test_a_unit_whose_code_begins_with_anothers_is_not_below_it():
    assert not "/000000/1101/".startswith("/000000/110/")
    assert not "/000000/110/" <= "/000000/1101/" < upper_bound("/000000/110/")
