"""A scope allows exactly the paths that its queries find."""

from hypothesis import example, given
from hypothesis import strategies as st

from shared.language.scope import Scope

codes = st.text("01ap/ .é学", max_size=3)
loose = st.lists(codes, max_size=5).map(lambda codes: "/" + "/".join(codes) + "/")
neat = st.lists(st.text("01a", min_size=1, max_size=3), min_size=1, max_size=5).map(
    lambda codes: "/" + "/".join(codes) + "/"
)
paths = st.one_of(neat, loose, st.text("/01a", max_size=8))


def found_by(query, document):
    """A range query on one field, as a document store evaluates it."""
    [(field, bounds)] = query.items()
    return bounds["$gte"] <= document[field] < bounds["$lt"]


@given(st.lists(paths, max_size=5), st.lists(neat, min_size=1, max_size=20))
@example(["/0/", "/0/1/", "/1/"], ["/0/", "/0/1/1/", "/01/", "/1/a/", "/11/", "/a/"])
def test_the_queries_of_a_scope_find_exactly_the_allowed_paths_and_each_once(prefixes, stored):
    scope = Scope.of(prefixes)
    candidates = [*stored, *(prefix + path[1:] for prefix in scope.paths for path in stored), *scope.paths]
    for path in candidates:
        hits = sum(found_by(query, {"path": path}) for query in scope.queries("path"))
        assert hits == int(scope.allows(path))


@given(st.lists(paths, max_size=5), paths)
def test_a_scope_allows_a_path_only_below_one_it_was_given(prefixes, path):
    allowed = Scope.of(prefixes).allows(path)
    assert allowed <= any(path.startswith(prefix) for prefix in prefixes)


@given(st.lists(neat, min_size=1, max_size=5), neat)
def test_a_scope_allows_every_path_below_a_given_one(prefixes, below):
    scope = Scope.of(prefixes)
    assert all(scope.allows(prefix) and scope.allows(prefix + below[1:]) for prefix in prefixes)


@given(st.lists(neat, max_size=6))
def test_order_and_repetition_of_given_paths_do_not_matter(prefixes):
    assert Scope.of(prefixes) == Scope.of(reversed(prefixes)) == Scope.of(prefixes * 2)


@given(paths)
def test_an_empty_scope_sees_nothing(path):
    assert not Scope().allows(path)
    assert Scope().queries("path") == []
    assert not Scope().allows_pupil("3f7.018f2a")


@given(st.sampled_from(["", "/", "//", "000000", "/000000", "000000/"]), neat)
def test_a_broken_claim_opens_nothing(broken, path):
    assert Scope.of([broken]) == Scope()
    assert not Scope.of([broken]).allows(path)


def test_a_guardian_sees_their_own_children_and_no_other():
    scope = Scope.of(pupils=["3f7.1", "3f7.2", "3f7.1"])
    assert scope.pupils == ("3f7.1", "3f7.2")
    assert scope.allows_pupil("3f7.2")
    assert not scope.allows_pupil("3f7.3")
    assert not scope.allows_pupil("")
    assert not Scope.of(pupils=[""]).allows_pupil("")
    assert not scope.allows("/000000/")
