// The account: what keeps a history, where its writer is signed in, what was done, and what is kept of them.
import { useSignal } from "@preact/signals";

import type { MeJson } from "../../protocol";
import { Nameless } from "../nameless";
import { Page } from "../house";
import { Link } from "../router";
import { Bones } from "../shell";
import { me } from "../who";
import { Activity } from "./activity";
import { Devices } from "./devices";
import { Keeping } from "./keeping";
import { Merges } from "./merges";
import { Tokens } from "./tokens";
import { Gone, isGone, YourData } from "./yourdata";

export function AccountPage() {
  const who = me.value;
  return (
    <Page title="Account">
      {isGone.value ? (
        <Gone />
      ) : (
        <div class="stack">
          <h1>Account</h1>
          <p>
            <Link to="/settings">Back to the settings</Link>
          </p>
        </div>
      )}
      {who === null && !isGone.value && <Nameless text="An account belongs to a name. Give one, and it begins; or come back to the one you have." />}
      {who === undefined && <Bones lines={6} label="Loading your account" />}
      {who && <Account key={who.id} who={who} />}
    </Page>
  );
}

function Account({ who }: { who: MeJson }) {
  const done = useSignal(0);
  return (
    <>
      <Keeping done={() => (done.value += 1)} />
      <Devices />
      <Tokens done={() => (done.value += 1)} />
      <Merges done={() => (done.value += 1)} />
      <Activity done={done.value} />
      <YourData who={who} />
    </>
  );
}
