// Reading a count that somebody typed: "50,230", "50 230", "50.230", "+250", "-20".

const GROUPED = /^\d{1,3}([.,'’ \u00a0\u202f_]\d{3})+$/;

/** Null where the text is no whole number. */
export function readCount(text: string): number | null {
  const trimmed = text.trim().replace(/^[−–]/, "-");
  const sign = trimmed.startsWith("-") ? -1 : 1;
  const digits = trimmed.replace(/^[+-]\s*/, "");
  if (!/^\d+$/.test(digits) && !GROUPED.test(digits)) return null;
  const n = Number(digits.replace(/\D/g, ""));
  return n <= 100_000_000 ? sign * n || 0 : null;
}
