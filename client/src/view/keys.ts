// Keys as they are meant.

/** Not the one with which a writer of Chinese or Japanese takes back what an input method offers. */
export const isEscape = (e: KeyboardEvent): boolean => e.key === "Escape" && !e.isComposing;
