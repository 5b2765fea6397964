// What a server process does before its first request.
import { cleanUp } from "@/lib/auth/clean-up";
import { sendNotice } from "@/lib/auth/notices";
import { seconds } from "@/lib/config";
import { db, isUnreachable } from "@/lib/db";
import { env, SettingsFault } from "@/lib/env";
import { listenToRequests } from "@/lib/http/request-listener";
import { markUnavailable } from "@/lib/http/unavailable-page";
import { startWorkers } from "@/lib/jobs";
import { log } from "@/lib/log";
import { seededIdPrefix } from "@/lib/seeded";

const retryJobs = seconds(5);

export async function boot(): Promise<void> {
  const { isProduction } = readSettings();
  listenToRequests();
  if (isProduction) await refuseSeededAccounts();
  await startJobs();
}

function readSettings() {
  try {
    return env();
  } catch (error) {
    if (error instanceof SettingsFault) stop(error.message);
    throw error;
  }
}

function stop(why: string): never {
  process.stderr.write(`\n${why}\n\n`);
  process.exit(1);
}

/** Everybody knows the seeded passwords. An unreachable database is no verdict. */
async function refuseSeededAccounts(): Promise<void> {
  try {
    const seeded = await db().user.findMany({
      where: { id: { startsWith: seededIdPrefix } },
      select: { email: true },
    });
    if (seeded.length === 0) return;
    stop(
      `The database holds seeded accounts, whose password is public: ${seeded
        .map(({ email }) => email)
        .join(", ")}. Remove them before going into production.`,
    );
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    log.warn({ event: "boot_without_database", reason: String(error) });
  }
}

/** The first query also warms Prisma's compiler. */
async function startJobs(): Promise<void> {
  try {
    await db().$queryRaw`SELECT 1`;
    await startWorkers({ mail: sendNotice, "clean-up": cleanUp });
  } catch (error) {
    log.warn({ event: "jobs_wait", reason: String(error) });
    setTimeout(() => void startJobs(), retryJobs).unref();
  }
}

export function reportFailure(
  error: unknown,
  requestId: string | string[] | undefined,
): void {
  const id = String(requestId ?? "");
  if (isUnreachable(error)) {
    markUnavailable(id);
    log.warn({ event: "unavailable", requestId: id, reason: String(error) });
    return;
  }
  log.error({ event: "bug", requestId: id, err: error });
}
