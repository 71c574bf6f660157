"""What has to come through the line before somebody can write, whichever way they come."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.browser import Person

MOST_BYTES = 30 * 1024
# The moment itself, from within: whoever looks from outside comes too late to see what was not there yet.
NOTE_THE_MOMENT = """
new MutationObserver(() => {
  const draft = document.querySelector("[data-testid=editor]");
  if (draft && !draft.readOnly) window.takesKeys ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["readonly"] });
"""
SCRIPTS = """() => performance.getEntriesByType("resource").filter((each) => each.name.endsWith(".js"))
  .map((each) => [each.name, each.startTime <= takesKeys, each.encodedBodySize, each.decodedBodySize])"""


async def known_here(ben: Person, slug: str) -> None:
    await ben.sign_in()
    await ben.open(f"/r/{slug}")


async def new_by_a_link(ben: Person, slug: str) -> None:
    await ben.open(f"/r/{slug}")
    await ben.at("name-input").fill("Ben")
    await ben.at("name-submit").click()


async def from_the_front_page(ben: Person, slug: str) -> None:
    await ben.open("/")
    await ben.at("name-input").fill("Ben")
    await ben.at("create-room").click()


@pytest.mark.parametrize("come", [known_here, new_by_a_link, from_the_front_page])
async def test_all_scripts_until_the_editor_takes_keys_are_at_most_30_kb(
    arrive: Arrive, come: Callable[[Person, str], Awaitable[None]]
) -> None:
    ada, ben = await arrive("Ada"), await arrive("Ben", before=NOTE_THE_MOMENT)
    slug = await ada.make_room()
    await come(ben, slug)
    await expect(ben.at("editor")).to_be_editable()
    await expect(ben.at("board")).to_be_visible()
    scripts = await ben.page.evaluate(SCRIPTS)
    needed = {name: encoded for name, was_needed, encoded, _ in scripts if was_needed}
    assert 0 < sum(needed.values()) <= MOST_BYTES, scripts
    assert all(encoded < decoded for _, _, encoded, decoded in scripts if decoded > 1_000), "served without gzip"
