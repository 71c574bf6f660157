// What a sprint has beaten of one's own, in words: quiet, and to oneself alone.
import type { NewBestJson } from "../../protocol";
import { rate, words } from "../format";

const OF: Readonly<Record<NewBestJson["kind"], string>> = { sprint: "sprint", rate: "pace", day: "day", week: "week" };

/** "Your best sprint so far: 612 words. Before, it was 580 words." */
export function told({ kind, value, before }: NewBestJson): string {
  const amount = (n: number): string => (kind === "rate" ? `${rate(n)} words a minute` : words(n));
  return `Your best ${OF[kind]} so far: ${amount(value)}. Before, it was ${amount(before)}.`;
}
