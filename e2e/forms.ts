// A page's form as a browser without scripts submits it.
import type { Answer, ApiClient } from "./api-client";

/** The fields of the form that holds this button, as the page left them. */
export function formWith(html: string, button: string): FormData {
  const forms = [...html.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form);
  const found = forms.find((form) => text(form).includes(button));
  if (!found) throw new Error(`no form with the button ${button}`);
  const form = new FormData();
  for (const [input] of found.matchAll(/<input type="hidden"[^>]*>/g)) {
    form.append(attribute(input, "name"), attribute(input, "value"));
  }
  return form;
}

type Submission = { fields?: Record<string, string>; base?: string };

export function submit(
  client: ApiClient,
  path: string,
  form: FormData,
  { fields = {}, base }: Submission = {},
): Promise<Answer> {
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  // The type, with its boundary, is fetch's to write.
  const headers = { "content-type": "" };
  return client.call("POST", path, { raw: form, headers, ...(base && { base }) });
}

function text(html: string): string {
  return html.replaceAll(/<[^>]*>/g, " ");
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
