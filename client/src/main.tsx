// Starts the client: what this device prefers, then the page.
import "./style/all.css";

import { render } from "preact";

import { App } from "./view/app";
import { applyPrefs } from "./view/prefs";
import { followHistory } from "./view/router";

applyPrefs();
followHistory();
const root = document.getElementById("app");
if (root) render(<App />, root);
