// What stands beside a passkey: a monogram of its provider, drawn here, on a colour
// that recalls it. No logos: they are others' marks. The name beside it says it all.
import { initialsOf } from "./initials";

/** Each dark enough for white letters, in either scheme. */
export const monograms: Record<string, { letters: string; colour: string }> = {
  "1Password": { letters: "1P", colour: "#1a5fb4" },
  Android: { letters: "A", colour: "#1e7a4c" },
  Bitwarden: { letters: "B", colour: "#175ddc" },
  "Chrome on Mac": { letters: "C", colour: "#1967d2" },
  Chromium: { letters: "C", colour: "#3b6fb6" },
  Dashlane: { letters: "D", colour: "#0e6e5c" },
  "Edge on Mac": { letters: "E", colour: "#0b6a8f" },
  Enpass: { letters: "En", colour: "#0a5bb5" },
  "Google Password Manager": { letters: "G", colour: "#1a66d0" },
  "Google Titan Security Key": { letters: "T", colour: "#46566b" },
  "Apple Passwords": { letters: "iC", colour: "#5b6470" },
  "Apple Passwords (Managed)": { letters: "iC", colour: "#5b6470" },
  KeePassDX: { letters: "KP", colour: "#2f7d32" },
  KeePassXC: { letters: "KP", colour: "#2f7d32" },
  Keeper: { letters: "K", colour: "#8a5a00" },
  LastPass: { letters: "LP", colour: "#c4161c" },
  "Microsoft Password Manager": { letters: "M", colour: "#0f6cbd" },
  NordPass: { letters: "NP", colour: "#0c6f76" },
  "Proton Pass": { letters: "PP", colour: "#6d4aff" },
  "Samsung Pass": { letters: "SP", colour: "#2a47c9" },
  "Security Key by Yubico": { letters: "Y", colour: "#4b6a12" },
  "Windows Hello": { letters: "W", colour: "#0067b8" },
  "YubiKey 5": { letters: "Y5", colour: "#4b6a12" },
  "YubiKey 5 FIPS": { letters: "Y5", colour: "#4b6a12" },
  "YubiKey Bio": { letters: "YB", colour: "#4b6a12" },
};

/** `provider` is its name, null when nobody knows it. */
export function PasskeyMark({ provider }: { provider: string | null }) {
  const known = provider === null ? undefined : monograms[provider];
  // The colour is an attribute of the drawing: a style would need the page's nonce.
  return (
    <svg
      viewBox="0 0 40 40"
      className="size-10 shrink-0"
      aria-hidden="true"
      focusable="false"
    >
      <rect
        width="40"
        height="40"
        rx="10"
        {...(known ? { fill: known.colour } : { className: "fill-raised" })}
      />
      {provider === null ? (
        <Key />
      ) : (
        <text
          x="20"
          y="20"
          textAnchor="middle"
          dominantBaseline="central"
          className={`text-base font-semibold ${known ? "fill-white" : "fill-muted"}`}
        >
          {known?.letters ?? initialsOf(provider)}
        </text>
      )}
    </svg>
  );
}

function Key() {
  return (
    <g
      fill="none"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="stroke-muted"
    >
      <circle cx="15.5" cy="24.5" r="4.5" />
      <path d="m18.75 21.25 9.5-9.5M24.5 15.5l3.5 3.5" />
    </g>
  );
}
