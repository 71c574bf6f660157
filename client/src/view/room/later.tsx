// The parts of a room that come after its draft: what stands around it first, then the tools, the host's, the reporter's,
// and what follows the bell.
import { lazy } from "../lazy";

export const Panel = lazy(() => import("./around").then((m) => m.Panel));
export const Shore = lazy(() => import("./around").then((m) => m.Shore), 0);
export const ShareLink = lazy(() => import("./around").then((m) => m.ShareLink), 1);
export const HeadTools = lazy(() => import("./headtools").then((m) => m.HeadTools), 0);
export const Ways = lazy(() => import("./counting").then((m) => m.Ways), 0);
export const ReportForm = lazy(() => import("./counting").then((m) => m.ReportForm));
export const StartForm = lazy(() => import("./startform").then((m) => m.StartForm), 5);
export const HostControls = lazy(() => import("./host").then((m) => m.HostControls), 1);
export const RemoveWriter = lazy(() => import("./host").then((m) => m.RemoveWriter), 1);
export const Everybody = lazy(() => import("./everybody").then((m) => m.Everybody), 5);
export const Reporting = lazy(() => import("./after").then((m) => m.Reporting));
export const Results = lazy(() => import("./after").then((m) => m.Results), 5);
export const Beaten = lazy(() => import("./beaten").then((m) => m.Beaten), 0);
export const Correction = lazy(() => import("./after").then((m) => m.Correction), 0);
export const Again = lazy(() => import("./after").then((m) => m.Again), 1);
export const Cancelled = lazy(() => import("./after").then((m) => m.Cancelled));
export const Before = lazy(() => import("./mine").then((m) => m.Before), 0);
export const Beside = lazy(() => import("./mine").then((m) => m.Beside), 0);
export const After = lazy(() => import("./mine").then((m) => m.After), 0);
export const Closed = lazy(() => import("./closed").then((m) => m.Closed), 2);
export const KeysList = lazy(() => import("./keyslist").then((m) => m.KeysList));

/** Fetched once the page is quiet, so that a line that is away at the bell takes nothing away. */
export function fetchAhead(): void {
  for (const part of [HeadTools, HostControls, Ways, ReportForm, Reporting, Results, Beaten, Again, Cancelled, Closed]) part.ahead();
}
