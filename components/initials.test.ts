import { describe, expect, it } from "vitest";
import { initialsOf } from "@/components/initials";

describe("initials", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["ada", "A"],
    ["Ada King of Lovelace", "AL"],
    ["  Ada   Lovelace  ", "AL"],
    ["ada.lovelace@example.com", "AC"],
    ["田中 太郎", "田太"],
    ["👩‍🚀 Sally", "👩S"],
    ["", ""],
  ])("of %j are %j", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});
