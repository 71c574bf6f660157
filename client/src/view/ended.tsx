// A session that ended while a page of its writer was open: by its time, or on another device. Whoever has typed something
// stays with it and signs in beside it; everybody else is led to signing in, and back. A room has its own way (room/page.tsx).
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../api";
import { toSignIn } from "./nameless";
import { address, go } from "./router";
import * as T from "./testids";
import { me } from "./who";

/** Of one page: whether something was typed into it is known from when this is there. */
export function Ended() {
  const isOut = useSignal(false);
  useEffect(() => {
    let alive = true;
    let typed = false;
    const note = () => (typed = true);
    const out = () => {
      if (!alive || !me.peek() || address.peek().pathname.startsWith("/in")) return;
      if (typed) {
        isOut.value = true;
        return;
      }
      go(toSignIn("ended&"), true);
      me.value = null;
    };
    // Whoever comes back to the page may have signed out, or in, or in as another, in a tab beside it.
    const look = async () => {
      if (document.visibilityState !== "visible" || !me.peek()) return;
      const now = await api.me().catch(() => undefined); // the next look will tell
      if (now === null) out();
      if (!now || !alive) return;
      if (now.id !== me.peek()?.id) location.reload(); // what stands here is the other's
      isOut.value = false;
    };
    const watch = () => void look();
    addEventListener(api.SIGNED_OUT, out);
    document.addEventListener("input", note);
    document.addEventListener("visibilitychange", watch);
    return () => {
      alive = false;
      removeEventListener(api.SIGNED_OUT, out);
      document.removeEventListener("input", note);
      document.removeEventListener("visibilitychange", watch);
    };
  }, []);
  if (!isOut.value) return null;
  return (
    <div class="card ended" role="alert" data-testid={T.signedOut}>
      <p>
        You are signed out here. What you typed is still on this page, and not sent:{" "}
        <a href="/in?ended" target="_blank">
          sign in in a new tab
        </a>
        , come back, and send it again.
      </p>
    </div>
  );
}
