import { expect, test } from "vitest";

import { base64url, bytes, hindrance } from "../src/passkey";
import { isolated } from "../src/isolated";
import { keptBy } from "../src/view/account/kept";

const at = (hostname: string, port = "8000") => ({ hostname, port });

test("what an address cannot have is said with what to open instead", () => {
  expect(hindrance(at("127.0.0.1"), true, true)).toContain("Open http://localhost:8000.");
  expect(hindrance(at("[::1]", ""), true, true)).toContain("Open http://localhost.");
  expect(hindrance(at("192.168.1.20"), false, false)).toContain("by its name, over https");
  expect(hindrance(at("tide.lan"), false, false)).toContain("need https");
  expect(hindrance(at("tide.example"), true, false)).toContain("This browser has no passkeys");
  for (const name of ["tide.example", "localhost"]) expect(hindrance(at(name), true, true)).toBe("");
});

test("bytes go through base64url and come back, whatever their length", () => {
  for (let n = 0; n < 5; n++) {
    const some = Uint8Array.from({ length: n }, (_, i) => 251 + i);
    const text = base64url(some.buffer);
    expect(text).toMatch(/^[\w-]*$/);
    expect(bytes(text)).toEqual(some);
  }
});

test("a sentence says what leads to a history", () => {
  expect(keptBy(0, 0, null)).toContain("Nothing but this browser");
  expect(keptBy(0, 1, null)).toBe("This browser and one recovery code lead to your history.");
  expect(keptBy(1, 0, null)).toBe("A passkey leads to your history.");
  expect(keptBy(1, 10, null)).toBe("A passkey and 10 recovery codes lead to your history.");
  expect(keptBy(2, 0, null)).toBe("2 passkeys lead to your history.");
  const there = `account at ${isolated("Lighthouse")}`;
  expect(keptBy(0, 0, "Lighthouse")).toBe(`Your ${there} leads to your history.`);
  expect(keptBy(0, 1, "Lighthouse")).toBe(`Your ${there} and one recovery code lead to your history.`);
  expect(keptBy(1, 3, "Lighthouse")).toBe(`A passkey, your ${there} and 3 recovery codes lead to your history.`);
});
