// "Email me a sign-in link": a second button of the forms that ask for an address
// in any case, and so no action of its own.
import { redirect } from "next/navigation";
import { z } from "zod";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { config } from "@/lib/config";
import { writePending } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { nextPath } from "@/lib/http/safe-path";
import { emailAddress } from "@/lib/mail/address";

const schema = z.object({
  email: emailAddress,
  remember: z.string().optional(),
  next: nextPath,
});

export const askForLink = formAction(
  {
    of: "magic_link",
    schema,
    keep: ["email", "name", "remember"],
    limit: "mailPerAddress",
  },
  async ({ input, client, cookies, jar }) => {
    const { email, next = null, remember } = input;
    const isPersistent = remember !== undefined;
    const asked = { email, next, isPersistent, handle: cookies.pending, client };
    const handle = await requestMagicLink(asked);
    writePending(jar, handle, config.challenge.magicLink);
    redirect("/check-email");
  },
);
