// An address at which there is nothing.
import { Apology, Page } from "../house";
import { Link } from "../router";

export function Nowhere() {
  return (
    <Page title="Nothing here">
      <Apology title="There is nothing at this address" text="It may be mistyped.">
        <Link to="/" class="button first">
          To the first page
        </Link>
      </Apology>
    </Page>
  );
}
