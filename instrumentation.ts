// Once at the start of each server process. Production with an unsafe setting
// ends here, and names every fault at once.
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { boot } = await import("@/lib/http/boot");
  await boot();
}

export async function onRequestError(
  error: unknown,
  request: { headers: Record<string, string | string[] | undefined> },
): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { reportFailure } = await import("@/lib/http/boot");
  reportFailure(error, request.headers["x-request-id"]);
}
