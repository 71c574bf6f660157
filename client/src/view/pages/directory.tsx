// All public rooms that are open.
import { Link } from "../router";
import { Page } from "../house";
import { PublicRooms } from "./rooms";

export function Directory() {
  return (
    <Page title="Open rooms">
      <div class="stack">
        <h1>Open rooms</h1>
        <p>Anybody may join these. A name is all it takes.</p>
      </div>
      <section class="stack" aria-label="Open rooms">
        <PublicRooms />
      </section>
      <p>
        <Link to="/" class="button">
          Start a room of your own
        </Link>
      </p>
    </Page>
  );
}
