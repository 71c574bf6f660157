import { expect, test } from "vitest";

import { onwardTo } from "../../src/view/pages/onward";

test.each(["/", "/r/tide-7f3k?invite=a%20b", "/projects/0a-1"])("%j is a page of ours", (to) => {
  expect(onwardTo(to)).toBe(to);
});

test.each([null, "", "history", "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", "/\n/elsewhere.example"])(
  "%j leads to the history instead",
  (to) => {
    expect(onwardTo(to)).toBe("/history");
  },
);
