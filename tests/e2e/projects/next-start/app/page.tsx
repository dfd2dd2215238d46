import { seeds } from "../lib/seeds";

export default function Page() {
  return (
    <ul>
      {seeds().map((seed) => (
        <li key={seed}>{seed}</li>
      ))}
    </ul>
  );
}
