import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { resetPassword } from "@/lib/auth/reset";
import { apiRoute } from "@/lib/http/api-route";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { refuseSecret } from "@/lib/http/verification";
import { emailAddress } from "@/lib/mail/address";

const { token, code } = oneTimeSecret;
const body = z.union(
  [
    z.object({ token, password: typedPassword }),
    z.object({
      token: z.undefined().optional(),
      email: emailAddress,
      code,
      password: typedPassword,
    }),
  ],
  "Send a password with a token, or with an email and a code.",
);

export const POST = apiRoute(
  { of: "password", body, limit: "resetPassword" },
  async ({ input, client }) => {
    const { password } = input;
    const proof =
      input.token === undefined
        ? { email: input.email, code: input.code }
        : { token: input.token };
    const result = await resetPassword({ proof, password, client });
    if (result.status === "refused") throw refuseSecret(result.reason, "reset");
    return Response.json({ status: result.status });
  },
);
