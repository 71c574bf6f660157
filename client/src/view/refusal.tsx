// What could not be taken, beside what it is about; read out as it comes.

interface RefusalProps {
  /** Empty: nothing is wrong. */
  text: string;
  /** By which the field that it is about names it, in aria-describedby. */
  id?: string;
}

export function Refusal({ text, id }: RefusalProps) {
  return text ? (
    <p class="wrong" id={id} role="alert">
      {text}
    </p>
  ) : null;
}
