import { CodeInput } from "@/components/code-input";
import { TextField } from "@/components/ui/text-field";

type SecondFactorCodeProps = {
  method: string;
  error?: string;
  /** What follows cannot be undone: only the button sends. */
  isDestructive?: boolean;
};

/** Where a code is typed: six digits of an app, or what stands on paper. */
export function SecondFactorCode(props: SecondFactorCodeProps) {
  const { method, error, isDestructive } = props;
  if (method === "totp")
    return <CodeInput error={error} waitsForButton={isDestructive} />;
  return (
    <TextField
      name="code"
      label="Backup code"
      error={error}
      type="text"
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      className="font-mono"
    />
  );
}
