// What a merge of two histories did, in sentences.
import type { MergeDidJson, MergeJson } from "../../protocol";
import { number, sessionsOf } from "../format";
import * as T from "../testids";

const days = (n: number): string => `${number(n)} more ${n === 1 ? "day has" : "days have"} a session now.`;
const common = (n: number): string =>
  `Both were in ${number(n)} of the same ${n === 1 ? "sprint" : "sprints"}: counted once, by the newest count.`;

export function Did({ merge, did }: { merge: MergeJson; did: MergeDidJson }) {
  return (
    <div class="stack" data-testid={T.mergeDid}>
      <p>
        {sessionsOf(did.sessions)} came from <bdi>{merge.guest}</bdi>’s history. {did.days > 0 && days(did.days)}{" "}
        {did.common > 0 && common(did.common)}
      </p>
      <p>
        Words before: {number(did.words_before)}. Words now: {number(did.words_after)}.
      </p>
    </div>
  );
}
