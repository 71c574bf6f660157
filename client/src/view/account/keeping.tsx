// What keeps a history: nothing but this browser, or passkeys, each of which leads back to it; and recovery codes.
import { useRef } from "preact/hooks";

import * as api from "../../api_account";
import { isolated } from "../../isolated";
import * as passkey from "../../passkey";
import type { PasskeyJson } from "../../protocol";
import { announce } from "../announce";
import { type Found, Show, useFound } from "../found";
import { toHeading } from "../router";
import * as T from "../testids";
import { RecoveryCodes } from "./codes";
import { useFresh } from "./fresh";
import { keptBy } from "./kept";
import { PasskeyRow } from "./passkeys";

/** `done`: something was changed, which the list of what was done now has. */
export function Keeping({ done }: { done: () => void }) {
  const passkeys = useFound(api.passkeys, 0);
  const codes = useFound(api.recoveryCodes, 0);
  const changed =
    <T,>(kept: Found<T>) =>
    (found: T) => {
      kept.put(found);
      done();
    };
  const left = codes.value.value;
  return (
    <>
      <Show found={passkeys} lines={2} label="Looking what keeps your history">
        {(known) => left && <Passkeys passkeys={known.passkeys} codes={left.left} changed={(now) => changed(passkeys)({ passkeys: [...now] })} />}
      </Show>
      <Show found={codes} lines={2} label="Looking for your recovery codes">
        {(left) => <RecoveryCodes left={left} changed={changed(codes)} />}
      </Show>
    </>
  );
}

interface PasskeysProps {
  passkeys: readonly PasskeyJson[];
  /** How many recovery codes are left. */
  codes: number;
  changed: (passkeys: readonly PasskeyJson[]) => void;
}

export function Passkeys({ passkeys, codes, changed }: PasskeysProps) {
  const fresh = useFresh();
  const title = useRef<HTMLHeadingElement>(null);
  const hindrance = passkey.here();
  const add = () =>
    fresh.run(async () => {
      const added = await api.addPasskey();
      changed([...passkeys.filter((each) => each.id !== added.id), added]);
      announce("The passkey is added.");
    });
  return (
    <section class="stack" aria-labelledby="keeping-title">
      <h2 id="keeping-title" ref={title}>
        Keep my history safe
      </h2>
      <p data-testid={T.keptBy}>{keptBy(passkeys.length, codes)}</p>
      {passkeys.length > 0 && (
        <ul class="rooms">
          {passkeys.map((each) => (
            <PasskeyRow
              key={each.id}
              passkey={each}
              isLastWay={passkeys.length === 1 && codes === 0}
              rename={async (name) => changed((await api.renamePasskey(each.id, name)).passkeys)}
              remove={(last) =>
                fresh.run(async () => {
                  changed((await api.removePasskey(each.id, last)).passkeys);
                  announce(`${isolated(each.name)} is removed.`);
                  toHeading(title.current); // the button is gone
                })
              }
            />
          ))}
        </ul>
      )}
      {passkeys.length === 0 && (
        <p>
          A passkey is kept by your device or your password manager, and opened as you open your screen: with a finger, a
          face or a PIN. There is no password, and no mail.
        </p>
      )}
      {passkeys.length === 1 && <p>A second one, on another device or a security key, is there when the first is lost.</p>}
      {fresh.view}
      {hindrance ? (
        <p class="quiet" data-testid={T.passkeyHindrance}>
          {hindrance}
        </p>
      ) : (
        <div>
          <button
            type="button"
            class={passkeys.length === 0 ? "button first" : "button"}
            data-testid={T.passkeyAdd}
            onClick={() => void add()}
          >
            {passkeys.length === 0 ? "Add a passkey" : "Add another passkey"}
          </button>
        </div>
      )}
    </section>
  );
}
