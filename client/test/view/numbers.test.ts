import { describe, expect, test } from "vitest";
import { readCount } from "../../src/view/room/numbers";

describe("a count as people write it", () => {
  test.each([
    ["50230", 50_230],
    ["50,230", 50_230],
    ["50.230", 50_230],
    ["50 230", 50_230],
    ["50\u202f230", 50_230],
    ["50’230", 50_230],
    ["1,000,000", 1_000_000],
    ["2,50,000", 250_000],
    ["1,23,45,678", 12_345_678],
    ["٥٠٬٢٣٠", 50_230],
    ["۵۰٬۲۳۰", 50_230],
    ["৫০,২৩০", 50_230],
    ["२,५०,०००", 250_000],
    ["\u061c-٢٠", -20],
    ["\u{1d7d8}\u{1d7d9}\u{1d7ec}", 10],
    ["+250", 250],
    ["+ 250", 250],
    ["-20", -20],
    ["−20", -20],
    ["0", 0],
    ["-0", 0],
    [" 7 ", 7],
  ])("%j is a number", (text, count) => {
    expect(readCount(text)).toBe(count);
  });

  test.each(["", " ", "word", "5k", "1.5", "50,23", "5,0230", "2,50", "2,5,000", "٥٫٥", "1e3", "--5", "+", "999999999999"])("%j is none", (text) => {
    expect(readCount(text)).toBeNull();
  });
});

test.each(["en-GB", "en-IN", "de-DE", "de-CH", "fr-FR", "ar-EG", "fa-IR", "bn-BD", "mr-IN", "hi-IN"])(
  "a count as %s writes it is read as what it is",
  (locale) => {
    const { format } = new Intl.NumberFormat(locale);
    for (const n of [7, 250, 50_230, 250_000, 12_345_678, -20]) expect(readCount(format(n))).toBe(n);
  },
);
