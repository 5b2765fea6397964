// Files are written as their makers write them (tests/mmdb.ts) and read by the
// same code that reads theirs.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { openPlaces, placeOf } from "@/lib/geo";
import { mmdb, type Networks, place, removeFiles, writeFile } from "@/tests/mmdb";

const berlin = place("Germany", "Berlin");
const shared = globalThis as { latchkeyPlaces?: unknown };

function open(networks: Networks, ipVersion?: 4 | 6): void {
  expect(openPlaces(writeFile(mmdb(networks, ipVersion)))).toBeNull();
}

afterEach(() => {
  delete shared.latchkeyPlaces;
  removeFiles();
});

/** What a process of its own answers and logs. */
function ask(file: string, ips: (string | null)[]) {
  const script = `import { openPlaces, placeOf } from "./lib/geo.ts";
    const fault = openPlaces(${JSON.stringify(file)});
    const places = ${JSON.stringify(ips)}.map(placeOf);
    console.log(JSON.stringify({ fault, places }));`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (stderr) throw new Error(stderr);
  const lines = stdout.split("\n").slice(0, -1);
  const said = lines.map((line): Record<string, unknown> => JSON.parse(line));
  const isLogged = (line: Record<string, unknown>) => "level" in line;
  return {
    logged: said.filter(isLogged),
    answer: said.find((line) => !isLogged(line)),
  };
}

describe("a place", () => {
  it("G09 is the city and its country, in English", () => {
    open({ "203.0.113.0/24": berlin });
    expect(placeOf("203.0.113.7")).toBe("Berlin, Germany");
  });

  it("G09 is the country alone where the city is unknown", () => {
    open({ "203.0.113.0/24": place("Germany"), "198.51.100.0/24": place("France", "") });
    expect(placeOf("203.0.113.7")).toBe("Germany");
    expect(placeOf("198.51.100.7")).toBe("France");
  });

  it("G09 is found for a whole IPv6 network and not beyond it", () => {
    open({ "2001:db8::/32": place("Japan", "Osaka") });
    expect(placeOf("2001:db8::1")).toBe("Osaka, Japan");
    expect(placeOf("2001:DB8:ffff:ffff:ffff:ffff:ffff:ffff")).toBe("Osaka, Japan");
    expect(placeOf("2001:db9::1")).toBeNull();
  });

  it.each([
    "::ffff:203.0.113.7",
    "::FFFF:203.0.113.7",
    "::ffff:cb00:7107",
    "0:0:0:0:0:ffff:cb00:7107",
  ])("G09 of %s is the place of the IPv4 address in it", (ip) => {
    open({ "203.0.113.0/24": berlin });
    expect(placeOf(ip)).toBe("Berlin, Germany");
  });

  it("G09 comes also from a file of IPv4 alone, which knows no other", () => {
    open({ "203.0.113.0/24": berlin, "32.0.0.0/8": place("Nowhere") }, 4);
    expect(placeOf("203.0.113.7")).toBe("Berlin, Germany");
    expect(placeOf("2001:db8::1")).toBeNull();
  });

  it.each([
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.1.1",
    "172.31.255.255",
    "192.168.1.1",
    "::1",
    "::203.0.113.7",
    "::ffff:10.0.0.1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
  ])("G09 is not claimed for %s, whatever the file holds", (ip) => {
    const halves = { "0.0.0.0/1": berlin, "128.0.0.0/1": berlin };
    open({ ...halves, "fc00::/7": berlin, "fe80::/10": berlin });
    expect(placeOf("203.0.113.7")).toBe("Berlin, Germany");
    expect(placeOf(ip)).toBeNull();
  });

  it("G09 is not claimed for what is no address, and nobody complains", () => {
    const file = mmdb({
      "0.0.0.0/1": berlin,
      "128.0.0.0/1": berlin,
      "2001:db8::/32": berlin,
    });
    const ports = ["203.0.113.7:443", "[2001:db8::1]:443"];
    const parts = [
      "203.0.113",
      "203.0.113.7.1",
      "203.0.113.7 ",
      "::g",
      "2001:db8::1%eth0",
    ];
    const ips = [null, "", "unknown", ...ports, ...parts];
    const { answer, logged } = ask(writeFile(file), ips);
    expect(answer).toEqual({ fault: null, places: ips.map(() => null) });
    expect(logged).toEqual([]);
  });

  it("G09 is not claimed for an address that the file does not know", () => {
    open({ "203.0.113.0/24": berlin });
    expect(placeOf("198.51.100.7")).toBeNull();
    expect(placeOf("2001:db8::1")).toBeNull();
  });

  it("G09 is never claimed without a file", () => {
    expect(placeOf("203.0.113.7")).toBeNull();
  });
});

describe("a file that somebody tampered with", () => {
  it("G09 cannot turn the line around, nor begin another", () => {
    open({ "203.0.113.0/24": place("Ger\u202emany\u0000", "Ber\r\nlin\u200b") });
    expect(placeOf("203.0.113.7")).toBe("Ber lin, Germany");
  });

  it("G09 hands over HTML as the text it is, for the page to escape", () => {
    open({ "203.0.113.0/24": place("Germany", "<img src=x onerror=alert(1)>") });
    expect(placeOf("203.0.113.7")).toBe("<img src=x onerror=alert(1)>, Germany");
  });

  it("G09 cannot fill the page with a name", () => {
    open({ "203.0.113.0/24": place("G".repeat(300), "B".repeat(70_000)) });
    expect(placeOf("203.0.113.7")).toBe(`${"B".repeat(60)}, ${"G".repeat(60)}`);
  });

  it.each([
    ["a text", "Berlin"],
    ["a number", 49],
    ["no names", { city: {}, country: { iso_code: "DE" } }],
    ["names in other languages alone", { country: { names: { de: "Deutschland" } } }],
    ["a number as a name", { country: { names: { en: 49 } } }],
    ["a text as the country", { country: "Germany" }],
    ["nothing visible", place("\u200b", "\u202e")],
  ])("G09 claims nothing from %s", (_what, value) => {
    open({ "203.0.113.0/24": value });
    expect(placeOf("203.0.113.7")).toBeNull();
  });

  it("G09 fails no request, and the log says it once", () => {
    const file = mmdb({ "203.0.113.0/24": berlin });
    // No type of data begins with two zeros.
    file.fill(0, file.indexOf("city") - 2, file.indexOf("city"));
    const { answer, logged } = ask(writeFile(file), ["203.0.113.7", "203.0.113.8"]);
    expect(answer).toEqual({ fault: null, places: [null, null] });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ level: "warn", event: "place_unreadable" });
  });
});

describe("a file that cannot be used", () => {
  const whole = mmdb({ "203.0.113.0/24": berlin, "198.51.100.0/24": place("France") });
  const nothing = "names a file that is no mmdb, or only a part of one";

  it.each([
    ["empty", Buffer.alloc(0)],
    ["a text", Buffer.from("Berlin is in Germany")],
    ["packed", Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(4000, 7)])],
    ["cut off at its end", whole.subarray(0, -1)],
    ["half of one", whole.subarray(0, whole.length / 2)],
    ["without its beginning", whole.subarray(whole.length - 300)],
    ["its end alone", whole.subarray(whole.lastIndexOf("\xab\xcd\xef", -1, "latin1"))],
    ["one of another version", patched("binary_format_major_version", 3)],
    ["of no kind of address", patched("ip_version", 5)],
  ])("N01 is named at the start when it is %s", (_what, bytes) => {
    expect(openPlaces(writeFile(bytes))).toBe(nothing);
    expect(placeOf("203.0.113.7")).toBeNull();
  });

  it("N01 is named at the start when it is missing, or a folder", () => {
    const unreadable = (code: string) => `names a file that cannot be read (${code})`;
    expect(openPlaces("/nowhere/places.mmdb")).toBe(unreadable("ENOENT"));
    expect(openPlaces(tmpdir())).toBe(unreadable("EISDIR"));
  });

  /** The same file with another number in its metadata, whose last byte follows. */
  function patched(key: string, value: number): Buffer {
    const bytes = Buffer.from(whole);
    bytes[bytes.lastIndexOf(key) + key.length + 4] = value;
    return bytes;
  }
});
