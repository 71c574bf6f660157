// The personal bests that a sprint has beaten, told to its writer with the results.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { mine } from "../../api_projects";
import type { NewBestJson } from "../../protocol";
import { announce } from "../announce";
import * as T from "../testids";
import { told } from "./bests";

/** Everybody asks at the bell: each at a moment of their own, about one a millisecond. */
const WITHIN_MS = 500;

export function Beaten({ sprint, writers }: { sprint: number; writers: number }) {
  const bests = useSignal<readonly NewBestJson[]>([]);
  useEffect(() => {
    let alive = true;
    const ask = async () => {
      const found = await mine(sprint);
      if (!alive) return;
      bests.value = found.bests;
      if (found.bests.length) announce(found.bests.map(told).join(" "));
    };
    // Whoever cannot be told now finds it in the history.
    const timer = setTimeout(() => void ask().catch(() => {}), Math.random() * Math.max(WITHIN_MS, 2 * writers));
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [sprint]);
  if (!bests.value.length) return null;
  return (
    <ul class="quiet">
      {bests.value.map((best) => (
        <li key={best.kind} data-testid={T.beaten} data-best={best.kind}>
          {told(best)}
        </li>
      ))}
    </ul>
  );
}
