import { describe, expect, it } from "vitest";
import { countCharacters, describeLength } from "./password-length";

describe("countCharacters", () => {
  it("counts code points, as the server does", () => {
    expect(countCharacters("pässwörd")).toBe(8);
    expect(countCharacters("🔑🔑🔑")).toBe(3);
    expect(countCharacters(" a ")).toBe(3);
  });
});

describe("describeLength", () => {
  it.each([
    [0, ""],
    [1, "14 more characters to go."],
    [14, "1 more character to go."],
    [15, "15 characters. Long enough."],
    [200, "200 characters. Long enough."],
  ])("%i of 15", (length, text) => {
    expect(describeLength(length, 15)).toBe(text);
  });
});
