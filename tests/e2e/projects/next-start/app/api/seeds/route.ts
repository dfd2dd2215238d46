import { seeds } from "../../../lib/seeds";

export const dynamic = "force-dynamic";

export function GET() {
  return Response.json(seeds());
}
