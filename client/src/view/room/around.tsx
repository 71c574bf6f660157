// What stands around the draft: it comes right after the draft takes keys.
export { ShareLink } from "./copy";
export { Panel } from "./panels";
export { Shore } from "./shore";
