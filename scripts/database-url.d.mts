import type { Client } from "pg";

export function directUrl(env?: NodeJS.ProcessEnv): Promise<string>;
export function ensureDatabase(databaseUrl: string): Promise<void>;
export function isLocalDatabase(databaseUrl: string): boolean;
export function withDatabase(databaseUrl: string, database: string): string;

export function withAdmin<Result>(
  serverUrl: string,
  work: (admin: Client) => Promise<Result>,
): Promise<Result>;
