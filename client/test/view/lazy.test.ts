import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const typeOf = (shown: unknown): unknown => (shown as { type: unknown } | null)?.type;

test("a part that does not load is asked for every 2 s, however often it is shown, and offers to reload in the end", async () => {
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("addEventListener", () => {});
  const { lazy } = await import("../../src/view/lazy");
  const load = vi.fn(() => Promise.reject<() => null>(new Error("404")));
  const part = lazy(load);
  for (let shown = 0; shown < 8; shown += 1) {
    expect(typeOf(part.View({}))).not.toBe("button");
    expect(load).toHaveBeenCalledTimes(shown < 4 ? 1 : 2);
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(load).toHaveBeenCalledTimes(3);
  expect(typeOf(part.View({}))).toBe("button");
  load.mockImplementation(() => Promise.resolve(() => null)); // a browser that asks again
  await vi.advanceTimersByTimeAsync(2_000);
  expect(typeOf(part.View({}))).not.toBe("button");
});
