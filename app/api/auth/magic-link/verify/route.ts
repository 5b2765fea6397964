import { z } from "zod";
import { redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import { apiRoute } from "@/lib/http/api-route";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { answerSignIn, boundClient, pendingHandle } from "@/lib/http/sign-in-answer";
import { refuseSecret } from "@/lib/http/verification";

const { token, code } = oneTimeSecret;
const body = z.union(
  [
    z.object({ token, code: z.undefined().optional() }),
    z.object({ token: z.undefined().optional(), code }),
  ],
  "Send either a token or a code.",
);

export const POST = apiRoute(
  { of: "magic_link", body, limit: "magicLink" },
  async (call) => {
    const { token, code = "" } = call.input;
    const redeemed = await redeemMagicLink({
      proof: token === undefined ? { code } : { token },
      handle: pendingHandle(call),
      client: boundClient(call),
      previousToken: call.cookies.refresh,
    });
    if (redeemed.status === "refused") throw refuseSecret(redeemed.reason, "magic-link");
    return answerSignIn(call, redeemed.result);
  },
);
