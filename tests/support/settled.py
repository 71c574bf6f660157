"""The last import of the process that servers are forked from: what it holds stays, and no child goes through it."""

import gc

gc.collect()
gc.freeze()
