"""./dev simulate SEED [COUNT]: tells what happens in the world of a seed, or runs COUNT seeds and tells which fail."""

import sys

from tests.simulation.run import errors_heard, simulate


def main() -> int:
    seed = int(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    failed = 0
    for each in range(seed, seed + count):
        with errors_heard():
            outcome = simulate(each)
        if count == 1:
            print("\n".join(outcome.events))
        if outcome.failure is not None:
            print(f"seed {each}: {outcome.failure}")
        failed += outcome.failure is not None
    print(f"{count - failed} of {count} seeds ended in agreement")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
