"use client";

// One thing at a time: codes that are shown once, a set-up that waits for its first
// code, codes that are about to be made, and else how things are.

import { type ReactNode, useActionState } from "react";
import { FormAnswer } from "@/components/form-answer";
import { type FormAction, idle } from "@/lib/form-state";
import { BackupCodes } from "./backup-codes";
import { MakeCodes } from "./make-codes";
import { SetUpTotp } from "./set-up-totp";
import { type TwoFactorState, TwoFactorStatus } from "./two-factor-status";

type TwoFactorFormsProps = TwoFactorState & {
  appName: string;
  /** What is about to bring new codes. */
  making: "codes" | "passkeys" | null;
  /** Of an app that has not answered yet. */
  enrollment: { secret: string; otpauthUri: string } | null;
  qrCode: ReactNode;
  notice: string | null;
  setUpAction: FormAction;
  /** Receives `code`. */
  confirmAction: FormAction;
  cancelAction: FormAction;
  /** Receives `making`. */
  makeCodesAction: FormAction;
  removeAction: FormAction;
  turnOffAction: FormAction;
};

export function TwoFactorForms(props: TwoFactorFormsProps) {
  const [setUp, setUpAction] = useActionState(props.setUpAction, idle);
  const [confirmed, confirmAction] = useActionState(props.confirmAction, idle);
  const [cancelled, cancelAction] = useActionState(props.cancelAction, idle);
  const [made, makeCodesAction] = useActionState(props.makeCodesAction, idle);
  const [removed, removeAction] = useActionState(props.removeAction, idle);
  const [off, turnOffAction] = useActionState(props.turnOffAction, idle);
  const { enrollment, making } = props;
  const codes = made.codes ?? confirmed.codes;
  const answeredAt = off.at ?? removed.at;

  return (
    <div className="space-y-6">
      <FormAnswer
        title="Two-factor authentication"
        appName={props.appName}
        states={[setUp, confirmed, cancelled, made, removed, off]}
        fields={["code"]}
        notice={props.notice}
      />
      {codes ? (
        <BackupCodes codes={codes} appName={props.appName} />
      ) : enrollment ? (
        <SetUpTotp
          {...enrollment}
          qrCode={props.qrCode}
          isReplacing={props.app !== null}
          error={confirmed.fieldErrors?.code}
          confirmAction={confirmAction}
          cancelAction={cancelAction}
        />
      ) : making ? (
        <MakeCodes making={making} action={makeCodesAction} />
      ) : (
        <TwoFactorStatus
          {...props}
          setUpAction={setUpAction}
          removeAction={removeAction}
          turnOffAction={turnOffAction}
          answeredAt={answeredAt}
        />
      )}
    </div>
  );
}
