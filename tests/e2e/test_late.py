"""Back after the bell while counts are still coming in: late all the same, once, and then nobody is waited for."""

import time

from playwright.async_api import expect

from server.core.sprint import LATE_AFTER_MS
from tests.conftest import only_long
from tests.e2e.conftest import Arrive, meet
from tests.support.browser import OF_THE_LINE
from tests.support.wait import wait_until


@only_long
async def test_who_was_cut_off_at_the_bell_and_comes_back_within_the_window_is_late(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    ben.forgives = OF_THE_LINE
    await ada.schedule()
    for each, text in (ada, "three words here"), (ben, "two words "):
        await each.sees_phase("writing")
        await each.write(text)
    await ada.sees_total(5)
    await ben.sees_saved()
    await ben.context.set_offline(True)
    await ben.page.keyboard.type("and three more")
    await ben.sees_own(5)
    await ada.ring()
    rung = time.monotonic()
    await wait_until(lambda: time.monotonic() - rung > LATE_AFTER_MS / 1_000 + 0.5, 10)
    await ada.sees_phase("counts coming in")
    await ben.context.set_offline(False)
    for each in ada, ben:  # now all are in
        await each.sees_phase("results")
        await each.sees_result("Ben", 5)
        await each.sees_result("Ada", 3)
        await expect(each.result("Ben")).to_have_attribute("data-late", "true")
        await expect(each.result("Ada")).not_to_have_attribute("data-late", "true")
        await expect(each.at("results-row")).to_have_count(2)
    await ben.open("/history")
    await expect(ben.at("session-row")).to_have_count(1)
    await ben.sees("session-row", "late", "true")
