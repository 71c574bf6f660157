import { expect, test } from "vitest";

import { pace } from "../../src/view/history/pace";

test("sessions without a time of writing do not make one look fast", () => {
  const rated = { words_net: 500, minutes: 20, wpm: 25 };
  const untimed = { words_net: 900, minutes: 0, wpm: null };
  const revised = { words_net: -400, minutes: 25, wpm: null };
  expect(pace([rated, untimed, revised])).toBe(25);
  expect(pace([untimed])).toBeNull();
  expect(pace([])).toBeNull();
});
