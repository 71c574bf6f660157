// The Redis adapters, connected as the adapter's documentation shows.
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";

/** The adapter named "plain" (PUBLISH with a pattern subscription) or "sharded" (SPUBLISH, a channel for each room). */
export async function redisAdapter(url, kind) {
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return kind === "sharded" ? createShardedAdapter(publisher, subscriber) : createAdapter(publisher, subscriber);
}
