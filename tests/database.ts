// Every file of database tests has a migrated PostgreSQL database to itself.
import { afterAll } from "vitest";
import { disconnectJobs } from "@/lib/jobs";
import { cloneDatabase } from "@/scripts/test-database.mjs";

process.env.DATABASE_URL = await cloneDatabase(`unit_${process.env.VITEST_POOL_ID}`);

afterAll(disconnectJobs);
