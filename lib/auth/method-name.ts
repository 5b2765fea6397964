// How somebody signed in, as a person would say it.
const names: Record<string, string> = {
  password: "Password",
  email: "Confirmed email",
  magic_link: "Sign-in link",
  passkey: "Passkey",
};

export function methodName(method: string): string {
  return names[method] ?? method;
}
