"""Going about a page by keys alone."""

from tests.support.browser import Person

SHOWS_FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return "nothing has the focus";
  const seen = at.matches("input[type=radio]") ? at.nextElementSibling : at;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(seen);
  const rings = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  // Of a date's or a time's parts, which have the focus themselves, the field shows it.
  const has = at.matches(":focus-visible, [type=date]:focus-within, [type=time]:focus-within");
  return has && rings ? "" : `no focus is seen on ${at.outerHTML.slice(0, 120)}`;
}"""
FOCUS = "document.activeElement.dataset.testid ?? ''"


async def tab_to(person: Person, testid: str) -> None:
    """By Tab alone, every stop on the way being seen."""
    for _ in range(60):
        await person.page.keyboard.press("Tab")
        if await person.page.evaluate("document.activeElement === document.body"):
            continue  # between the page's end and its beginning
        assert await person.page.evaluate(SHOWS_FOCUS) == ""
        if await person.page.evaluate(FOCUS) == testid:
            return
    raise AssertionError(f"Tab does not come to {testid}")
