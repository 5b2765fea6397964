// A form that was interrupted by a confirmation, kept sealed until it goes on. It
// may hold a new password, so it is gone as soon as it is taken up.
import { consumeChallenge, createChallenge, findChallenge } from "@/lib/auth/challenge";
import { config } from "@/lib/config";
import { db } from "@/lib/db";

type Owned = { id: string; userId: string };

export type HeldForm = {
  /** The name of what it does. */
  act: string;
  /** As the form's schema has read them. */
  fields: Record<string, unknown>;
};

/** Answers an id, which is of use in this session alone. */
export function holdForm({ id, userId }: Owned, form: HeldForm): Promise<string> {
  const lifetime = config.challenge.stepUp;
  const fresh = { purpose: "step-up", lifetime, userId, sessionId: id } as const;
  return createChallenge(db(), { ...fresh, data: form });
}

export async function findHeldForm(
  session: Owned,
  formId: string,
): Promise<HeldForm | null> {
  const found = await findChallenge<HeldForm>("step-up", formId);
  if (found.state !== "open" || found.challenge.sessionId !== session.id) return null;
  return found.challenge.data;
}

/**
 * Goes on with it, once however often the button is pressed; null when it is not
 * there. What refuses leaves it where it was, for the person to see what is wrong.
 */
export async function resumeHeldForm<Result>(
  session: Owned,
  formId: string,
  run: (form: HeldForm) => Promise<Result>,
): Promise<Result | null> {
  if (!(await findHeldForm(session, formId))) return null;
  const taken = await consumeChallenge<HeldForm>(db(), "step-up", formId);
  if (!taken) return null;
  try {
    const result = await run(taken.data);
    await db().challenge.deleteMany({ where: { id: formId } });
    return result;
  } catch (error) {
    const where = { id: formId, purpose: "step-up" };
    await db().challenge.updateMany({ where, data: { consumedAt: null } });
    throw error;
  }
}
