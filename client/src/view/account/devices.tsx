// Where somebody is signed in: the list, how it ends here and elsewhere, and the way to another device.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import * as api from "../../api_devices";
import { isolated } from "../../isolated";
import type { DeviceJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { Show, useFound } from "../found";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import { go, toHeading } from "../router";
import * as T from "../testids";
import { me } from "../who";
import { AnotherDevice } from "./another";

export function Devices() {
  const found = useFound(api.devices, 0);
  const wrong = useSignal("");
  const title = useRef<HTMLHeadingElement>(null);
  const known = found.value.value;
  const listed = [...(known?.devices ?? [])].sort((a, b) => Number(b.here) - Number(a.here));

  /** Those that `stay` of the list as it is then: of two answers with the whole list the older may come last. */
  const end = async (act: () => Promise<unknown>, stay: (device: DeviceJson) => boolean, said: string) => {
    try {
      await act();
      wrong.value = "";
      const now = found.value.peek();
      if (now) found.put({ ...now, devices: now.devices.filter(stay) });
      announce(said);
      toHeading(title.current); // the button is gone
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  const leave = async () => {
    try {
      await api.signOutHere();
      me.value = null;
      go("/in?out", true);
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };

  const isOnlyWay = known !== null && listed.length < 2 && !known.kept;
  return (
    <>
      <section class="stack" aria-labelledby="devices-title">
        <h2 id="devices-title" ref={title}>
          Devices
        </h2>
        <Refusal text={wrong.value} />
        <Show found={found} lines={2} label="Looking where you are signed in">
          {() => (
            <ul class="rooms devices">
              {listed.map((each) => (
                <Device
                  key={each.id}
                  device={each}
                  isOnlyWay={isOnlyWay}
                  leave={leave}
                  signOut={() => end(() => api.signOut(each.id), ({ id }) => id !== each.id, `${isolated(each.name)} is signed out.`)}
                />
              ))}
            </ul>
          )}
        </Show>
        {known && listed.length > known.most / 2 && (
          <p class="quiet small">There can be {known.most}. One more signs out the one that was used longest ago.</p>
        )}
        {listed.length > 1 && (
          <div>
            <Confirm
              testid={T.signOutOthers}
              question="All devices but this one are signed out. What was typed there stays there."
              yes="Sign them out"
              no="Keep them"
              act={() => end(api.signOutOthers, ({ here }) => here, "All other devices are signed out.")}
            >
              Sign out everywhere else
            </Confirm>
          </div>
        )}
      </section>
      <AnotherDevice changed={found.put} />
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
