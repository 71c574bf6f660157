import { expect, test } from "vitest";

import { isEscape } from "../../src/view/keys";

test.each([
  [{ key: "Escape", isComposing: false }, true],
  [{ key: "Escape", isComposing: true }, false],
  [{ key: "Enter", isComposing: false }, false],
])("%j closes what is open: %s", (pressed, closes) => {
  expect(isEscape(pressed as KeyboardEvent)).toBe(closes);
});
