// Names may be written from right to left, or hold characters that turn the text around them.

/**
 * A name that somebody chose, within a text that is no element: a label, a title, a question, what is read out. It keeps its
 * direction to itself, as in <bdi>: U+2068 FIRST STRONG ISOLATE, U+2069 POP DIRECTIONAL ISOLATE (Unicode's UAX 9). An <option>
 * has dir="auto" instead: by keys it is found by its first letters, and these are none.
 */
export const isolated = (name: string): string => `\u2068${name}\u2069`;
