// What each phase is called on the page.
import { Phase } from "../../protocol";

export function phaseName(phase: Phase): string {
  switch (phase) {
    case Phase.COUNTDOWN:
      return "begins soon";
    case Phase.WRITING:
      return "writing";
    case Phase.REPORTING:
      return "counts coming in";
    case Phase.RESULTS:
      return "results";
    case Phase.CANCELLED:
      return "cancelled";
    default:
      return "not started";
  }
}
