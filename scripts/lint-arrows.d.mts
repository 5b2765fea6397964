export function lintArrows(root?: string): string[];
export function sourceFiles(root: string): string[];
