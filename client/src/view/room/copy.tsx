// The link to the room, and a button that copies it. On plain http there is no clipboard API: then the old command, then by hand.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { announce } from "../announce";
import * as T from "../testids";

const SHOWN_MS = 2_500;

function copyByCommand(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const box = document.createElement("textarea");
  box.value = text;
  box.readOnly = true;
  box.className = "away";
  document.body.append(box);
  box.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  box.remove();
  focused?.focus();
  return done;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

interface CopyButtonProps {
  text: string;
  label: string;
  /** As "The link is", for whoever hears it. */
  what: string;
  plain?: boolean;
}

export function CopyButton({ text, label, what, plain = false }: CopyButtonProps) {
  const said = useSignal("");
  const timer = useRef(0);
  const onClick = async () => {
    const done = await copy(text);
    said.value = done ? "Copied" : "Select it and copy";
    announce(done ? `${what} copied.` : "This browser does not let the page copy. Select it and copy it.");
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => (said.value = ""), SHOWN_MS);
  };
  return (
    <button type="button" class={`button${plain ? " plain" : ""} copy`} data-testid={T.copyLink} onClick={onClick}>
      {said.value || label}
    </button>
  );
}

export function CopyLink({ url, plain = false }: { url: string; plain?: boolean }) {
  return <CopyButton text={url} label="Copy link" what="The link is" plain={plain} />;
}

export function ShareLink({ url, label = "The link to this room" }: { url: string; label?: string }) {
  return (
    <div class="field">
      <label for="link">{label}</label>
      <div class="row share">
        <input
          id="link"
          class="copyable"
          readOnly
          value={url}
          data-testid={T.linkText}
          onFocus={(e) => e.currentTarget.select()}
        />
        <CopyLink url={url} />
      </div>
    </div>
  );
}
