import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { personName } from "@/lib/auth/person-name";
import { register } from "@/lib/auth/registration/begin";
import { config } from "@/lib/config";
import { apiRoute } from "@/lib/http/api-route";
import { nextPath } from "@/lib/http/safe-path";
import { answerCheckEmail } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({
  email: emailAddress,
  name: personName,
  password: typedPassword.optional(),
  next: nextPath,
});

export const POST = apiRoute({ body, limit: "mailPerAddress" }, async (call) => {
  const { email, name, password = null, next = null } = call.input;
  const handle = await register({ email, name, password, next, client: call.client });
  return answerCheckEmail(call, handle, config.challenge.registration);
});
