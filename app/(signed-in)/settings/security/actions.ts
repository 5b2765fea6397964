"use server";

import { sensitiveAction } from "@/lib/http/confirmation";
import { passwordAct, removePasswordAct } from "../acts";

export const changePasswordAction = sensitiveAction(passwordAct);
export const removePasswordAction = sensitiveAction(removePasswordAct);
