// Everything that wants a recent confirmation: whatever could hurt.
import { type Answer, type ApiClient, newAddress } from "./api-client";
import { newEmail } from "./fixtures";

export type SensitiveCall = {
  method: string;
  path: string;
  body?: object;
  /** What has to be confirmed by name. */
  act?: "delete_account" | "disable_two_factor";
  /** The answer to whoever has confirmed it and has a password, and nothing else. */
  status: number;
};

const nobodys = "/api/account/passkeys/AAAAAAAAAAAAAAAAAAAAAA";
const newPassword = "another long enough sentence";

export const sensitive: SensitiveCall[] = [
  { method: "GET", path: "/api/account/export", status: 200 },
  {
    method: "POST",
    path: "/api/account/email",
    body: { email: newEmail() },
    status: 202,
  },
  { method: "POST", path: "/api/account/password", body: { newPassword }, status: 200 },
  { method: "DELETE", path: "/api/account/password", status: 409 },
  { method: "POST", path: "/api/account/passkeys/options", body: {}, status: 200 },
  { method: "PATCH", path: nobodys, body: { name: "Key" }, status: 404 },
  { method: "DELETE", path: nobodys, status: 404 },
  { method: "POST", path: "/api/account/totp", body: {}, status: 200 },
  {
    method: "DELETE",
    path: "/api/account/totp",
    act: "disable_two_factor",
    status: 404,
  },
  { method: "POST", path: "/api/account/two-factor", body: {}, status: 409 },
  {
    method: "DELETE",
    path: "/api/account/two-factor",
    act: "disable_two_factor",
    status: 409,
  },
  { method: "POST", path: "/api/account/backup-codes", body: {}, status: 409 },
  { method: "DELETE", path: "/api/account", act: "delete_account", status: 204 },
];

/** From an address of its own each time, where nothing was refused before. */
export function askFor(
  client: ApiClient,
  { method, path, body }: SensitiveCall,
): Promise<Answer> {
  const headers = { "x-forwarded-for": newAddress() };
  return client.call(method, path, { headers, ...(body && { body }) });
}

/** How its refusal reads. */
export const nameOf = ({ method, path }: SensitiveCall) => `${method} ${path}`;
