// Reading a count that somebody typed: "50,230", "50 230", "50.230", "2,50,000", "٥٠٬٢٣٠", "+250", "-20".

const SEPARATOR = "[.,'’ \\u00a0\\u202f_\\u066c]";
const GROUPED = new RegExp(`^\\d{1,3}(${SEPARATOR}\\d{2,3})*${SEPARATOR}\\d{3}$`);
const DIGIT = /\p{Nd}/u;
const DIRECTION = /[\u061c\u200e\u200f]/g; // stands around a sign where the script runs from right to left

/** The digits of each script stand together, 0 to 9. */
function plainDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let first = code;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}

/** Null where the text is no whole number. */
export function readCount(text: string): number | null {
  const plain = text.replace(DIRECTION, "").replace(/\p{Nd}/gu, plainDigit);
  const trimmed = plain.trim().replace(/^[−–]/, "-");
  const sign = trimmed.startsWith("-") ? -1 : 1;
  const digits = trimmed.replace(/^[+-]\s*/, "");
  if (!/^\d+$/.test(digits) && !GROUPED.test(digits)) return null;
  const n = Number(digits.replace(/\D/g, ""));
  return n <= 100_000_000 ? sign * n || 0 : null;
}

/** Whether it was written with a plus, as new words are. */
export function hasPlus(text: string): boolean {
  return text.replace(DIRECTION, "").trimStart().startsWith("+");
}
