// The house around every page but the room: the mark, the ways to the other pages, the water at the foot.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { Tide } from "./room/tide";
import { address, Link, useArrival } from "./router";
import { Mark } from "./shell";

const FLOATS = [1, 2, 3, 5, 8, 13, 21];

const WAYS = [
  ["/rooms", "Rooms"],
  ["/history", "History"],
  ["/projects", "Projects"],
  ["/settings", "Settings"],
] as const;

export function Page({ title, children }: { title: string; children: ComponentChildren }) {
  useArrival();
  useEffect(() => {
    document.title = title === "Wordtide" ? title : `${title} · Wordtide`;
  }, [title]);
  return (
    <>
      <a class="skip" href="#main">
        To the page
      </a>
      <header class="site-head">
        <Mark />
        <nav aria-label="Pages">
          {WAYS.map(([to, name]) => (
            <Link key={to} to={to} aria-current={address.value.pathname.startsWith(to) ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
      </header>
      <main class="page" id="main">
        {children}
      </main>
      <Tide as="foot" level={1} slots={FLOATS} me={null} />
    </>
  );
}

/** A refusal or an absence, with the one thing to do next. */
export function Apology({ title, text, children }: { title: string; text: string; children?: ComponentChildren }) {
  return (
    <section class="stack">
      <h1>{title}</h1>
      <p>{text}</p>
      {children && <div class="row">{children}</div>}
    </section>
  );
}
