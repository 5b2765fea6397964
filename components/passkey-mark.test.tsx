import { readFileSync } from "node:fs";
import path from "node:path";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { aaguidsByProvider } from "@/lib/auth/passkey/providers";
import { monograms, PasskeyMark } from "./passkey-mark";

const draw = (provider: string | null) =>
  renderToStaticMarkup(<PasskeyMark provider={provider} />);

/** WCAG 2.2, relative luminance of a six-digit colour. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort(
    (a, b) => a - b,
  );
  return (lighter + 0.05) / (darker + 0.05);
}

/** The light and the dark value of a token of app/globals.css. */
function token(name: string): [light: string, dark: string] {
  const file = path.resolve(import.meta.dirname, "../app/globals.css");
  const pattern = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`);
  const [, light = "", dark = ""] = pattern.exec(readFileSync(file, "utf8")) ?? [];
  return [light, dark];
}

it("the measure of contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

describe("the mark of a passkey", () => {
  it.each(Object.entries(monograms))("of %s can be read", (name, { letters, colour }) => {
    expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    expect(contrast("#ffffff", colour)).toBeGreaterThanOrEqual(4.5);
    const drawn = draw(name);
    expect(drawn).toContain(`fill="${colour}"`);
    expect(drawn).toContain("fill-white");
    expect(drawn).toContain(`>${letters}</text>`);
  });

  it("of any other provider can be read in light and in dark", () => {
    const [raised, muted] = [token("raised"), token("muted")];
    expect(contrast(raised[0], muted[0])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(raised[1], muted[1])).toBeGreaterThanOrEqual(4.5);
    const drawn = draw("Zoho Vault");
    expect(drawn).toMatch(/fill-raised.*fill-muted/);
    expect(drawn).toContain(">ZV</text>");
  });

  it("of an unknown provider is a key without letters", () => {
    const drawn = draw(null);
    expect(drawn).toMatch(/fill-raised.*stroke-muted/);
    expect(drawn).not.toContain("<text");
  });

  it("knows only providers that there are, and has letters for all of them", () => {
    const names = Object.keys(aaguidsByProvider);
    expect(names).toEqual(expect.arrayContaining(Object.keys(monograms)));
    for (const name of names) expect(draw(name)).toMatch(/>[\p{L}\d]{1,2}<\/text>/u);
  });

  it("is decoration: hidden from assistive technology, without styles or scripts", () => {
    for (const provider of ["1Password", "Zoho Vault", null]) {
      const drawn = draw(provider);
      expect(drawn).toMatch(/^<svg [^>]*aria-hidden="true" focusable="false"/);
      expect(drawn).not.toMatch(/style=|<script|href/);
    }
  });
});
