// The room is closed to this page: why, and the one thing to do about it.
import type { ComponentChildren } from "preact";

import { CLOSE_TEXT } from "../../close_text";
import { CloseCode } from "../../protocol";
import { Link } from "../router";
import * as T from "../testids";

const RELOAD: readonly number[] = [CloseCode.MALFORMED, CloseCode.NO_HELLO, CloseCode.VERSION];
const AGAIN: readonly number[] = [CloseCode.FULL, CloseCode.TOO_MANY_SOCKETS];

interface ClosedProps {
  code: number | null;
  again: () => void;
  children?: ComponentChildren;
}

export function Closed({ code, again, children }: ClosedProps) {
  return (
    <section class="card stack" data-testid={T.closed} data-code={code}>
      <h2>{CLOSE_TEXT[code ?? 0] ?? "The line was closed. Reload the page."}</h2>
      {children}
      <div class="row">
        {code !== null && (code < CloseCode.DRAIN || RELOAD.includes(code)) && (
          <button type="button" class="button first" onClick={() => location.reload()}>
            Reload the page
          </button>
        )}
        {code !== null && AGAIN.includes(code) && (
          <button type="button" class="button first" onClick={again}>
            {code === CloseCode.FULL ? "Try again" : "Use it here"}
          </button>
        )}
        <Link to="/rooms" class="button">
          See the open rooms
        </Link>
      </div>
    </section>
  );
}
