interface Options {
  migrationsDir?: string;
}

export function buildTemplate(serverUrl: string, options?: Options): Promise<string>;

export function cloneDatabase(
  name: string,
  options?: Options & { serverUrl?: string },
): Promise<string>;
