// What the production build answers to, read from its own manifests: a page, a
// route or an action that somebody adds is seen here without being told.
import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

export type Action = { id: string; name: string; page: string };
export type Build = { pages: string[]; routes: string[]; actions: Action[] };

type References = {
  node: Record<string, { exportedName: string; workers: Record<string, unknown> }>;
};

export function readBuild(folder = root): Build {
  const paths = read<Record<string, string>>(folder, "app-path-routes-manifest.json");
  const entries = Object.entries(paths);
  const ending = (kind: string) =>
    entries.filter(([entry]) => entry.endsWith(`/${kind}`)).map(([, at]) => at);
  const { node } = read<References>(folder, "server/server-reference-manifest.json");
  const actions = Object.entries(node).map(([id, { exportedName, workers }]) => {
    const [worker = ""] = Object.keys(workers);
    const page = paths[worker.replace(/^app/, "")];
    if (!page) throw new Error(`${exportedName} is on no page`);
    return { id, name: exportedName, page };
  });
  // Next's own two are drawn for errors and are not addresses.
  const pages = ending("page").filter((page) => !page.startsWith("/_"));
  return { pages, routes: ending("route"), actions };
}

function read<Shape>(folder: string, file: string): Shape {
  return JSON.parse(readFileSync(path.join(folder, ".next", file), "utf8"));
}
