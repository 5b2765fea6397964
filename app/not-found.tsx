import { StatusPage } from "@/components/status-page";
import { appName } from "@/lib/brand";

export default function NotFoundPage() {
  return (
    <StatusPage
      appName={appName()}
      title="Page not found"
      text="There is nothing at this address. It may have moved, or the link may be wrong."
      links={[
        { href: "/", label: "Go to the start" },
        { href: "/dashboard", label: "Dashboard" },
      ]}
    />
  );
}
