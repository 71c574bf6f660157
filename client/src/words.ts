// How many words a text has: the rule of server/core/words.py, tested with the same cases.

// Han, Kana and Bopomofo: each character is a word. Unicode calls the two prolonged sound marks common to both Kana.
const IDEOGRAPHS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u30fc\uff70`;
// Written without spaces between words: Intl.Segmenter's dictionary finds them.
const UNSPACED = String.raw`\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const SEPARATORS = String.raw`\s\u0085\u200b\u2013-\u2015\u2e3a\u2e3b`;

const TOKEN = new RegExp(`[${IDEOGRAPHS}]|[${UNSPACED}]+|(?:(?!--)[^${SEPARATORS}${IDEOGRAPHS}${UNSPACED}])+`, "gu");
const IDEOGRAPH = new RegExp(`^[${IDEOGRAPHS}]`, "u");
const RUN = new RegExp(`^[${UNSPACED}]`, "u");
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const PLAIN = /[A-Za-z0-9]/;

let segmenter: Intl.Segmenter | null | undefined;

function wordsInRun(run: string): number {
  if (segmenter === undefined) {
    segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
  }
  if (segmenter === null) return LETTER_OR_DIGIT.test(run) ? 1 : 0;
  let words = 0;
  for (const part of segmenter.segment(run)) {
    if (part.isWordLike) words += 1;
  }
  return words;
}

export function countWords(text: string): number {
  let words = 0;
  for (const token of text.match(TOKEN) ?? []) {
    if (PLAIN.test(token)) words += 1;
    else if (RUN.test(token)) words += wordsInRun(token);
    else if (IDEOGRAPH.test(token) || LETTER_OR_DIGIT.test(token)) words += 1;
  }
  return words;
}
