// What came of what one meant to do, as it is asked and told.
import type { HistorySessionJson } from "../protocol";

export type Outcome = NonNullable<HistorySessionJson["outcome"]>;

export const OUTCOMES: Readonly<Record<Outcome, string>> = { done: "Done", partly: "Partly", not: "Not this time" };
