"use server";

import { sensitiveAction } from "@/lib/http/confirmation";
import { passwordAct } from "../acts";

export const changePasswordAction = sensitiveAction(passwordAct);
