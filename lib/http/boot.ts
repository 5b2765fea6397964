// What a server process does before its first request.
import { cleanUp } from "@/lib/auth/clean-up";
import { sendNotice } from "@/lib/auth/notices";
import { seconds } from "@/lib/config";
import { db, isUnreachable } from "@/lib/db";
import { env, judgeSettings, SettingsFault } from "@/lib/env";
import { Refusal } from "@/lib/errors";
import { openPlaces } from "@/lib/geo";
import { listenToRequests } from "@/lib/http/request-listener";
import { markUnavailable } from "@/lib/http/unavailable-page";
import { startWorkers } from "@/lib/jobs";
import { log } from "@/lib/log";
import { seededIdPrefix } from "@/lib/seeded";

const retryWork = seconds(5);

export async function boot(): Promise<void> {
  readSettings();
  listenToRequests();
  await startWork();
}

function readSettings(): void {
  try {
    judgeSettings(openPlaces);
  } catch (error) {
    if (error instanceof SettingsFault) stop(error.message);
    throw error;
  }
}

function stop(why: string): never {
  process.stderr.write(`\n${why}\n\n`);
  process.exit(1);
}

/** A node may start before its database; then this is tried until it is there. */
async function startWork(): Promise<void> {
  try {
    await refuseSeededAccounts();
    await startWorkers({ mail: sendNotice, "clean-up": cleanUp });
  } catch (error) {
    if (isUnreachable(error)) {
      log.warn({ event: "boot_without_database", reason: String(error) });
    } else {
      log.error({ event: "bug", err: error });
    }
    setTimeout(() => void startWork(), retryWork).unref();
  }
}

/** Everybody knows the seeded passwords. The query also warms Prisma's compiler. */
async function refuseSeededAccounts(): Promise<void> {
  const seeded = await db().user.findMany({
    where: { id: { startsWith: seededIdPrefix } },
    select: { email: true },
  });
  if (seeded.length === 0 || !env().isProduction) return;
  stop(
    `The database holds seeded accounts, whose password is public: ${seeded
      .map(({ email }) => email)
      .join(", ")}. Remove them before going into production.`,
  );
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === "unavailable";
  return isUnreachable(error);
}

export function reportFailure(
  error: unknown,
  requestId: string | string[] | undefined,
): void {
  const id = String(requestId ?? "");
  if (isUnavailable(error)) {
    markUnavailable(id);
    log.warn({ event: "unavailable", requestId: id, reason: String(error) });
    return;
  }
  log.error({ event: "bug", requestId: id, err: error });
}
