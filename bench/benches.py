"""Which benchmarks there are, in the order of docs/performance.md."""

from bench import big, fanout, history, idle, pages, room, slow, storm

BENCHES = {
    bench.name: bench for bench in (each.BENCH for each in (fanout, room, big, idle, storm, slow, history, pages))
}
