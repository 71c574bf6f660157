// Recovery codes: how many are left, and a new set, which is shown once, to be copied or printed.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../../api_account";
import type { RecoveryCodesJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { Confirm } from "../room/confirm";
import { CopyButton } from "../room/copy";
import { toHeading } from "../router";
import * as T from "../testids";
import { useFresh } from "./fresh";

/** Of a set, and how many still serve. */
const SET = 10;

interface RecoveryCodesProps {
  left: RecoveryCodesJson;
  changed: (left: RecoveryCodesJson) => void;
}

export function RecoveryCodes({ left, changed }: RecoveryCodesProps) {
  const fresh = useFresh();
  const shown = useSignal<readonly string[]>([]);
  const title = useRef<HTMLHeadingElement>(null);
  const done = () => {
    shown.value = [];
    toHeading(title.current);
  };
  const make = () =>
    fresh.run(async () => {
      const made = await api.makeRecoveryCodes();
      shown.value = made.codes;
      changed({ left: made.codes.length, made_at: made.made_at });
      announce("The codes are made. They are shown only now.");
    });
  return (
    <section class="stack" aria-labelledby="codes-title">
      <h2 id="codes-title" ref={title}>
        Recovery codes
      </h2>
      <p>
        Ten codes on paper, for the day when no device is left. Each signs in once.
        {left.made_at && (
          <>
            {" "}
            <span data-testid={T.codesLeft} data-left={left.left}>
              {left.left} of {SET} are left, made {dateOf(left.made_at)}.
            </span>
          </>
        )}
      </p>
      {fresh.view}
      {shown.value.length > 0 && <ShownCodes codes={shown.value} done={done} />}
      {shown.value.length === 0 && (
        <div>
          {left.made_at ? (
            <Confirm testid={T.codesMake} question="The codes of now stop working." yes="Make new ones" no="Keep them" act={make}>
              Make new codes
            </Confirm>
          ) : (
            <button type="button" class="button" data-testid={T.codesMake} onClick={() => void make()}>
              Make recovery codes
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function ShownCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => toHeading(heading.current), [codes]);
  return (
    <div class="card stack codes">
      <h3 ref={heading}>Your codes, shown only now</h3>
      <ul class="code-list" data-testid={T.codes}>
        {codes.map((each) => (
          <li key={each}>
            <code>{each}</code>
          </li>
        ))}
      </ul>
      <p class="quiet small">For {location.host}. Keep them where you keep what matters, and not only on this device.</p>
      <div class="row">
        <CopyButton text={codes.join("\n")} what="The codes are" label="Copy codes" />
        <button type="button" class="button" onClick={() => print()}>
          Print
        </button>
        <button type="button" class="button plain" data-testid={T.codesDone} onClick={done}>
          I have them
        </button>
      </div>
    </div>
  );
}
