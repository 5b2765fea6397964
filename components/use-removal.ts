"use client";

import { useEffect, useRef, useState } from "react";

type Expected<Row> = { rows: readonly Row[]; index: number };

/**
 * Notices when rows that were asked to go have gone. Focus then goes to the row
 * that took their place, or to the heading of the page.
 */
export function useRemoval<Row extends { id: string }>(rows: readonly Row[]) {
  const list = useRef<HTMLUListElement>(null);
  const expected = useRef<Expected<Row> | null>(null);
  const [gone, setGone] = useState<readonly Row[]>([]);

  useEffect(() => {
    const wanted = expected.current;
    if (!wanted) return;
    const isThere = wanted.rows.some(({ id }) => rows.some((row) => row.id === id));
    if (isThere) return;
    expected.current = null;
    setGone(wanted.rows);
    const row = list.current?.children[wanted.index];
    const target = row ?? document.querySelector("main h1");
    if (target instanceof HTMLElement) target.focus();
  }, [rows]);

  function expectEnd(ending: readonly Row[], index: number) {
    expected.current = { rows: ending, index };
  }

  return { list, gone, expectEnd };
}
