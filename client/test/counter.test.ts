import { expect, test } from "vitest";
import { WordCounter } from "../src/counter";
import { countWords } from "../src/words";
import { seeded } from "./seeded";

// Pieces that meet in every way that can join or split a word.
const PIECES = [
  ..."aZé9-'_.…–—― \n\t\u00a0\u0085\u200b\u3000\u0301漢字かカー㐀한글",
  "--", "---", " ", " ", "\n", "\r\n", "word", "it's", "𠮷", "😀", "👩‍👩‍👧", "\ud83d", "\ude00",
  "ฉันอ่าน", "สวัส", "ดี", "ខ្ញុំ", "မြန်", "ㄅ", "⸺", "1,000",
];

const EDITS = 24_000;

test(`${EDITS} random edits: the incremental count is the full count, every time`, () => {
  const random = seeded(20_261_123);
  const below = (limit: number): number => Math.floor(random() * limit);
  const counter = new WordCounter();
  let text = "";
  for (let edit = 0; edit < EDITS; edit += 1) {
    const kind = below(10);
    const at = below(text.length + 1);
    const length = kind === 0 ? below(60) : below(4);
    const cut = text.length > 300 ? below(200) : kind < 5 ? length : 0;
    const pieces = Array.from({ length: kind === 1 ? below(30) : below(3) }, () => PIECES[below(PIECES.length)]!);
    const repeated = kind === 2 ? text.slice(at, at + below(12)) : ""; // the same again: prefix and suffix overlap
    text = text.slice(0, at) + pieces.join("") + repeated + text.slice(at + cut);
    if (counter.update(text) !== countWords(text)) {
      expect.fail(`edit ${edit}: ${counter.words} instead of ${countWords(text)} in ${JSON.stringify(text)}`);
    }
  }
  expect(counter.value).toBe(text);
}, 60_000);

test("a text typed key by key, with a paste, a deletion and all selected and replaced", () => {
  const counter = new WordCounter();
  const prose = "It's a well-known truth--or so she said.\n\nHe wrote on — and on.";
  for (let end = 1; end <= prose.length; end += 1) {
    expect(counter.update(prose.slice(0, end))).toBe(countWords(prose.slice(0, end)));
  }
  expect(counter.update(`${prose} ${prose}`)).toBe(countWords(`${prose} ${prose}`));
  expect(counter.update("new")).toBe(1);
  expect(counter.update("")).toBe(0);
});

test("a key in 100,000 words costs well under a millisecond", () => {
  const counter = new WordCounter();
  const long = "word after word \n".repeat(33_334);
  counter.update(long);
  const middle = long.length >> 1;
  const before = process.cpuUsage(); // not the clock: other tests run beside this one
  for (let key = 1; key <= 200; key += 1) counter.update(long.slice(0, middle) + "x".repeat(key) + long.slice(middle));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 200).toBeLessThan(3_000); // µs; 100 is usual, 800 on a crowded machine
  expect(counter.words).toBe(100_002); // the x stand within a word
});
