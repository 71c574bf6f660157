// The sprint's phase as a pure function of its timeline and the server's now (as server/core/sprint.py has it).

import { Phase, type PhaseNow } from "./protocol";

export function phaseAt(timeline: PhaseNow | null, now: number): Phase {
  if (timeline === null || timeline.sprint === null) return Phase.LOBBY;
  if (timeline.cancelled !== null) return Phase.CANCELLED;
  if (now < timeline.starts) return Phase.COUNTDOWN;
  if (now < timeline.ends) return Phase.WRITING;
  if (now < timeline.reporting_ends) return Phase.REPORTING;
  return Phase.RESULTS;
}

/** When the phase changes next by itself, server time in ms; null where nothing is ahead. */
export function nextBoundary(timeline: PhaseNow | null, now: number): number | null {
  switch (phaseAt(timeline, now)) {
    case Phase.COUNTDOWN:
      return timeline!.starts;
    case Phase.WRITING:
      return timeline!.ends;
    case Phase.REPORTING:
      return timeline!.reporting_ends;
    default:
      return null;
  }
}
