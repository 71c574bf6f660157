import { readFileSync } from "node:fs";
import { decode as unpack, encode as pack } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";
import { CLIENT_FIELDS, type ClientMessage, SERVER_FIELDS } from "../src/protocol";
import { decode, encode } from "../src/wire";

interface Frame {
  name: string;
  message: [number, ...unknown[]];
  hex: string;
}

const { frames } = JSON.parse(readFileSync(new URL("../../protocol/vectors.json", import.meta.url), "utf8")) as {
  frames: Record<"client" | "server", Frame[]>;
};
const named = (tables: typeof CLIENT_FIELDS, [tag, ...values]: Frame["message"]): Record<string, unknown> =>
  Object.fromEntries([["tag", tag], ...tables[tag]!.map((field, index) => [field, values[index]])]);
/** As JSON has it: bytes in base64. */
const plain = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);

describe("the golden frames that server and client share", () => {
  test.each(frames.client)("$name $message is said to the byte", ({ message, hex }) => {
    const bytes = encode(named(CLIENT_FIELDS, message) as unknown as ClientMessage);
    expect(Buffer.from(bytes).toString("hex")).toBe(hex);
  });

  test.each(frames.server)("$name $message is understood", ({ message, hex }) => {
    const told = Object.entries(decode(Buffer.from(hex, "hex")) ?? {});
    expect(Object.fromEntries(told.map(([field, value]) => [field, plain(value)]))).toEqual(named(SERVER_FIELDS, message));
  });

  test("there is one for every message", () => {
    const tags = (of: Frame[]): Set<string> => new Set(of.map(({ message }) => String(message[0])));
    expect(tags(frames.client)).toEqual(new Set(Object.keys(CLIENT_FIELDS)));
    expect(tags(frames.server)).toEqual(new Set(Object.keys(SERVER_FIELDS)));
  });
});

describe("what the client says", () => {
  test("a message is one array of its tag and its fields in their order", () => {
    const bytes = encode({ tag: 2, sprint: 7, seq: 1_795_000_000_123, words: -12, flags: 4, active_ms: 60_000 });
    expect(unpack(bytes)).toEqual([2, 7, 1_795_000_000_123, -12, 4, 60_000]);
  });

  test("times are integers on the wire, never floats, which the server refuses", () => {
    const bytes = encode({ tag: 2, sprint: 7, seq: 1_795_000_000_123, words: 0 });
    expect([...bytes]).toContain(0xcf); // uint 64
    expect([...bytes]).not.toContain(0xcb); // float 64
  });

  test("fields that are left out at the end are not sent, nil in the middle is", () => {
    expect(unpack(encode({ tag: 7 }))).toEqual([7]);
    expect(unpack(encode({ tag: 1, room: "tide", sprint: null, seq: 0 }))).toEqual([1, "tide", null, 0]);
  });

  test("the longest message stays far below the server's limit", () => {
    const room = "x".repeat(64);
    const bytes = encode({ tag: 1, room, sprint: 2 ** 53 - 1, seq: 4e12, words: -1e7, flags: 255, active_ms: 6e8 });
    expect(bytes.length).toBeLessThan(256);
  });
});

describe("what the server says", () => {
  test("fields get their names", () => {
    const bytes = pack([71, 0, 7, 1_795_000_000_123, 0]);
    expect(decode(bytes)).toEqual({ tag: 71, kind: 0, id: 7, seq: 1_795_000_000_123, code: 0 });
  });

  test("an unknown tag of a newer server is passed over, as is what is no message", () => {
    expect(decode(pack([200, 1, 2]))).toBeNull();
    expect(decode(pack({ tag: 71 }))).toBeNull();
  });

  test("trailing fields of a newer server are ignored", () => {
    expect(decode(pack([74, 100, 500, "more", 1]))).toEqual({ tag: 74, retry_ms: 100, spread_ms: 500 });
  });
});

test("no tag means two things", () => {
  const tags = [...Object.keys(CLIENT_FIELDS), ...Object.keys(SERVER_FIELDS)];
  expect(new Set(tags).size).toBe(tags.length);
});
