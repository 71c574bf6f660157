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
