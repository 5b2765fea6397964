export interface RowTest {
  ids: string[];
  name: string;
}

export interface Requirement {
  id: string;
  level: string;
  rule: string;
  note: string;
}

export function testsOf(source: string): RowTest[];

export function requirementsOf(markdown: string): Requirement[];

export function describeCoverage(
  requirements: Requirement[],
  files: { file: string; source: string }[],
): string;
