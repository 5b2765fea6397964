// What a process really writes, read from its standard output.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

function linesOf(...entries: object[]): string[] {
  const script = `import { log } from "./lib/log.ts";
    for (const entry of ${JSON.stringify(entries)}) log.info(entry);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (stderr) throw new Error(stderr);
  return stdout.split("\n").slice(0, -1);
}

describe("secrets", () => {
  const canary = "canary-7f3a9c";
  const names = [
    "password",
    "token",
    "code",
    "secret",
    "cookie",
    "authorization",
    "accessToken",
    "refreshToken",
    "passwordHash",
  ];
  const lines = linesOf(
    ...names.map((name) => ({ event: name, [name]: canary })),
    ...names.map((name) => ({ event: name, input: { [name]: canary } })),
  );

  it("M02 no value of a secret's name is written, nor one level below", () => {
    expect(lines).toHaveLength(names.length * 2);
    expect(lines.join("\n")).not.toContain(canary);
    for (const line of lines) expect(line).toContain("[redacted]");
  });
});

describe("what strangers wrote", () => {
  it.each([
    ["line breaks", 'x\r\n{"level":"error","event":"forged"}\n\n'],
    ["colours of a terminal", "\u001b[31mred\u001b[0m\u0007\u0008"],
    ["quotes and braces", '"},{"event":"forged"'],
    ["other line ends", "a\u2028b\u2029c\u0085d"],
    ["a lone surrogate", "\ud800x"],
    ["zeros", "a\u0000b"],
  ])("M03 %s make one well-formed line", (_what, userAgent) => {
    const lines = linesOf({ event: "sign_in", userAgent });
    expect(lines).toHaveLength(1);
    const line = lines[0] ?? "";
    expect(JSON.parse(line)).toMatchObject({ level: "info", event: "sign_in" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there.
    expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
  });

  it("M03 says when, in UTC, and nothing of the machine", () => {
    const [line = ""] = linesOf({ event: "sign_in" });
    const entry = JSON.parse(line);
    expect(Object.keys(entry)).toEqual(["level", "time", "event"]);
    expect(entry.time).toBe(new Date(entry.time).toISOString());
  });
});
