// Against a whole implementation of MessagePack, in both directions.

import { encode } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";
import { pack, type Packable, unpack } from "../src/packed";
import { seeded } from "./seeded";

const EDGES = [0, 1, 31, 32, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const INTEGERS = [...EDGES, ...EDGES.map((each) => 0 - each), -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31) - 1, 1_795_000_000_123, -1_795_000_000_123];
const TEXTS = ["", "a", "x".repeat(31), "x".repeat(32), "é".repeat(200), "漢字😀", "y".repeat(70_000)];

describe("packing", () => {
  test.each(INTEGERS)("%i is read alike by both", (value) => {
    expect(pack(value)).toEqual(encode(value)); // to the byte: the shortest form
    expect(unpack(encode(value))).toBe(value);
  });

  test.each(TEXTS)("text is read alike by both", (text) => {
    if (text.length < 60_000) expect(pack(text)).toEqual(encode(text));
    expect(unpack(encode(text))).toBe(text);
  });

  test("what is no integer is refused, for the server would refuse it", () => {
    for (const value of [0.5, NaN, Infinity, 2 ** 53]) expect(() => pack([1, value])).toThrow(RangeError);
  });
});

test("1,000 random messages are read alike by both, in both directions", () => {
  const random = seeded(7);
  const below = (limit: number): number => Math.floor(random() * limit);
  const value = (depth: number): Packable => {
    const kind = below(depth > 2 ? 4 : 6);
    if (kind === 0) return INTEGERS[below(INTEGERS.length)]!;
    if (kind === 1) return TEXTS[below(TEXTS.length - 1)]!;
    if (kind === 2) return random() < 0.5;
    if (kind === 3) return null;
    return Array.from({ length: below(40) }, () => value(depth + 1));
  };
  for (let message = 0; message < 1_000; message += 1) {
    const whole = [below(100), value(0), value(1)];
    const bytes = encode(whole);
    if (!Buffer.from(pack(whole)).equals(bytes)) expect.fail(`packed differently: ${JSON.stringify(whole)}`);
    expect(JSON.stringify(unpack(bytes))).toBe(JSON.stringify(whole));
  }
});

test.each([0, 1, 255, 256, 600])("%i bytes are read as another library packs them, and not one less", (length) => {
  const data = Uint8Array.from({ length }, (_, place) => (place * 7) & 255);
  const packed = encode([68, data, 9]);
  expect(unpack(packed)).toEqual([68, data, 9]);
  expect(() => unpack(packed.subarray(0, packed.length - 2))).toThrow(RangeError);
});

test("a view into a larger buffer is read from its own start", () => {
  const bytes = encode([1, "a", 2]);
  const larger = new Uint8Array(bytes.length + 9);
  larger.set(bytes, 5);
  expect(unpack(larger.subarray(5, 5 + bytes.length))).toEqual([1, "a", 2]);
});

test("bytes that end too soon, or that the wire never has, are refused", () => {
  const whole = encode([1, "some text", 70_000, [1, 2, 3]]);
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => unpack(whole.subarray(0, length))).toThrow(RangeError);
  }
  expect(() => unpack(encode({ a: 1 }))).toThrow(RangeError);
  expect(() => unpack(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow(RangeError);
});
