// The secret address of a calendar: made, shown once, made anew, taken back.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../../api_data";
import { announce } from "../announce";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import { ShareLink } from "../room/copy";
import { Bones } from "../shell";
import * as T from "../testids";
import { dateOf } from "./when";

export function CalendarAddress() {
  /** Undefined: not known yet. Null: there is none. */
  const since = useSignal<string | null | undefined>(undefined);
  const url = useSignal("");
  const wrong = useSignal("");
  const busy = useRef(false);

  const run = async (act: () => Promise<{ since: string | null; url?: string }>, said = "") => {
    if (busy.current) return; // a second click: of two addresses the first would be shown, and the second hold
    busy.current = true;
    try {
      const found = await act();
      since.value = found.since;
      url.value = found.url ?? "";
      wrong.value = "";
      if (said) announce(said);
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      busy.current = false;
    }
  };
  useEffect(() => void run(api.calendar), []);
  const make = () => run(api.makeCalendar, "The address is made.");

  return (
    <>
      <p>
        The days you wrote, in your own calendar: how many words and sprints, nothing more. Whoever knows the address can
        read it.
      </p>
      <Refusal text={wrong.value} />
      {since.value === undefined && wrong.value && (
        <div>
          <button type="button" class="button" onClick={() => void run(api.calendar)}>
            Try again
          </button>
        </div>
      )}
      {since.value === undefined && !wrong.value && <Bones lines={1} label="Looking for the address" />}
      {url.value && (
        <>
          <ShareLink url={url.value} label="Subscribe to this address" />
          <p class="hint">It is shown only now. Whoever loses it makes a new one.</p>
        </>
      )}
      {since.value && !url.value && <p class="quiet">There is an address since {dateOf(since.value)}.</p>}
      {since.value === null && (
        <div>
          <button type="button" class="button" data-testid={T.calendarMake} onClick={make}>
            Make an address
          </button>
        </div>
      )}
      {since.value && (
        <div class="row">
          <Confirm testid={T.calendarMake} question="The one of now stops working." yes="Make a new one" no="Keep it" act={make}>
            Make a new address
          </Confirm>
          <Confirm
            testid={T.calendarRevoke}
            question="Calendars that read it find nothing any more."
            yes="Take it back"
            no="Keep it"
            act={() => run(api.revokeCalendar, "The address is taken back.")}
          >
            Take it back
          </Confirm>
        </div>
      )}
    </>
  );
}
