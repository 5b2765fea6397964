// Reads a QR image off the screen, as a camera does: by what is painted, and by none
// of the code that drew it (ISO/IEC 18004). Level M and bytes only; it corrects
// no errors, for a screen has none.
import type { Locator, Page } from "@playwright/test";

type Modules = boolean[][];

const quietZone = 4;

export type Scanned = {
  text: string;
  /** Of the quiet zone, but for its four rounded corners. */
  isQuiet: boolean;
};

export async function scan(page: Page, image: Locator): Promise<Scanned> {
  const painted = await readModules(page, image);
  const { length } = painted;
  const isAside = (at: number) => at < quietZone || at >= length - quietZone;
  const isCorner = (x: number, y: number) =>
    [x, y].every((at) => at === 0 || at === length - 1);
  const isQuiet = painted.every((row, y) =>
    row.every((isDark, x) => !isDark || isCorner(x, y) || !(isAside(x) || isAside(y))),
  );
  const inner = painted.slice(quietZone, -quietZone);
  return { text: decode(inner.map((row) => row.slice(quietZone, -quietZone))), isQuiet };
}

/** One look at the middle of each module, in a picture of the page. */
async function readModules(page: Page, image: Locator): Promise<Modules> {
  await image.scrollIntoViewIfNeeded();
  const place = await image.evaluate((element) => {
    const svg = element as unknown as SVGSVGElement;
    const matrix = svg.getScreenCTM();
    if (!matrix) throw new Error("the image is not on the page");
    const { a: side, e: left, f: top } = matrix;
    return { side, left, top, count: svg.viewBox.baseVal.width, scale: devicePixelRatio };
  });
  const picture = (await page.screenshot()).toString("base64");
  const viewer = await page.context().newPage();
  const modules = await viewer.evaluate(
    async ({ picture, side, left, top, count, scale }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d");
      context?.drawImage(image, 0, 0);
      const isDark = (x: number, y: number) => {
        const at = (module: number, from: number) =>
          (from + (module + 0.5) * side) * scale;
        const [red = 0] = context?.getImageData(at(x, left), at(y, top), 1, 1).data ?? [];
        return red < 128;
      };
      const every = [...Array(count).keys()];
      return every.map((y) => every.map((x) => isDark(x, y)));
    },
    { picture, ...place },
  );
  await viewer.close();
  return modules;
}

function decode(modules: Modules): string {
  const version = (modules.length - 17) / 4;
  const codewords = toBytes(readBits(modules, version));
  const bits = joinBlocks(codewords, version)
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  if (!bits.startsWith("0100")) throw new Error("not in byte mode");
  const start = 4 + (version < 10 ? 8 : 16);
  const length = Number.parseInt(bits.slice(4, start), 2);
  return Buffer.from(toBytes(bits.slice(start, start + 8 * length))).toString("utf8");
}

const masks: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** In columns of two from the right, up and down by turns (§7.7.3), unmasked. */
function readBits(modules: Modules, version: number): string {
  const size = modules.length;
  const format = modules[8]?.slice(0, 5).map(Number).join("") ?? "";
  const [level, mask] = splitFormat(Number.parseInt(format, 2) ^ 0b10101);
  if (level !== 0) throw new Error(`not level M: ${level}`);
  const isFunction = functionModules(size, version);
  let bits = "";
  for (let pair = 0; pair < (size - 1) / 2; pair++) {
    // The timing column is left out of the count.
    const right = size - 1 - 2 * pair;
    const column = right <= 6 ? right - 1 : right;
    for (let step = 0; step < size; step++) {
      const y = pair % 2 === 0 ? size - 1 - step : step;
      for (const x of [column, column - 1]) {
        if (isFunction(x, y)) continue;
        const isFlipped = masks[mask]?.(x, y) === 0;
        bits += modules[y]?.[x] !== isFlipped ? "1" : "0";
      }
    }
  }
  return bits;
}

const splitFormat = (five: number) => [five >> 3, five & 7] as const;

function functionModules(size: number, version: number) {
  const centres = alignmentCentres(size, version);
  const last = size - 7;
  const near = (at: number) => centres.find((centre) => Math.abs(at - centre) <= 2);
  return (x: number, y: number): boolean => {
    const isFinder =
      (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8);
    const isTiming = x === 6 || y === 6;
    const isVersion =
      version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6));
    const [left, top] = [near(x), near(y)];
    const isAligned = left !== undefined && top !== undefined;
    const isTaken =
      (left === 6 && (top === 6 || top === last)) || (left === last && top === 6);
    return isFinder || isTiming || isVersion || (isAligned && !isTaken);
  };
}

/** Annex E, up to version 13. */
function alignmentCentres(size: number, version: number): number[] {
  if (version === 1) return [];
  if (version < 7) return [6, size - 7];
  return [6, [22, 24, 26, 28, 30, 32, 34][version - 7] ?? 0, size - 7];
}

/** Table 9, level M: how many blocks, and how much of each corrects errors. */
const blocksOf = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9];
const correctionOf = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22];

function joinBlocks(codewords: number[], version: number): number[] {
  const count = blocksOf[version - 1];
  const correction = correctionOf[version - 1];
  if (!count || !correction) throw new Error(`no such version: ${version}`);
  const short = Math.floor(codewords.length / count) - correction;
  const longs = codewords.length % count;
  const blocks: number[][] = Array.from({ length: count }, () => []);
  for (let at = 0; at < short * count + longs; at++) {
    const block = at < short * count ? at % count : count - longs + (at - short * count);
    blocks[block]?.push(codewords[at] ?? 0);
  }
  return blocks.flat();
}

function toBytes(bits: string): number[] {
  return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}
