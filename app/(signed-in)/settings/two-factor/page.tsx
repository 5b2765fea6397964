import { PageHeading } from "@/components/page-heading";
import { isEnabled } from "@/lib/auth/policy";
import { findEnrollment } from "@/lib/auth/second-factor/enrollment";
import { findTwoFactor } from "@/lib/auth/second-factor/settings";
import { appName } from "@/lib/brand";
import { requireUser } from "@/lib/http/current-session";
import { requireMethod } from "@/lib/http/method";
import { doneText } from "../done";
import {
  cancelTotpAction,
  confirmTotpAction,
  makeCodesAction,
  removeTotpAction,
  setUpTotpAction,
  turnOffAction,
} from "./actions";
import { makingPath, path, readMaking } from "./address";
import { QrCode } from "./qr-code";
import { TwoFactorForms } from "./two-factor-forms";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function TwoFactorPage({ searchParams }: Props) {
  const query = await searchParams;
  const making = readMaking(query.new);
  if (making === "passkeys") requireMethod("passkey");
  const session = await requireUser(making ? makingPath(making) : path);
  const { isOn, isDemanded, has, totp, backupCodesLeft } = await findTwoFactor(
    session.userId,
  );
  const enrollment = await findEnrollment(session, appName());
  return (
    <>
      <PageHeading lead="Something you have, besides what you know: a stolen password or mailbox alone then opens nothing.">
        Two-factor authentication
      </PageHeading>
      <TwoFactorForms
        appName={appName()}
        isOn={isOn}
        isDemanded={isDemanded}
        takesPasskeys={isEnabled("passkey")}
        hasPasskeys={has.includes("passkey")}
        app={
          totp && {
            createdAt: totp.createdAt.toISOString(),
            lastUsedAt: totp.lastUsedAt?.toISOString() ?? null,
          }
        }
        codesLeft={backupCodesLeft}
        making={making}
        enrollment={enrollment}
        qrCode={
          enrollment && (
            <QrCode
              text={enrollment.otpauthUri}
              label="QR image for your authenticator app; the key beside it says the same"
            />
          )
        }
        notice={doneText(query)}
        setUpAction={setUpTotpAction}
        confirmAction={confirmTotpAction}
        cancelAction={cancelTotpAction}
        makeCodesAction={makeCodesAction}
        removeAction={removeTotpAction}
        turnOffAction={turnOffAction}
      />
    </>
  );
}
