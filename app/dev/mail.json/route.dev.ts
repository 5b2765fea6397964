import { listMail } from "@/lib/http/mailbox";

export async function GET(request: Request): Promise<Response> {
  const to = new URL(request.url).searchParams.get("to");
  const items = await listMail(to);
  return Response.json({ items }, { headers: { "Cache-Control": "no-store" } });
}
