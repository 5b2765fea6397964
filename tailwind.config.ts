// Gives the tokens of app/globals.css their names as utilities. The values
// live there alone, so that light and dark cannot drift apart.

import type { Config } from "tailwindcss";

export default {
  content: [],
  theme: {
    extend: {
      colors: {
        canvas: "var(--canvas)",
        surface: "var(--surface)",
        raised: "var(--raised)",
        line: "var(--line)",
        "line-strong": "var(--line-strong)",
        ink: "var(--ink)",
        muted: "var(--muted)",
        accent: "var(--accent)",
        "accent-hover": "var(--accent-hover)",
        "accent-soft": "var(--accent-soft)",
        "on-accent": "var(--on-accent)",
        danger: "var(--danger)",
        "danger-hover": "var(--danger-hover)",
        "danger-soft": "var(--danger-soft)",
        "on-danger": "var(--on-danger)",
        success: "var(--success)",
        "success-soft": "var(--success-soft)",
      },
      boxShadow: { card: "var(--shadow-card)", float: "var(--shadow-float)" },
    },
  },
} satisfies Config;
