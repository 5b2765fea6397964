// argon2id, keyed with a pepper that the database never sees, and never more at
// once than there are cores: hashing is the cheapest way to drown a server.
import { availableParallelism } from "node:os";
import { hash, type Options, verify } from "@node-rs/argon2";
import { config } from "@/lib/config";
import { subKeys } from "@/lib/crypto";
import { Refusal } from "@/lib/errors";

const { argon2, maxQueue } = config.password;

/** The library's default algorithm is argon2id; a test reads it off the hash. */
function options(pepper: Buffer): Options {
  return { ...argon2, secret: pepper };
}

const cores = availableParallelism();
let running = 0;
const waiting: (() => void)[] = [];

/** Refuses with `unavailable` when the queue is full. */
async function withCore<T>(work: () => Promise<T>): Promise<T> {
  if (running >= cores) {
    if (waiting.length >= maxQueue)
      throw new Refusal("unavailable", { retryAfter: 2000 });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await work();
  } finally {
    // The place is handed on, so that nobody slips in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** Takes the NFC form; does not judge the password (`password-policy.ts`). */
export function hashPassword(password: string): Promise<string> {
  const [pepper] = subKeys("password-pepper");
  if (!pepper) throw new Error("there is no pepper");
  return withCore(() => hash(password, options(pepper)));
}

export type HashCheck = { isRight: boolean; isOutdated: boolean };

/** `isOutdated` when a weaker cost or an older root secret made the hash. */
export async function checkHash(stored: string, password: string): Promise<HashCheck> {
  for (const [age, pepper] of subKeys("password-pepper").entries()) {
    if (await withCore(() => verify(stored, password, options(pepper)))) {
      return { isRight: true, isOutdated: age > 0 || !hasCurrentCost(stored) };
    }
  }
  return { isRight: false, isOutdated: false };
}

function hasCurrentCost(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = argon2;
  return stored.startsWith(
    `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`,
  );
}

let dummy: Promise<string> | undefined;

/** As much work as a real check, for an account that is not there. */
export async function checkNothing(password: string): Promise<void> {
  dummy ??= hashPassword("a password that opens no account");
  await checkHash(await dummy, password);
}
