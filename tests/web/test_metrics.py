"""The text that Prometheus reads."""

from server.web.metrics import Metrics


def test_counters_and_gauges_are_told_with_their_kind() -> None:
    metrics = Metrics()
    asked = metrics.counter("asked_total", "Questions.")
    asked.add(kind='a "b"\\\n')
    asked.add(2)
    asked.add()
    metrics.gauge("open_rooms", "Rooms.", lambda: 7)
    assert metrics.counter("asked_total", "Questions.") is asked
    assert metrics.render().splitlines() == [
        "# HELP asked_total Questions.",
        "# TYPE asked_total counter",
        "asked_total 3",
        'asked_total{kind="a \\"b\\"\\\\\\n"} 1',
        "# HELP open_rooms Rooms.",
        "# TYPE open_rooms gauge",
        "open_rooms 7",
    ]


def test_a_large_number_keeps_its_digits() -> None:
    metrics = Metrics()
    metrics.counter("frames_total", "Frames.").add(12_345_678)
    assert "frames_total 12345678" in metrics.render()


def test_a_histogram_counts_what_is_at_most_each_bound() -> None:
    metrics = Metrics()
    lag = metrics.histogram("lag_seconds", "How late.")
    for seconds in 0, 0.001, 0.0011, 0.3, 7:
        lag.saw(seconds)
    lines = metrics.render().splitlines()
    assert lines[:2] == ["# HELP lag_seconds How late.", "# TYPE lag_seconds histogram"]
    told = dict(line.rsplit(" ", 1) for line in lines[2:])
    assert told['lag_seconds_bucket{le="0.001"}'] == "2"
    assert told['lag_seconds_bucket{le="0.002"}'] == "3"
    assert told['lag_seconds_bucket{le="0.25"}'] == "3"
    assert told['lag_seconds_bucket{le="0.5"}'] == "4"
    assert told['lag_seconds_bucket{le="+Inf"}'] == told["lag_seconds_count"] == "5"
    assert float(told["lag_seconds_sum"]) == 7.3021
