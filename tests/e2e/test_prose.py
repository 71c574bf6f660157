"""A draft as people make one: keys, deletions, a paste, an input method. All that show its count agree on the rule."""

from itertools import cycle

from server.core.words import count_words
from tests.conftest import LONG
from tests.e2e.conftest import Arrive, meet
from tests.support.browser import Person

WORDS = 1_500 if LONG else 400
SENTENCES = (
    "The sea was out, so we went on foot to it. ",
    "It isn't far -- a mile or so -- to the low-lit hut, as I say. ",
    "He had 2 oars, 3.5 m or so; she had a rope – and no plan at all. ",
    "“Go on,” I said… and/or not. * * * ",
    "Who’d ask? We—the two of us—did.\n",
)
PASTED = "A slip of paper, found later: “meet me at 7:30 by the north-west gate”.\nNobody did."


def prose(words: int) -> str:
    text = ""
    for sentence in cycle(SENTENCES):
        text += sentence
        if count_words(text) >= words:
            return text
    raise AssertionError


async def paste(person: Person, text: str) -> None:
    await person.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    await person.page.keyboard.press("Control+V")


async def compose(person: Person, *steps: str, result: str) -> None:
    """As an input method does: the text under composition changes until it is taken."""
    await person.page.evaluate("""window.composed = [];
      for (const kind of ["compositionstart", "compositionend"])
        document.addEventListener(kind, (e) => composed.push(e.type), true)""")
    line = await person.context.new_cdp_session(person.page)
    for step in steps:
        at = {"selectionStart": len(step), "selectionEnd": len(step)}
        await line.send("Input.imeSetComposition", {"text": step, **at})
    await line.send("Input.insertText", {"text": result})
    await line.detach()
    assert await person.page.evaluate("composed") == ["compositionstart", "compositionend"]


async def delete_here_and_there(person: Person) -> None:
    keys = person.page.keyboard
    for key in ["Backspace"] * 7 + ["Control+Backspace"] * 3 + ["Control+ArrowLeft"] * 4 + ["Control+Delete"] * 2:
        await keys.press(key)
    for key in ["ArrowUp", "ArrowUp", "Home", "Shift+ArrowDown", "Delete", "Control+Z", "Control+End"]:
        await keys.press(key)


async def test_a_draft_by_keys_with_deletions_a_paste_and_an_input_method(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = "Six words stood here before it. "
    await ada.write(before)
    await ada.schedule()
    await ada.sees_phase("writing")

    async def the_count_is_right() -> tuple[str, int]:
        """After each kind of change, with no later one to mend what it left."""
        text = await ada.at("editor").input_value()
        words = count_words(text) - count_words(before)
        await ada.sees_own(words)
        return text, words

    await ada.type_fast(prose(WORDS))
    typed, by_keys = await the_count_is_right()
    assert by_keys >= WORDS
    await delete_here_and_there(ada)
    shorter, fewer = await the_count_is_right()
    assert len(shorter) < len(typed)
    assert fewer < by_keys
    await paste(ada, PASTED)
    longer, more = await the_count_is_right()
    assert PASTED in longer
    assert more > fewer
    await compose(ada, "さ", "さく", "さくぶん", result="作文を書く")
    composed, with_signs = await the_count_is_right()
    assert "作文を書く" in composed
    assert with_signs > more
    await ada.page.keyboard.press("Enter")
    await ada.type_fast("The end")

    _, expected = await the_count_is_right()
    assert expected > WORDS - 50
    await ben.sees_on_board("Ada", expected)
    await ada.ring()
    await ada.close_counting()
    for each in ada, ben:
        await each.sees_result("Ada", expected)
    await ada.open("/history")
    await ada.sees("session-row", "words", str(expected))
