interface Options {
  projectRoot?: string;
}

export interface EmbeddedPostgres {
  pid: number;
  port: number;
  dataFolder: string;
  logFile: string;
  url(database: string): string;
}

export function startPostgres(
  options?: Options & { log?: (line: string) => void },
): Promise<EmbeddedPostgres>;

export function stopPostgres(options?: Options): Promise<void>;

export function isRunning(options?: Options): boolean;
