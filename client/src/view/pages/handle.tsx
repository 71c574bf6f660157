// A name that nobody else has, for those who keep an account.
import { Refusal } from "../refusal";

const HANDLE = /^[a-z0-9_-]{3,30}$/;

/** As it is kept; null where the field is empty. */
export function handleOf(text: string): string | null {
  return text.trim().replace(/^@/, "").toLowerCase() || null;
}

export function wrongHandle(handle: string | null | undefined): string {
  return handle && !HANDLE.test(handle) ? "3 to 30 of a to z, 0 to 9, _ and -." : "";
}

export function HandleField({ value, wrong }: { value: string | null; wrong: string }) {
  return (
    <div class="field">
      <label for="handle">Handle</label>
      <input
        id="handle"
        name="handle"
        defaultValue={value ?? ""}
        maxLength={31}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={wrong ? "handle-wrong handle-hint" : "handle-hint"}
      />
      <Refusal id="handle-wrong" text={wrong} />
      <p class="hint" id="handle-hint">
        Names may be alike; a handle is yours alone. For those who keep an account. One that you give up is nobody’s for 30 days.
      </p>
    </div>
  );
}
