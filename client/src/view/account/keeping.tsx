// What keeps a history: nothing but this browser, or passkeys, each of which leads back to it; and recovery codes.
import { useRef } from "preact/hooks";

import * as api from "../../api_account";
import { identities } from "../../api_openid";
import { isolated } from "../../isolated";
import * as passkey from "../../passkey";
import type { IdentityJson, PasskeyJson } from "../../protocol";
import { announce } from "../announce";
import { type Found, Show, useFound } from "../found";
import { toHeading } from "../router";
import * as T from "../testids";
import { RecoveryCodes } from "./codes";
import { useFresh } from "./fresh";
import { Identities } from "./identities";
import { keptBy } from "./kept";
import { PasskeyRow } from "./passkeys";

/** `done`: something was changed, which the list of what was done now has. */
export function Keeping({ done }: { done: () => void }) {
  const passkeys = useFound(api.passkeys, 0);
  const codes = useFound(api.recoveryCodes, 0);
  const elsewhere = useFound(identities, 0);
  const changed =
    <T,>(kept: Found<T>) =>
    (found: T) => {
      kept.put(found);
      done();
    };
  const left = codes.value.value;
  const others = elsewhere.value.value;
  const isIn = (each: IdentityJson) => each.issuer === others?.issuer;
  const ways = (passkeys.value.value?.passkeys.length ?? 0) + (left?.left ?? 0) + (others?.identities.filter(isIn).length ?? 0);
  return (
    <>
      <Show found={passkeys} lines={2} label="Looking what keeps your history">
        {(known) =>
          left &&
          others && (
            <Passkeys
              passkeys={known.passkeys}
              kept={keptBy(known.passkeys.length, left.left, others.identities.some(isIn) ? others.provider : null)}
              isLastWay={ways === 1}
              changed={(now) => changed(passkeys)({ passkeys: [...now] })}
            />
          )
        }
      </Show>
      <Show found={elsewhere} lines={0} label="">
        {(known) => <Identities known={known} isLastWay={(each) => ways === (isIn(each) ? 1 : 0)} changed={changed(elsewhere)} />}
      </Show>
      <Show found={codes} lines={2} label="Looking for your recovery codes">
        {(left) => <RecoveryCodes left={left} changed={changed(codes)} />}
      </Show>
    </>
  );
}

interface PasskeysProps {
  passkeys: readonly PasskeyJson[];
  /** What leads to the history, in a sentence. */
  kept: string;
  /** Nothing but this browser, and a passkey if there is one. */
  isLastWay: boolean;
  changed: (passkeys: readonly PasskeyJson[]) => void;
}

export function Passkeys({ passkeys, kept, isLastWay, changed }: PasskeysProps) {
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
      <p data-testid={T.keptBy}>{kept}</p>
      {passkeys.length > 0 && (
        <ul class="rooms">
          {passkeys.map((each) => (
            <PasskeyRow
              key={each.id}
              passkey={each}
              isLastWay={isLastWay}
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
