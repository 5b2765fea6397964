"use client";

import { StatusPage } from "@/components/status-page";

// Reached when a page fails after it was first shown; a first request that fails
// is answered below Next (`lib/http/unavailable-page.ts`).
export default function ErrorPage() {
  return (
    <StatusPage
      title="Something went wrong"
      text="What you asked for was not done. You are still signed in: try again in a moment."
      links={[{ href: "", label: "Try again" }]}
    />
  );
}
