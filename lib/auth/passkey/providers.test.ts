// The table is copied from elsewhere: what a copy can get wrong is looked for here.
import { describe, expect, it } from "vitest";
import { aaguidsByProvider, providerOf } from "./providers";

const entries = Object.entries(aaguidsByProvider).map(([name, aaguids]) => ({
  name,
  aaguids: aaguids.trim().split(/\s+/),
}));
const everyAaguid = entries.flatMap(({ aaguids }) => aaguids);

describe("the table of passkey providers", () => {
  it("holds lower-case uuids only, each of them once", () => {
    expect(everyAaguid.length).toBeGreaterThan(200);
    for (const aaguid of everyAaguid) {
      expect(aaguid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    expect(everyAaguid).toHaveLength(new Set(everyAaguid).size);
  });

  it("gives every product one name that can be shown as it is", () => {
    for (const { name } of entries) {
      expect(name).toMatch(/^[\p{L}\d][\p{L}\d ()]*$/u);
      expect(name).toBe(name.trim().replace(/\s+/g, " "));
      expect(name.length).toBeLessThanOrEqual(30);
    }
    const asSpoken = new Set(entries.map(({ name }) => name.toLowerCase()));
    expect(asSpoken.size).toBe(entries.length);
  });

  it("finds the product of every AAGUID it holds", () => {
    for (const { name, aaguids } of entries) {
      for (const aaguid of aaguids) expect(providerOf(aaguid)).toEqual({ name });
    }
  });
});

describe("the provider of a passkey", () => {
  it.each([
    ["ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"],
    ["fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"],
    ["08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"],
    ["9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"],
    ["bada5566-a7aa-401f-bd96-45619a55120d", "1Password"],
    ["d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"],
    ["531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"],
    ["50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"],
    ["53414d53-554e-4700-0000-000000000000", "Samsung Pass"],
    ["adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"],
    ["2fc0579f-8113-47ea-b116-bb5a8db9202a", "YubiKey 5"],
    ["73bb0cd4-e502-49b8-9c6f-b59445bf720b", "YubiKey 5 FIPS"],
    ["42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3", "Google Titan Security Key"],
  ])("of %s is %s", (aaguid, name) => {
    expect(providerOf(aaguid)).toEqual({ name });
  });

  it("is found however the uuid is written", () => {
    expect(providerOf("BADA5566-A7AA-401F-BD96-45619A55120D")).toEqual({
      name: "1Password",
    });
  });

  it.each([
    ["the authenticator does not say", "00000000-0000-0000-0000-000000000000"],
    ["nobody knows it", "01020304-0506-0708-0102-030405060708"],
    ["it is a name", "1Password"],
    ["it is a word of JavaScript", "constructor"],
    ["it is empty", ""],
  ])("is not guessed when %s", (_reason, aaguid) => {
    expect(providerOf(aaguid)).toBeNull();
  });
});
