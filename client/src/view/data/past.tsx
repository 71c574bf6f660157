// Imports of before, each to be undone as a whole.
import { useSignal } from "@preact/signals";

import * as api from "../../api_data";
import { isolated } from "../../isolated";
import type { ImportJson, ImportsJson } from "../../protocol";
import { announce } from "../announce";
import { sessionsOf, words } from "../format";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import { toHeading } from "../router";
import * as T from "../testids";
import { dateOf } from "./when";

export function Past({ imports, changed }: { imports: readonly ImportJson[]; changed: (now: ImportsJson) => void }) {
  const wrong = useSignal("");
  const undoing = useSignal("");
  const undo = async (each: ImportJson) => {
    undoing.value = each.id;
    try {
      changed(await api.undoImport(each.id));
      wrong.value = "";
      announce(`${each.file_name ? isolated(each.file_name) : "The import"} is undone.`);
      toHeading(document.getElementById("past-title") ?? document.querySelector("h1")); // the button is gone
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      undoing.value = "";
    }
  };
  return (
    <>
      <Refusal text={wrong.value} />
      <ul class="rooms">
        {imports.map((each) => (
          <li key={each.id} class="room-row" data-testid={T.importRow} data-import={each.id}>
            <div>
              <p>
                <strong>
                  <bdi>{each.file_name || "A file"}</bdi>
                </strong>
              </p>
              <p class="quiet small">
                {sessionsOf(each.sessions)}, {words(each.words)} · {dateOf(each.done_at)}
              </p>
            </div>
            {undoing.value === each.id ? (
              <span class="quiet">Undoing</span>
            ) : (
              <Confirm
                testid={T.importUndo}
                label={`Undo ${each.file_name ? isolated(each.file_name) : "the import"}`}
                question="All of it leaves your history."
                yes="Undo it"
                no="Keep it"
                act={() => undo(each)}
              >
                Undo
              </Confirm>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
