import { defineConfig } from "prisma/config";

// `prisma generate` needs no database; only the migration commands read this.
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_DIRECT_URL ?? process.env.DATABASE_URL ?? "" },
});
