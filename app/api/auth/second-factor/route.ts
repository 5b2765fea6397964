import { z } from "zod";
import { codeMethods } from "@/lib/auth/second-factor/code";
import { signInWithCode } from "@/lib/auth/second-factor/sign-in";
import { apiRoute } from "@/lib/http/api-route";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import {
  answerSecondFactor,
  secondFactorCall,
  trustDevice,
} from "@/lib/http/second-factor";

const body = z.object({
  method: z.enum(codeMethods, "Say totp or backup_code."),
  code: oneTimeSecret.secondFactor,
  trustDevice,
});

export const POST = apiRoute({ body, limit: "secondFactor" }, async (call) => {
  const { method, code } = call.input;
  const attempt = { ...secondFactorCall(call), method, code };
  return answerSecondFactor(call, signInWithCode(attempt));
});
