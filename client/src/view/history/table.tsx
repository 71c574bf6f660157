// What a chart shows, as a table for whoever prefers one.
import { number } from "../format";

interface SumsRow {
  key: string;
  name: string;
  words: number;
  removed: number;
  minutes: number;
}

/** `of`: what a row is, as a day. */
export function SumsTable({ of, caption, rows }: { of: string; caption: string; rows: readonly SumsRow[] }) {
  return (
    <details>
      <summary>The same as a table</summary>
      <table>
        <caption class="away">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{of}</th>
            {["Added", "Taken out", "Minutes"].map((head) => (
              <th key={head} scope="col" class="end">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, words, removed, minutes }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {[words, removed, minutes].map((value, i) => (
                <td key={i} class="end num">
                  {number(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
