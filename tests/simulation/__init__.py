"""Several processes, Redis, SQL and browsers in one thread and in virtual time, each world drawn from a seed.

What is simulated is the product's own code: rooms, rounds, savers, the relay's client with `relay.lua`, the ledger with
its group commit on a real SQLite, the dialogue of each socket, the upkeep. Around it are a clock that jumps, a network
that loses, repeats, reorders, goes silent and cuts, a database that goes away, and processes that are killed between
any two steps. `./dev simulate SEED` tells what happens in one of them.
"""
