// The list of keys.

const LIST: readonly [string, string][] = [
  ["Alt T", "Say how much time is left, and the count"],
  ["Alt W", "To the draft"],
  ["Alt B", "To the board"],
  ["Esc", "Bring back what faded while writing"],
  ["?", "This list (Alt / inside the draft)"],
];

export function KeysList() {
  return (
    <form method="dialog" class="stack">
      <h2 id="keys-title">Keyboard</h2>
      <dl>
        {LIST.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div>
        <button class="button">Close</button>
      </div>
    </form>
  );
}
