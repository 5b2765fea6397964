import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { personName } from "@/lib/auth/person-name";
import { register } from "@/lib/auth/registration/begin";
import { config } from "@/lib/config";
import { apiRoute } from "@/lib/http/api-route";
import { writePending } from "@/lib/http/cookies";
import { nextPath } from "@/lib/http/safe-path";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({
  email: emailAddress,
  name: personName,
  password: typedPassword.optional(),
  next: nextPath,
});

export const POST = apiRoute(
  { body, limit: "mailPerAddress" },
  async ({ input, client, jar }) => {
    const { email, name, password = null, next = null } = input;
    const handle = await register({ email, name, password, next, client });
    const isNative = client.channel === "native";
    if (!isNative) writePending(jar, handle, config.challenge.registration);
    const pending = isNative && { pendingToken: handle };
    return Response.json({ status: "check_email", ...pending }, { status: 202 });
  },
);
