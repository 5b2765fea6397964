"use client";

import { useEffect, useState } from "react";

/**
 * The token of `#token=…`: null until the browser was asked, "" when there is
 * none. It leaves the address bar and the history at once.
 */
export function useHashToken(): string | null {
  const [token, setToken] = useState<string | null>(null);

  useEffect(() => {
    function take() {
      const found = new URLSearchParams(location.hash.slice(1)).get("token");
      setToken((kept) => found ?? kept ?? "");
      if (found)
        history.replaceState(history.state, "", location.pathname + location.search);
    }
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);

  return token;
}
