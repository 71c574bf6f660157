// What the host may do to a running round: more time, end now, call it off. Anything final asks once.
import { isolated } from "../../isolated";
import { Phase } from "../../protocol";
import type { Outcome, RoomStore } from "../../store";
import * as T from "../testids";
import type { Named, Remove } from "./board";
import { useBusy } from "./busy";
import { Confirm } from "./confirm";

interface HostProps {
  store: RoomStore;
  tell: (outcome: Outcome) => void;
}

const MORE_S = 300;

export function HostControls({ store, tell }: HostProps) {
  const phase = store.phase.value;
  const { busy, once } = useBusy();
  if (phase !== Phase.COUNTDOWN && phase !== Phase.WRITING && phase !== Phase.REPORTING) return null;
  const done = (what: Promise<Outcome>) => what.then(tell);
  return (
    <section class="host" aria-label="Host">
      <div class="row">
        {phase === Phase.WRITING && (
          <>
            <button
              type="button"
              class="button"
              data-testid={T.extend}
              aria-disabled={busy}
              onClick={() => once(() => done(store.extend(MORE_S)))}
            >
              +5 minutes
            </button>
            <Confirm
              testid={T.end}
              question="End it now, for everybody?"
              yes="End now"
              no="Go on"
              act={() => done(store.end())}
            >
              End now
            </Confirm>
          </>
        )}
        {phase === Phase.REPORTING && (
          <Confirm
            testid={T.end}
            question="Close the counting now? Later counts are marked late."
            yes="Close it"
            no="Wait"
            act={() => done(store.end())}
          >
            Close the counting
          </Confirm>
        )}
        {phase !== Phase.REPORTING && (
          <Confirm
            testid={T.cancel}
            question="Cancel this round, for everybody?"
            yes="Cancel it"
            no="Keep it"
            act={() => done(store.cancel())}
          >
            Cancel round
          </Confirm>
        )}
      </div>
    </section>
  );
}

export function RemoveWriter({ row, remove }: { row: Named; remove: NonNullable<Remove> }) {
  const name = isolated(row.name);
  return (
    <Confirm
      testid={T.remove}
      label={`Remove ${name}`}
      question={`Remove ${name}? They cannot come back to this room.`}
      yes="Remove"
      no="Keep"
      act={() => remove(row)}
    >
      Remove
    </Confirm>
  );
}
