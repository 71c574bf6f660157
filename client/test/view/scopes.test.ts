import { expect, test } from "vitest";
import { example, may, type Scope, SCOPES } from "../../src/view/account/scopes";

test("what a token may is said by what it is about", () => {
  expect(may(["history:read"])).toBe("May read history.");
  expect(may(["rooms:write"])).toBe("May change rooms.");
  expect(may(["history:read", "history:write", "profile:read"])).toBe("May read and change history; read name and settings.");
});

test("no scope is left unsaid", () => {
  for (const scope of Object.keys(SCOPES) as Scope[]) expect(may([scope])).toMatch(/^May (read|change) [a-z]/);
});

test("the line to try it with only looks, at what the token may look at", () => {
  expect(example(["rooms:read", "history:write"], "wtp_x", "https://words.example")).toBe(
    'curl -H "Authorization: Bearer wtp_x" https://words.example/api/rooms',
  );
  expect(example(["history:write", "rooms:write", "profile:write"], "wtp_x", "https://words.example")).toBe("");
});
