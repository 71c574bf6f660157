// Where somebody is signed in: the list, how it ends here and elsewhere, and the way to another device.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../../api_devices";
import { isolated } from "../../isolated";
import type { DeviceJson, DevicesJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { problemText } from "../name";
import { Confirm } from "../room/confirm";
import { go } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { me } from "../who";
import { AnotherDevice } from "./another";

export function Devices() {
  const found = useSignal<DevicesJson | null>(null);
  const wrong = useSignal("");
  const run = async (act: () => Promise<DevicesJson>, said = "") => {
    try {
      found.value = await act();
      wrong.value = "";
      if (said) announce(said);
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  useEffect(() => void run(api.devices), []);

  const leave = async () => {
    try {
      await api.signOutHere();
      me.value = null;
      go("/in?out", true);
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };

  const listed = [...(found.value?.devices ?? [])].sort((a, b) => Number(b.here) - Number(a.here));
  const isOnlyWay = found.value !== null && listed.length < 2 && !found.value.kept;
  return (
    <>
      <section class="stack" aria-labelledby="devices-title">
        <h2 id="devices-title">Devices</h2>
        {wrong.value && (
          <p class="wrong" role="alert">
            {wrong}
          </p>
        )}
        {found.value === null && !wrong.value && <Bones lines={2} label="Looking where you are signed in" />}
        {found.value && (
          <ul class="rooms devices">
            {listed.map((each) => (
              <Device
                key={each.id}
                device={each}
                isOnlyWay={isOnlyWay}
                leave={leave}
                signOut={() => run(() => api.signOut(each.id), `${isolated(each.name)} is signed out.`)}
              />
            ))}
          </ul>
        )}
        {listed.length > 1 && (
          <div>
            <Confirm
              testid={T.signOutOthers}
              question="All devices but this one are signed out. What was typed there stays there."
              yes="Sign them out"
              no="Keep them"
              act={() => run(api.signOutOthers, "All other devices are signed out.")}
            >
              Sign out everywhere else
            </Confirm>
          </div>
        )}
      </section>
      <AnotherDevice known={listed} changed={(devices) => (found.value = devices)} />
    </>
  );
}

/** To the day, which is all that is known. */
function dayOf(instant: string): string {
  const day = dateOf(instant);
  return day === dateOf(new Date().toISOString()) ? "today" : `on ${day}`;
}

interface DeviceProps {
  device: DeviceJson;
  isOnlyWay: boolean;
  leave: () => void;
  signOut: () => void;
}

function Device({ device, isOnlyWay, leave, signOut }: DeviceProps) {
  const here = isOnlyWay
    ? "Only this browser leads to this history. Once it is signed out, there is no way back to it."
    : "Your words stay on this device.";
  return (
    <li class="room-row" data-testid={T.device} data-here={device.here}>
      <div>
        <p>
          <strong>
            <bdi>{device.name}</bdi>
          </strong>
        </p>
        <p class="quiet small">
          {device.here ? "This device" : `Used ${dayOf(device.seen_at)}`} · since {dateOf(device.since)}
        </p>
      </div>
      <Confirm
        testid={device.here ? T.signOutHere : T.signOutDevice}
        label={device.here ? "Sign out here" : `Sign out ${isolated(device.name)}`}
        question={device.here ? here : "What was typed there stays there."}
        yes={isOnlyWay ? "Sign out all the same" : "Sign out"}
        no={device.here ? "Stay" : "Keep it"}
        act={device.here ? leave : signOut}
      >
        {device.here ? "Sign out here" : "Sign out"}
      </Confirm>
    </li>
  );
}
