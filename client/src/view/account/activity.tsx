// What was done with the account, and where: whoever sees something there that was not them knows what to end.
import * as api from "../../api_account";
import type { AuditLineJson } from "../../protocol";
import { Show, useFound } from "../found";
import * as T from "../testids";

const FIRST = 5;

const SAID: Readonly<Record<string, string>> = {
  passkey_added: "Passkey added",
  passkey_renamed: "Passkey renamed",
  passkey_removed: "Passkey removed",
  passkey_doubted: "Refused a passkey that counts backwards",
  signed_in_passkey: "Signed in with a passkey",
  signed_in_recovery: "Signed in with a recovery code",
  signed_in_openid: "Signed in by an account elsewhere",
  identity_added: "Account elsewhere added",
  identity_removed: "Account elsewhere removed",
  signed_in_link: "Signed in with a link or a code",
  signed_out: "Signed out",
  signed_out_device: "Signed out another device",
  signed_out_idle: "Signed out the device used longest ago",
  signed_out_others: "Signed out all other devices",
  link_made: "Showed a code for another device",
  link_made_by_operator: "Whoever runs this server made a way in",
  codes_made: "Recovery codes made",
  token_made: "Token made",
  token_revoked: "Token revoked",
  archive_taken: "All of your data taken along",
  calendar_made: "Calendar address made",
  calendar_revoked: "Calendar address taken back",
  handle_chosen: "Handle chosen",
  handle_given_up: "Handle given up",
  merged: "Two histories became one",
  parted: "Two histories were parted",
};

/** One that this page does not know yet, as "code made". */
const said = (what: string): string => SAID[what] ?? what.replace(/_/g, " ");

const form = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" });

/** `done`: how often something was done here, so that it looks again. */
export function Activity({ done }: { done: number }) {
  const found = useFound(api.audit, done);
  return (
    <section class="stack" aria-labelledby="activity-title">
      <h2 id="activity-title">What was done here</h2>
      <Show found={found} lines={3} label="Looking what was done">
        {({ lines }) => <Lines lines={lines} />}
      </Show>
    </section>
  );
}

export function Lines({ lines }: { lines: readonly AuditLineJson[] }) {
  if (lines.length === 0) return <p class="quiet">Nothing yet. Each sign-in and each change of what keeps your history will stand here.</p>;
  return (
    <>
      <p>If one of these was not you, sign out that device and remove what you do not know.</p>
      <List lines={lines.slice(0, FIRST)} />
      {lines.length > FIRST && (
        <details>
          <summary>Earlier</summary>
          <List lines={lines.slice(FIRST)} />
        </details>
      )}
    </>
  );
}

function List({ lines }: { lines: readonly AuditLineJson[] }) {
  return (
    <ul class="noted">
      {lines.map((each, i) => (
        <li key={i} data-testid={T.auditLine} data-what={each.what}>
          <p>
            {said(each.what)}
            {each.detail && (
              <>
                : <bdi>{each.detail}</bdi>
              </>
            )}
          </p>
          <p class="quiet small">
            <time dateTime={each.at}>{form.format(Date.parse(each.at))}</time>
            {each.device && (
              <>
                {" · "}
                <bdi>{each.device}</bdi>
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
