// Shows one state, named in the address (?s=writing&theme=dark), or the list of them. Not part of the product's build.
import "../src/style/all.css";

import { render } from "preact";

import { Announcer } from "../src/view/announce";
import { applyPrefs, theme } from "../src/view/prefs";
import { me } from "../src/view/who";
import { STATES } from "./states";

const query = new URLSearchParams(location.search);
const wanted = query.get("theme");
theme.value = wanted === "dark" || wanted === "light" ? wanted : "system";
applyPrefs();
me.value = null;

const state = STATES[query.get("s") ?? ""];
const root = document.getElementById("app");
if (root) {
  render(
    state ? (
      <>
        {state()}
        <Announcer />
      </>
    ) : (
      <ul>
        {Object.keys(STATES).map((name) => (
          <li key={name}>
            <a href={`?s=${name}`}>{name}</a>
          </li>
        ))}
      </ul>
    ),
    root,
  );
}
