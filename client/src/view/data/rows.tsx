// Rows of a file: those that are odd, and some as they were read.
import type { ImportOddityJson, ImportRowJson } from "../../protocol";
import { dayName } from "../dates";
import { number, words } from "../format";

function rowsOf(odd: ImportOddityJson): string {
  if (!odd.rows.length) return "";
  const more = odd.n - odd.rows.length;
  const shown = odd.rows.map(number).join(", ");
  return `${odd.n === 1 ? "Row" : "Rows"} ${shown}${more > 0 ? ` and ${number(more)} more` : ""}`;
}

export function Odd({ odd }: { odd: readonly ImportOddityJson[] }) {
  if (!odd.length) return null;
  return (
    <section class="stack" aria-labelledby="odd-title">
      <h3 id="odd-title">What is odd</h3>
      <ul class="noted">
        {odd.map((each) => (
          <li key={each.kind}>
            {each.text} {each.left_out && <span class="badge">left out</span>}
            <span class="quiet small block">{rowsOf(each)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function amount(row: ImportRowJson): string {
  if (row.amount !== null) return `${number(row.amount)} ${row.unit}`;
  const minutes = row.minutes === null ? "" : `${number(row.minutes)} min`;
  return row.words || !minutes ? [words(row.words), minutes].filter(Boolean).join(", ") : minutes;
}

export function Sample({ rows, all }: { rows: readonly ImportRowJson[]; all: number }) {
  if (!rows.length) return null;
  return (
    <details>
      <summary>{rows.length < all ? `The first ${number(rows.length)} rows as they are read` : "The rows as they are read"}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" class="end">
              Written
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <th scope="row">
                {dayName(row.day, "long")}
                <span class="quiet small block">
                  Row {number(row.row)}
                  {row.project && (
                    <>
                      {" · "}
                      <bdi>{row.project}</bdi>
                    </>
                  )}
                  {row.note && (
                    <>
                      {" · "}
                      <bdi>{row.note.slice(0, 80)}</bdi>
                    </>
                  )}
                </span>
              </th>
              <td class="end num">{amount(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
