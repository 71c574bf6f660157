// What stands above the draft in each phase.
import { Phase, Role } from "../../protocol";
import { minutesOf, number } from "../format";
import * as T from "../testids";
import { ShareLink } from "./copy";
import { After, Again, Before, Cancelled, Closed, Correction, Reporting, ReportForm, Results, StartForm } from "./later";
import type { Parts } from "./parts";
import { Shore } from "./shore";

function Lobby({ parts }: { parts: Parts }) {
  const { store, url, minutes, start } = parts;
  const host = store.role.value === Role.HOST;
  return (
    <section class="stack wide" aria-labelledby="lobby-title">
      <div class="stack">
        <h2 id="lobby-title">{host ? "Bring people in, then start" : "Waiting for the host to start"}</h2>
        {!host && <p>Settle in. Everybody sees the same countdown when it begins.</p>}
        <ShareLink url={url} />
      </div>
      {host && (
        <div class="card">
          <StartForm.View start={start} serverNow={() => store.serverNow()} minutes={minutes()} />
        </div>
      )}
      <Before.View store={store} url={url} />
    </section>
  );
}

function Countdown({ parts: { store, url } }: { parts: Parts }) {
  const now = store.timeline.value;
  const length = now ? (now.ends - now.starts) / 60_000 : 0;
  return (
    <section class="stack" aria-label="Countdown">
      <p>
        {minutesOf(length)}
        {now && now.round > 1 ? `, round ${number(now.round)}` : ""}. What is on the page already does not count.
      </p>
      <ShareLink url={url} />
      <Before.View store={store} url={url} />
    </section>
  );
}

function Watching({ join }: { join: () => void }) {
  return (
    <p class="row card watching">
      <span>You are watching.</span>
      <button type="button" class="button first" data-testid={T.joinButton} onClick={join}>
        Join
      </button>
    </p>
  );
}

function OfPhase({ parts }: { parts: Parts }) {
  const { store, way, loadSprint } = parts;
  const timeline = store.timeline.value;
  switch (store.phase.value) {
    case Phase.COUNTDOWN:
      return <Countdown parts={parts} />;
    case Phase.WRITING:
      return store.slot.value !== null && way.value !== "here" ? <ReportForm.View store={store} way={way} /> : null;
    case Phase.REPORTING:
      return <Reporting.View store={store} way={way} />;
    case Phase.RESULTS:
      return (
        <Results.View
          sprint={timeline?.sprint ?? null}
          rev={timeline?.rev ?? 0}
          load={loadSprint}
          slot={store.slot.value}
          writers={store.board.value.n}
          round={timeline?.round ?? 0}
        >
          <Correction.View store={store} way={way} />
          <After.View store={store} url={parts.url} />
          <Again.View parts={parts} />
        </Results.View>
      );
    case Phase.CANCELLED:
      return <Cancelled.View parts={parts} />;
    default:
      return <Lobby parts={parts} />;
  }
}

export function Panel({ parts, inPage }: { parts: Parts; inPage: boolean }) {
  const { store } = parts;
  const slot = store.slot.value;
  if (store.link.value === "closed") {
    return (
      <Closed.View code={store.closedCode.value} again={parts.again}>
        {slot !== null && <p>Your text is still here.</p>}
      </Closed.View>
    );
  }
  return (
    <>
      {slot === null && <Watching join={parts.join} />}
      <OfPhase parts={parts} />
      {inPage && <Shore parts={parts} inPage />}
    </>
  );
}
