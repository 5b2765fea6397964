export interface Migration {
  name: string;
  file: string;
  sql: string;
}

export interface MigrationReport {
  applied: string[];
  missing: string[];
}

export function migrate(
  databaseUrl: string,
  options?: { migrationsDir?: string; log?: (line: string) => void },
): Promise<MigrationReport>;

export function readMigrations(migrationsDir?: string): Migration[];
