import { ChildProcess } from "child_process";

export interface StartOptions {
  /** Default: any free one. */
  port?: number;
  /** Where to keep log, state and bodies. Default: all is kept in memory. */
  dataDir?: string;
  /** More flags of `cloudemu`. */
  args?: string[];
  stderr?: "pipe" | "ignore" | "inherit";
}

export class CloudEmu {
  readonly url: string;
  readonly env: Record<string, string>;
  readonly child: ChildProcess;
  readonly clock: {
    now(): Promise<unknown>;
    /** Such as "15m" or "30d". */
    advance(duration: string): Promise<unknown>;
    set(body: object): Promise<unknown>;
  };
  /** Configuration for a client of the AWS SDK, version 3. An account of 12 digits is apart from all others. */
  config(account?: string): {
    endpoint: string;
    region: string;
    forcePathStyle: boolean;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** Empties every account. */
  reset(): Promise<unknown>;
  stop(): Promise<void>;
}

export function start(options?: StartOptions): Promise<CloudEmu>;
