// What every page has from the first moment: the mark, and a skeleton of what is on its way.
import { Link } from "./router";

export function Mark({ label }: { label?: string }) {
  return (
    <Link to="/" class="mark" aria-label={label ?? "Wordtide"}>
      <svg width="28" height="20" viewBox="0 0 28 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
        <path d="M1 12c3.3 0 3.3-3 6.5-3s3.2 3 6.5 3 3.3-3 6.5-3 3.2 3 6.5 3" />
        <path d="M1 18c3.3 0 3.3-3 6.5-3s3.2 3 6.5 3 3.3-3 6.5-3 3.2 3 6.5 3" opacity=".45" />
        <circle cx="19" cy="3.5" r="1.6" fill="currentColor" stroke="none" />
      </svg>
      {!label && <span>Wordtide</span>}
    </Link>
  );
}

/** The page's shape while its content is on the way. */
export function Bones({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div class="bones">
      <span class="away">{label}</span>
      {Array.from({ length: lines }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  );
}
