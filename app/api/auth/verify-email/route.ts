import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { apiRoute } from "@/lib/http/api-route";
import { answerSignIn, boundClient, pendingHandle } from "@/lib/http/sign-in-answer";
import { refuseCode } from "@/lib/http/verification";

const password = typedPassword.optional();
const body = z.union(
  [
    z.object({
      token: z.string().min(1).max(200),
      code: z.undefined().optional(),
      password,
    }),
    z.object({
      code: z.string().min(1).max(20),
      token: z.undefined().optional(),
      password,
    }),
  ],
  "Send either a token or a code.",
);

export const POST = apiRoute({ body, limit: "verifyEmail" }, async (call) => {
  const { token, code } = call.input;
  const verified = await verifyRegistration({
    proof: token === undefined ? { code: code ?? "" } : { token },
    handle: pendingHandle(call),
    password: call.input.password ?? null,
    client: boundClient(call),
    previousToken: call.cookies.refresh,
  });
  if (verified.status !== "finished") throw refuseCode(verified);
  return answerSignIn(call, verified.result);
});
