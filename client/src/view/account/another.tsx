// "Open on another device": a code to type and a square to point a camera at, as long as they are good.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../../api_devices";
import { isolated } from "../../isolated";
import type { DeviceLinkJson, DevicesJson, QrCodeJson } from "../../protocol";
import { announce } from "../announce";
import { countdown } from "../format";
import * as T from "../testids";
import { useFresh } from "./fresh";

const LOOK_MS = 3_000;
const QUIET_ZONE = 4;
const OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"];

interface Shown {
  link: DeviceLinkJson;
  /** performance.now() at its end: the clock of the device may be wrong. */
  until: number;
}

interface AnotherProps {
  changed: (devices: DevicesJson) => void;
}

export function AnotherDevice({ changed }: AnotherProps) {
  const shown = useSignal<Shown | null>(null);
  const left = useSignal(0);
  const said = useSignal("");
  const fresh = useFresh();
  const before = useRef(new Set<string>());

  const show = () => {
    said.value = "";
    return fresh.run(async () => {
      const { devices } = await api.devices();
      before.current = new Set(devices.map((each) => each.id));
      const link = await api.makeLink();
      left.value = link.lasts_s;
      shown.value = { link, until: performance.now() + link.lasts_s * 1_000 };
    });
  };

  useEffect(() => {
    if (shown.value === null) return;
    const { until } = shown.value;
    const tick = () => {
      left.value = Math.max(0, Math.ceil((until - performance.now()) / 1_000));
      if (left.value > 0) return;
      shown.value = null;
      said.value = "That code is good no more.";
      announce(said.value);
    };
    const look = async () => {
      const found = await api.devices().catch(() => null); // the next look will tell
      const come = found?.devices.find((each) => !before.current.has(each.id));
      if (!found || !come || shown.value?.until !== until) return;
      shown.value = null;
      said.value = `${isolated(come.name)} is signed in.`;
      announce(said.value);
      changed(found);
    };
    const timers = [setInterval(tick, 1_000), setInterval(look, LOOK_MS)];
    return () => timers.forEach(clearInterval);
  }, [shown.value]);

  return (
    <section class="stack" aria-labelledby="another-title">
      <h2 id="another-title">Open on another device</h2>
      <p>The same name, rooms and history there. What you have typed stays on the device where you typed it.</p>
      {fresh.view}
      {said.value && <p data-testid={T.anotherSaid}>{said}</p>}
      {shown.value && <Code shown={shown.value} left={left.value} />}
      <div>
        <button type="button" class="button" data-testid={T.anotherShow} onClick={show}>
          {shown.value ? "Show a new code" : "Show a code"}
        </button>
      </div>
    </section>
  );
}

function Code({ shown: { link }, left }: { shown: Shown; left: number }) {
  const { host, hostname } = new URL(link.url);
  return (
    <div class="card another">
      <Square qr={link.qr} />
      <div class="stack">
        <p>
          Point the other device’s camera at the square. Or open <strong>{host}/in</strong> there and type:
        </p>
        <p class="code" data-testid={T.anotherCode}>
          {link.code}
        </p>
        <p class="quiet small">
          It signs in once. Good for <span role="timer">{countdown(left * 1_000)}</span>.
        </p>
        {OWN_NAMES.includes(hostname) && (
          <p class="small">
            Other devices do not find this machine as {hostname}: open this page by its name in the network first.
          </p>
        )}
      </div>
    </div>
  );
}

/** Dark on light in every theme: cameras expect it so. */
function Square({ qr: { size, path } }: { qr: QrCodeJson }) {
  const whole = size + 2 * QUIET_ZONE;
  return (
    <svg
      class="square"
      role="img"
      aria-label="A square that leads another device’s camera here"
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${whole} ${whole}`}
      shape-rendering="crispEdges"
    >
      <rect x={-QUIET_ZONE} y={-QUIET_ZONE} width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
