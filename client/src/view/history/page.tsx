// My history: fetched, or the reason why not.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../../api_history";
import type { HistoryJson, StreakJson } from "../../protocol";
import { addDays } from "../dates";
import { ZoneQuestion } from "../pages/zone";
import { Page } from "../house";
import { Bones } from "../shell";
import { NameForm, problemText } from "../name";
import { me } from "../who";
import { HistoryView } from "./view";

/** A year of whole weeks and a few days, so that no zone's today falls out of it. */
const DAYS_BACK = 380;

export function HistoryPage() {
  const found = useSignal<{ history: HistoryJson; streak: StreakJson } | null>(null);
  const wrong = useSignal("");
  const who = me.value;
  const tries = useSignal(0);

  useEffect(() => {
    if (!who) return;
    let alive = true;
    const load = async () => {
      const from = addDays(new Date().toISOString().slice(0, 10), -DAYS_BACK);
      const [history, streak] = await Promise.all([api.history(from), api.streak()]);
      if (alive) found.value = { history, streak };
    };
    wrong.value = "";
    load().catch((problem: unknown) => {
      if (alive) wrong.value = problemText(problem);
    });
    return () => {
      alive = false;
    };
  }, [who?.id, who?.zone, tries.value]);

  return (
    <Page title="History">
      <h1>History</h1>
      {who === null && (
        <div class="card stack">
          <p>Your history belongs to a name. Give one, and it begins.</p>
          <NameForm button="Begin" />
        </div>
      )}
      {who && <ZoneQuestion me={who} />}
      {wrong.value && (
        <div class="stack">
          <p class="wrong" role="alert">
            {wrong}
          </p>
          <div>
            <button type="button" class="button" onClick={() => tries.value++}>
              Try again
            </button>
          </div>
        </div>
      )}
      {who && found.value && (
        <HistoryView {...found.value} hidden={who.streak_hidden} weekStart={who.week_start} />
      )}
      {(who === undefined || (who && !found.value && !wrong.value)) && <Bones lines={6} label="Loading your history" />}
    </Page>
  );
}
