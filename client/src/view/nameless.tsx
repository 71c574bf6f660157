// What a page of one's own says where nobody has given a name, or whoever had is signed out: begin, or come back.
import { NameForm } from "./name";
import { address, Link } from "./router";

/** The page for signing in, which leads back to where one is. `more`: what else its address says. */
export function toSignIn(more = ""): string {
  const { pathname, search } = address.peek();
  return `/in?${more}to=${encodeURIComponent(pathname + search)}`;
}

export function Nameless({ text, button = "Begin" }: { text: string; button?: string }) {
  return (
    <div class="card stack">
      <p>{text}</p>
      <NameForm button={button} />
      <p>
        <Link to={toSignIn()}>I have been here before</Link>
      </p>
    </div>
  );
}
