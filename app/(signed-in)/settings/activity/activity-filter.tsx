import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { describedControl, Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import { TextLink } from "@/components/ui/text-link";
import { type Given, withQuery } from "./address";

type Fault = { path: PropertyKey[]; message: string };
type ActivityFilterProps = { given: Given; faults: readonly Fault[] };

// Without `autoComplete="off"` browsers put back, on going back, the choice that was
// made on the page, which the address does not have yet.
export function ActivityFilter({ given, faults }: ActivityFilterProps) {
  const isFiltered = Boolean(given.kind || given.from || given.to);
  const errors = Object.fromEntries(
    faults.map(({ path, message }) => [path.join("."), message]),
  );
  const kind = { id: "kind", error: errors.kind };
  return (
    <>
      <Faults errors={errors} />
      <form
        method="get"
        autoComplete="off"
        action={withQuery({})}
        className="flex flex-wrap items-start gap-4 [&>div]:min-w-0 [&>div]:grow [&>div]:basis-40"
      >
        <Field {...kind} label="Kind">
          <Select name="kind" defaultValue={given.kind ?? ""} {...describedControl(kind)}>
            <option value="">Everything</option>
            <option value="sign-ins">Sign-ins</option>
            <option value="sessions">Sessions</option>
            <option value="changes">Changes</option>
          </Select>
        </Field>
        <TextField
          type="date"
          name="from"
          label="From"
          defaultValue={given.from}
          error={errors.from}
        />
        <TextField
          type="date"
          name="to"
          label="To"
          defaultValue={given.to}
          error={errors.to}
        />
        <Button type="submit" tone="secondary" className="max-sm:w-full sm:mt-6.5">
          Filter
        </Button>
      </form>
      <p className="text-sm text-muted">
        Days are those of UTC.
        {isFiltered && (
          <>
            {" "}
            <TextLink href={withQuery({})}>Show everything</TextLink>
          </>
        )}
      </p>
    </>
  );
}

const fields = ["kind", "from", "to"];

function Faults({ errors }: { errors: Record<string, string> }) {
  const found = Object.entries(errors);
  if (found.length === 0) return null;
  return (
    <Alert tone="danger" role="alert">
      <p className="font-medium">That filter does not work.</p>
      <ul className="mt-1 space-y-1">
        {found.map(([field, text]) => (
          <li key={field}>
            {fields.includes(field) ? (
              <a href={`#${field}`} className="rounded-sm underline underline-offset-4">
                {text}
              </a>
            ) : (
              text
            )}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
