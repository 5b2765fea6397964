import { z } from "zod";
import { signInWithSecondPasskey } from "@/lib/auth/second-factor/sign-in";
import { apiRoute } from "@/lib/http/api-route";
import { assertionResponse, takeHandle } from "@/lib/http/passkey";
import {
  answerSecondFactor,
  secondFactorCall,
  trustDevice,
} from "@/lib/http/second-factor";

const body = z.object({ response: assertionResponse, trustDevice });

export const POST = apiRoute(
  { of: "passkey", body, limit: "secondFactor" },
  async (call) => {
    const { response } = call.input;
    const attempt = { ...secondFactorCall(call), response, handle: takeHandle(call) };
    return answerSecondFactor(call, signInWithSecondPasskey(attempt));
  },
);
