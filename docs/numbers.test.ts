// Numbers that the documents tell are those in the code: whoever changes one is sent
// to the page that explains it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { policy } from "@/lib/auth/policy";
import { config } from "@/lib/config";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

function inWords(ms: number): string {
  const minutes = ms / 60_000;
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

describe("docs/operations.md", () => {
  const operations = read("docs/operations.md");

  it("N07 tells the limits as they are", () => {
    for (const [name, { points, per, failuresOnly }] of Object.entries(
      config.rateLimits,
    )) {
      const counts = failuresOnly ? "failures" : "all";
      expect(operations).toContain(
        `\n| \`${name}\` | ${points} | ${inWords(per)} | ${counts}, `,
      );
    }
  });

  it("N07 tells how many wrong passwords an account stands", () => {
    const { freeFailures, firstDelay, maxDelay, refuseAfter, forgetAfter } =
      config.password.throttle;
    const [first, most] = [firstDelay / 1000, maxDelay / 60_000];
    expect(operations).toContain(
      `\n| ${freeFailures} wrong ones | 429, first for ${first} seconds, `,
    );
    expect(operations).toContain(`up to ${most} minutes |`);
    expect(operations).toContain(`\n| ${refuseAfter} wrong ones | 429 until`);
    expect(operations).toContain(`\n| ${forgetAfter / 86_400_000} days without a`);
  });

  it("N07 tells how many wrong second factors an account stands", () => {
    const { throttle } = config.secondFactor;
    const { freeFailures, firstDelay, maxDelay, mailAfter, refuseAfter } = throttle;
    const [first, most] = [firstDelay / 1000, maxDelay / 60_000];
    const wait = `first for ${first} seconds, then twice as long for each further one, up to ${most} minutes`;
    const rows = [
      `| ${freeFailures} wrong codes | 429, ${wait} |`,
      `| ${mailAfter} wrong codes | the owner gets a mail`,
      `| ${refuseAfter} wrong codes | the app's codes are refused`,
      `| ${throttle.forgetAfter / 86_400_000} days without a counted code |`,
    ];
    for (const row of rows) expect(operations).toContain(`\n${row}`);
  });
});

describe("docs/sessions.md", () => {
  it("N07 tells the lifetimes as they are", () => {
    const sessions = read("docs/sessions.md");
    const { session, accessToken, refreshToken, challenge, passkey } = config;
    const { forgetAfter } = config.password.throttle;
    const rows = [
      `| access token | ${accessToken.lifetime / 60_000} minutes |`,
      `| session without use | ${session.idle / 86_400_000} days |`,
      `| session in all | ${session.absolute / 86_400_000} days |`,
      `| session without "Keep me signed in" | ${session.unkept / 3_600_000} hours |`,
      `| sessions for a person | ${session.maxPerUser} |`,
      `| refresh token before it rotates | ${refreshToken.minAge / 1000} seconds |`,
      `| grace for replaced tokens | ${refreshToken.grace / 1000} seconds |`,
      `| link and code to confirm an address | ${challenge.registration / 3_600_000} hours |`,
      `| sign-in link and its code | ${challenge.magicLink / 60_000} minutes |`,
      `| passkey's ceremony | ${challenge.passkey / 60_000} minutes |`,
      `| link and code to reset a password | ${challenge.reset / 60_000} minutes |`,
      `| link and code to confirm a new address | ${challenge.emailChange / 3_600_000} hours |`,
      `| link to keep the old address | ${challenge.emailCancel / 3_600_000} hours |`,
      `| link of "This wasn't me" | ${challenge.notMe / 3_600_000} hours |`,
      `| mailed code of a confirmation | ${challenge.stepUp / 60_000} minutes |`,
      `| form that waits for a confirmation | ${challenge.stepUp / 60_000} minutes |`,
      `| pending sign-in | ${challenge.signIn / 60_000} minutes |`,
      `| wrong second factors for one sign-in | ${challenge.maxAttempts} |`,
      `| set-up of an authenticator app | ${challenge.totpEnrolment / 60_000} minutes |`,
      `| two factors, without a pause | ${inWords(policy.aal2.lifetime)} |`,
      `| two factors, after a pause of | ${inWords(policy.aal2.idle)} |`,
      `| trusted browser | ${policy.trustedBrowser.lifetime / 86_400_000} days |`,
      `| recent confirmation | ${policy.stepUp.lifetime / 60_000} minutes |`,
      `| wrong codes for one mail | ${challenge.maxAttempts} |`,
      `| "Not now" to the offer of a passkey | ${passkey.offerAgainAfter / 86_400_000} days |`,
      `| known browser that is not used | ${config.deviceCookie.lifetime / 86_400_000} days |`,
      `| count of wrong passwords that nobody adds to | ${forgetAfter / 86_400_000} days |`,
    ];
    for (const row of rows) expect(sessions).toContain(row);
  });
});
