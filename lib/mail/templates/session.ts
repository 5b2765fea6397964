// About sessions: one began somewhere new, or was ended for its owner's sake.
import {
  type Device,
  deviceName,
  facts,
  type Happening,
  happeningFacts,
  inWords,
  link,
  paragraph,
  small,
  timeInUtc,
} from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { notMe } from "@/lib/mail/templates/not-me";

type Notice = Happening & { notMeLink: string; lifetime: number };

export function newDevice(of: Notice): MailContent {
  return {
    subject: "New sign-in to your account",
    preheader: `If it was not you, say so within ${inWords(of.lifetime)}.`,
    blocks: [
      paragraph(
        "Somebody, probably you, signed in to your account with a browser that we have " +
          "not seen there before.",
      ),
      facts(happeningFacts(of)),
      ...notMe(of),
    ],
  };
}

export function signInAfterFailures(of: Notice): MailContent {
  return {
    subject: "Your password was given after several wrong ones",
    preheader: `If it was not you, say so within ${inWords(of.lifetime)}.`,
    blocks: [
      paragraph(
        "Somebody, probably you, gave the password of your account after several wrong " +
          "ones.",
      ),
      facts(happeningFacts(of)),
      ...notMe(of),
    ],
  };
}

export function sessionReuse(of: Notice): MailContent {
  return {
    subject: "We signed out one of your devices",
    preheader: "Its sign-in was used twice, which can mean that it was copied.",
    blocks: [
      paragraph(
        "One of your devices sent a sign-in token that had already been replaced. " +
          "That can mean that somebody copied it, so we ended that session. " +
          "You can sign in again there.",
      ),
      facts(happeningFacts(of, "Signed-out device")),
      small("If you restored this device from a backup, that may be why."),
      ...notMe(of),
    ],
  };
}

export function sessionsLimit(
  of: Pick<Device, "browser" | "os"> & {
    lastSeenAt: Date;
    max: number;
    devicesLink: string;
  },
): MailContent {
  return {
    subject: "Your longest unused device was signed out",
    preheader: `You can be signed in on ${of.max} devices at a time.`,
    blocks: [
      paragraph(
        `You signed in on one more device. As you can be signed in on ${of.max} at a ` +
          "time, we signed out the one that was unused for longest.",
      ),
      facts([
        ["Signed-out device", deviceName(of)],
        ["Last used", timeInUtc(of.lastSeenAt)],
      ]),
      link("Review your devices", of.devicesLink),
      small(
        "If you did not just sign in, somebody else did: sign that device out and " +
          "choose a new password.",
      ),
    ],
  };
}
