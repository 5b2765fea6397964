import type { ComponentProps } from "react";
import { controlLook } from "@/components/ui/input";

export function Select({ className = "", ...rest }: ComponentProps<"select">) {
  return <select className={`${controlLook} ${className}`} {...rest} />;
}
