// The views by their name in the address.

import { Campaign } from "./campaign.js";
import { Failures } from "./failures.js";
import { Person } from "./person.js";
import { Start } from "./start.js";
import { Transaction } from "./transaction.js";

export const VIEWS = {
  start: Start,
  person: Person,
  campaign: Campaign,
  failures: Failures,
  transaction: Transaction,
};
