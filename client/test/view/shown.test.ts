import { expect, test } from "vitest";
import type { HistorySessionJson } from "../../src/protocol";
import { NOTHING, type Shown, showing } from "../../src/view/history/shown";

const session = (id: string) => ({ id }) as HistorySessionJson;

/** An answer that comes when it is let. */
function later(next: (now: Shown) => Shown) {
  let answer = () => {};
  const waits = new Promise<void>((resolve) => (answer = resolve));
  return { answer, load: () => waits.then(() => next) };
}

test("of two questions the later one is shown, whichever is answered first", async () => {
  const { shown, ask } = showing();
  const day = later(() => ({ ...NOTHING, day: "2026-11-23" }));
  const find = later(() => ({ ...NOTHING, text: "tide" }));
  const [first, second] = [ask(day.load), ask(find.load)];
  find.answer();
  expect(await second).toBe(true);
  day.answer();
  expect(await first).toBe(false);
  expect(shown.value).toEqual({ ...NOTHING, text: "tide" });
});

test("what is mended while more is on its way stays mended", async () => {
  const { shown, ask } = showing({ ...NOTHING, sessions: [session("a")] });
  const more = later((now) => ({ ...now, sessions: [...now.sessions, session("b")] }));
  const asked = ask(more.load);
  shown.value = { ...shown.value, sessions: [session("mended")] };
  more.answer();
  await asked;
  expect(shown.value.sessions.map(({ id }) => id)).toEqual(["mended", "b"]);
});
