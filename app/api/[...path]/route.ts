import { Refusal } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";

const nothing = apiRoute({}, async () => {
  throw new Refusal("not_found");
});

export {
  nothing as DELETE,
  nothing as GET,
  nothing as OPTIONS,
  nothing as PATCH,
  nothing as POST,
  nothing as PUT,
};
