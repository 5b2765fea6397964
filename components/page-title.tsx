// React puts <title> into the head. It is rendered by whoever knows the form's
// state, so that the title says "Error:" with and without JavaScript.

type PageTitleProps = { title: string; appName?: string; error?: boolean };

export function PageTitle({ title, appName, error }: PageTitleProps) {
  const product = appName ? ` - ${appName}` : "";
  return <title>{`${error ? "Error: " : ""}${title}${product}`}</title>;
}
