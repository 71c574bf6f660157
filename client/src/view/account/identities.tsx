// The account elsewhere by which a writer is let in, where whoever runs this server has set up an OpenID provider.
import { useRef } from "preact/hooks";

import * as api from "../../api_openid";
import { isolated } from "../../isolated";
import type { IdentitiesJson, IdentityJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { Confirm } from "../room/confirm";
import { address, toHeading } from "../router";
import * as T from "../testids";
import { useFresh } from "./fresh";

/** Of a provider that is not set up here any more nothing else is known. */
function hostOf(issuer: string): string {
  try {
    return new URL(issuer).host; // URL.canParse is younger than the browsers that the pages are built for
  } catch {
    return issuer;
  }
}

interface IdentitiesProps {
  known: IdentitiesJson;
  /** Whether nothing else leads back to the history but this browser. */
  isLastWay: (identity: IdentityJson) => boolean;
  changed: (known: IdentitiesJson) => void;
}

export function Identities({ known, isLastWay, changed }: IdentitiesProps) {
  const fresh = useFresh();
  const title = useRef<HTMLHeadingElement>(null);
  const { provider, issuer, identities } = known;
  if (provider === null && identities.length === 0) return null;
  const isThere = identities.some((each) => each.issuer === issuer);
  const remove = (id: string, last: boolean) =>
    fresh.run(async () => {
      changed(await api.removeIdentity(id, last));
      announce("It is removed.");
      toHeading(title.current); // the button is gone
    });
  return (
    <section class="stack" aria-labelledby="identities-title">
      <h2 id="identities-title" ref={title}>
        An account elsewhere
      </h2>
      {provider !== null && !isThere && (
        <p>
          With an account at <bdi>{provider}</bdi> you can come back to this history, from any device.
        </p>
      )}
      {identities.length > 0 && (
        <ul class="rooms">
          {identities.map((each) => (
            <Row
              key={each.id}
              identity={each}
              provider={each.issuer === issuer ? provider : null}
              isLastWay={isLastWay(each)}
              remove={(last) => void remove(each.id, last)}
            />
          ))}
        </ul>
      )}
      {fresh.view}
      {provider !== null && !isThere && (
        <div>
          <button
            type="button"
            class="button"
            data-testid={T.identityAdd}
            onClick={() => void fresh.run(() => api.leaveToAdd(address.peek().pathname))}
          >
            <span>
              Add <bdi>{provider}</bdi>
            </span>
          </button>
        </div>
      )}
    </section>
  );
}

interface RowProps {
  identity: IdentityJson;
  /** Null: it is not the one that is set up here. */
  provider: string | null;
  isLastWay: boolean;
  remove: (last: boolean) => void;
}

function Row({ identity, provider, isLastWay, remove }: RowProps) {
  const called = provider ?? hostOf(identity.issuer);
  return (
    <li class="room-row wraps" data-testid={T.identity}>
      <div>
        <p>
          <strong>
            <bdi>{called}</bdi>
          </strong>
        </p>
        <p class="quiet small">
          Added {dateOf(identity.created_at)}
          {provider === null && " · lets nobody in here any more"}
        </p>
      </div>
      <Confirm
        testid={T.identityRemove}
        label={`Remove ${isolated(called)}`}
        question={isLastWay ? "It is the last way back. Then only this browser leads to your history." : "It lets you in here no more. The account there stays."}
        yes={isLastWay ? "Remove it all the same" : "Remove it"}
        no="Keep it"
        act={() => remove(isLastWay)}
      >
        Remove
      </Confirm>
    </li>
  );
}
