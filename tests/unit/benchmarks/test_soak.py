"""The judgement of a soak on made-up series: it finds leaks and growing queues, and lets noise and caches be."""

from __future__ import annotations

from random import Random
from xml.etree import ElementTree

import pytest

from benchmarks.soak import page
from benchmarks.soak.judgement import LEAST_WARM_UP, OURS, judge, slope
from benchmarks.soak.samples import METRICS, Sample, worst

HOUR, EACH, RATE = 3600, 10, 1.0
QUIET = dict.fromkeys(METRICS, 0.0)


def run(memory=lambda at: 100.0, seconds=HOUR, process="upload", rate=RATE, **numbers):
    """Samples of a run. memory: of `process`. numbers: name -> value at a second."""
    noise = Random(7)
    return [
        Sample(
            at,
            int(at * rate),
            {"store": 300.0, process: memory(at) + noise.uniform(-1.5, 1.5)},
            QUIET | {name: value(at) for name, value in numbers.items()},
        )
        for at in range(0, seconds + 1, EACH)
    ]


def judged(*given, **also):
    return judge(run(*given, **also), ("store", "objects"), RATE)


def test_a_steady_run_is_well():
    assert judged() == []


@pytest.mark.parametrize("per_hour", [OURS * 1.5, 60, 400])
def test_a_leak_is_found(per_hour):
    [sentence] = judged(lambda at: 100 + per_hour * at / HOUR)
    assert sentence.startswith("upload grows by")


def test_a_leak_in_steps_is_found():
    """One of 5 MB each five minutes: 60 MB an hour, though most pairs of neighbours are equal."""
    assert judged(lambda at: 100 + 5 * (at // 300))


def test_a_leak_that_garbage_collection_hides_for_minutes_is_found():
    assert judged(lambda at: 100 + 40 * at / HOUR + 15 * (at % 240) / 240)


@pytest.mark.parametrize(
    "memory",
    [
        lambda at: 100 + 80 * min(1, at / 600),  # a cache that fills within the warm-up
        lambda at: 100 + 60 * min(1, at / 1500),  # one that fills after it, and then stays
        lambda at: 100 + 15 * (at % 240) / 240,  # a saw
        lambda at: 100 + (200 if at % 700 == 0 else 0),  # a child process for a moment
        lambda at: 160 - 20 * at / HOUR,
        lambda at: 100 + (OURS - 5) * at / HOUR,
    ],
    ids=["warm-up", "cache", "saw", "spikes", "shrinks", "below the limit"],
)
def test_what_is_no_leak_is_let_be(memory):
    assert judged(memory) == []


def test_an_engine_caches_what_it_is_given_and_has_a_limit_of_its_own():
    assert judged(lambda at: 100 + 60 * at / HOUR, process="objects") == []
    assert judged(lambda at: 100 + 400 * at / HOUR, process="objects")


def test_a_slope_of_a_few_minutes_says_nothing_but_a_steep_one_does():
    assert judged(lambda at: 100 + 100 * at / HOUR, seconds=150) == []
    assert judged(lambda at: 100 + 50 * (at >= 100), seconds=150) == []  # a second child of the sandbox
    assert judged(lambda at: 100 + 6000 * at / HOUR, seconds=150)


@pytest.mark.parametrize("number", ["lag", "unpublished", "age", "unchecked"])
def test_a_queue_that_grows_is_found_and_one_that_comes_and_goes_is_not(number):
    [sentence] = judged(**{number: lambda at: at / 2})
    assert sentence.startswith(f"{number} grows")
    assert judged(**{number: lambda at: 500 if at % 300 == 0 else 0}) == []


@pytest.mark.parametrize("number", ["drift", "parked"])
def test_one_sample_that_is_not_0_is_enough(number):
    [sentence] = judged(**{number: lambda at: float(at == 1800)})
    assert sentence.startswith(f"{number} is not 0: 1 ")


@pytest.mark.parametrize("number", sorted(set(METRICS)))
def test_what_was_never_reported_is_not_well(number):
    [sentence] = judged(**{number: lambda at: None})
    assert sentence.startswith(f"{number} was never reported")


def test_a_rate_that_was_not_kept_shows_little():
    [sentence] = judged(rate=RATE / 2)
    assert sentence.startswith("The rate was not steady: 0.50 of 1.00")


def test_too_few_samples_are_no_good_news():
    assert judged(seconds=int(LEAST_WARM_UP)) and judge([], (), RATE)


def test_a_slope_is_that_of_the_line_whatever_the_spikes():
    points = [(float(at), 2.0 * at + (1000 if at % 7 == 0 else 0)) for at in range(60)]
    assert slope(points) == pytest.approx(2.0, abs=0.5)


def test_numbers_are_the_worst_of_all_workers_and_none_where_nobody_reports():
    found = worst(['rollcall_lag_records{subscription="a"} 3\nrollcall_lag_records{subscription="b"} 7\n', ""])
    assert found["lag"] == 7 and found["drift"] is None


MACHINE = {
    "day": "2026-11-28",
    "commit": "c0ffee",
    "changed_files": 0,
    "cores": 2,
    "processor": "some",
    "memory_gb": 8,
    "system": "Linux",
    "python": "3.11",
    "load_before": [0.1, 0.2, 0.3],
    "load_after": [1.0, 0.9, 0.8],
    "versions": {"orjson": "3"},
}


@pytest.mark.parametrize("sentences", [[], ["upload grows by 60 MB an hour (at most 20)."]])
def test_page_and_picture_tell_the_verdict_and_every_process(sentences):
    samples = run()
    document = {
        "machine": MACHINE,
        "minutes": 60,
        "rate": RATE,
        "pupils": 500,
        "schools": 7,
        "bus": "the bus in the document store",
        "compared": 1000,
        "sentences": sentences,
        "samples": [sample.as_json() for sample in samples],
    }
    text, picture = page.pages(document).values()
    assert ("**Well.**" in text) == (not sentences) and all(sentence in text for sentence in sentences)
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"store", "upload", *METRICS} <= set(words)


def test_the_page_in_docs_follows_from_its_json():
    if (page.DOCS / page.JSON).exists():
        import orjson

        for name, text in page.pages(orjson.loads((page.DOCS / page.JSON).read_bytes())).items():
            assert (page.DOCS / name).read_text() == text, f"{name}: python -m benchmarks.soak.page"
