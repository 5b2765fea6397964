// Work that must outlive the request: queued in the caller's transaction and so
// neither lost nor sent for something that was rolled back. pg-boss delivers at
// least once; handlers derive everything from ids at the time they run.
import PgBoss from "pg-boss";
import { config, hours } from "@/lib/config";
import { type Connection, db, runSql } from "@/lib/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

export type MailJob =
  | { template: "session_limit"; sessionId: string }
  | { template: ChallengeMail; challengeId: string };

/** Mails about one challenge, to the address that its row names. */
export type ChallengeMail =
  | "registration"
  | "magic_link"
  | "reset"
  | "step_up_code"
  | "email_change"
  | "email_change_notice"
  | OwnerMail
  | NoticeMail;

/** These carry the link of "This wasn't me". */
export type OwnerMail =
  | "new_device"
  | "sign_in_after_failures"
  | "session_reuse"
  | "password_changed"
  | "password_removed"
  | "email_changed"
  | "passkey_added"
  | "passkey_removed"
  | "two_factor_on"
  | "two_factor_off"
  | "totp_added"
  | "totp_removed"
  | "backup_codes_made"
  | "backup_code_used"
  | "second_factor_failures"
  | "second_factor_after_failures";

/** These carry no secret. */
export type NoticeMail =
  | "email_confirmed"
  | "email_restored"
  | "password_blocked"
  | "account_secured"
  | "farewell";

type Jobs = { mail: MailJob; "clean-up": Record<string, never> };
export type JobName = keyof Jobs;
export type JobHandlers = { [Name in JobName]: (job: Jobs[Name]) => Promise<void> };

type Worker = { boss: PgBoss; ids: Map<JobName, string[]> };
const shared = globalThis as { latchkeyBoss?: PgBoss; latchkeyWorker?: Worker };

// pg-boss hands what it does not know to the pool. Without these a worker whose
// line fell silent would wait for an answer for ever, and no mail would leave.
const timeouts = {
  connectionTimeoutMillis: config.database.connectTimeout,
  query_timeout: config.database.queryTimeout,
};

function boss(): PgBoss {
  shared.latchkeyBoss ??= new PgBoss({
    ...timeouts,
    connectionString: env().databaseUrl,
    max: 3,
    application_name: "latchkey-jobs",
    // Its schema is a migration of ours; a running node needs no right to create.
    migrate: false,
    schedule: false,
  });
  return shared.latchkeyBoss;
}

const toSeconds = (ms: number) => Math.ceil(ms / 1000);

/** Queues within `connection`, which is the caller's transaction. */
export async function queueMail(connection: Connection, job: MailJob): Promise<void> {
  const { retryDelay, giveUpAfter, timeout } = config.jobs.mail;
  await boss().send("mail", job, {
    db: {
      executeSql: (text: string, values: unknown[]) => runSql(connection, text, values),
    },
    retryDelay: toSeconds(retryDelay),
    retryLimit: Math.ceil(giveUpAfter / retryDelay),
    expireInSeconds: toSeconds(timeout),
    retentionSeconds: toSeconds(giveUpAfter),
  });
}

/** Wakes this node's workers, so that mail leaves now and not at the next poll. */
export function wakeWorker(name: JobName): void {
  const worker = shared.latchkeyWorker;
  for (const id of worker?.ids.get(name) ?? []) worker?.boss.notifyWorker(id);
}

export async function startWorkers(handlers: JobHandlers): Promise<void> {
  if (shared.latchkeyWorker) return;
  const started = boss();
  started.on("error", (error) =>
    log.warn({ event: "jobs_error", reason: error.message }),
  );
  try {
    await started.start();
  } catch (error) {
    // It takes itself for started from now on; the next try needs another.
    shared.latchkeyBoss = undefined;
    throw error;
  }
  shared.latchkeyWorker = {
    boss: started,
    ids: new Map([
      ["mail", await work(started, "mail", handlers)],
      ["clean-up", await work(started, "clean-up", handlers)],
    ]),
  };
  await queueCleanUp();
  setInterval(() => void queueCleanUp(), hours(1)).unref();
}

/** Several a queue: one slow answer of a mail server must not hold up the rest. */
function work<Name extends JobName>(
  started: PgBoss,
  name: Name,
  handlers: JobHandlers,
): Promise<string[]> {
  const options = {
    pollingIntervalSeconds: toSeconds(config.jobs.poll),
    batchSize: 1,
  };
  const handle = async ([job]: PgBoss.Job<Jobs[Name]>[]) => {
    if (!job) return;
    try {
      await handlers[name](job.data);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ event: "job_failed", job: name, reason });
      throw error;
    } finally {
      // Else it would rest until the next poll after each single job.
      wakeWorker(name);
    }
  };
  const workers = Array.from({ length: config.jobs.workers[name] }, () =>
    started.work<Jobs[Name]>(name, options, handle),
  );
  return Promise.all(workers);
}

/** Once an hour for all nodes together. */
async function queueCleanUp(): Promise<void> {
  try {
    await boss().send(
      "clean-up",
      {},
      { singletonKey: "clean-up", singletonSeconds: 3600 },
    );
  } catch (error) {
    log.warn({ event: "jobs_error", reason: String(error) });
  }
}

/** Lets a process end that only queued, as the seed and the tests do. */
export async function disconnectJobs(): Promise<void> {
  await shared.latchkeyWorker?.boss.stop({ graceful: false, wait: true });
  await db().$disconnect();
}
