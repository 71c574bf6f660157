// Where somebody goes on who has signed in.

/** As protocol/openid.py has it. No space: browsers take a tab out of an address, and "/", tab, "/" leads to another site. */
const OWN_PATH = /^\/([^/\\\s][^\\\s]*)?$/;

/** `to`: what the page's address says, which anybody may have written. A page of ours, or the history. */
export function onwardTo(to: string | null): string {
  return to !== null && OWN_PATH.test(to) ? to : "/history";
}
