// What a server action hands back to its form: built in one place
// (`lib/http/form-action.ts`), so no secret can travel back by accident.

export type FormState = {
  status: "idle" | "error" | "done";
  /** One sentence for the person, read out by the summary. */
  message?: string;
  /** Field name → sentence, shown beside the field and in the summary. */
  fieldErrors?: Record<string, string>;
  /** A stable word for why, where a form offers different ways on. */
  reason?: string;
  /** Non-secret values as they were typed; a password is never among them. */
  values?: Record<string, string>;
  /** What came to light, for a page that tells of it. */
  list?: { id: string; text: string; at: string }[];
  /** Backup codes that were just made, for the one time that they are shown. */
  codes?: string[];
  /** Changes with every answer, so that the same error twice takes focus twice. */
  at?: number;
};

export const idle: FormState = { status: "idle" };

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
