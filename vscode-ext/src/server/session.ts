// The language server's life: found, started, started again when it crashed, given up on with a message that has a way out.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';
import type { Program } from '../binary/program';
import { Backoff, usual } from './backoff';
import { complaint, locate, type Located } from './locate';

export type SessionState = 'starting' | 'running' | 'waiting' | 'stopped' | 'missing';

/** Session owns the one server of this window; all workspace folders share it. */
export class Session implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** Raised with each start: what an earlier server says late is not listened to. */
  private generation = 0;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly backoff = new Backoff(usual, Date.now);
  private readonly changed = new vscode.EventEmitter<SessionState>();
  private current: SessionState = 'stopped';

  /** The server's state changed; with 'running' a new server answers. */
  readonly onDidChangeState = this.changed.event;

  constructor(
    private readonly extensionDir: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly options: LanguageClientOptions,
  ) {}

  get state(): SessionState {
    return this.current;
  }

  /** The client, while a server answers. */
  get running(): LanguageClient | undefined {
    return this.current === 'running' ? this.client : undefined;
  }

  /** The program, or undefined after the user was told that there is none. */
  program(): Program | undefined {
    const located = find(this.extensionDir);
    if (located.kind === 'found') return { file: located.program };
    this.tellMissing(located);
    return undefined;
  }

  /** The program without a word to the user. */
  quietProgram(): Program | undefined {
    const located = find(this.extensionDir);
    return located.kind === 'found' ? { file: located.program } : undefined;
  }

  /** Starts the server afresh. Calls that come while one is under way become one. */
  async restart(): Promise<void> {
    const generation = ++this.generation;
    clearTimeout(this.timer);
    this.backoff.reset();
    this.turn = this.turn.then(async () => {
      if (generation !== this.generation) return;
      await this.stop();
      await this.start(generation);
    });
    return this.turn;
  }

  dispose(): void {
    this.generation++;
    clearTimeout(this.timer);
    void this.stop();
    this.changed.dispose();
  }

  private async start(generation: number): Promise<void> {
    const located = find(this.extensionDir);
    if (located.kind !== 'found') {
      this.enter('missing');
      this.tellMissing(located);
      return;
    }
    this.log.info(`starting ${located.program} lsp (${located.origin})`);
    this.enter('starting');
    const crashed = (reason: string): void => {
      if (generation === this.generation) this.crashed(generation, reason);
    };
    const client = this.newClient(located.program, crashed);
    this.client = client;
    this.backoff.started();
    try {
      await client.start();
      if (generation === this.generation) this.enter('running');
    } catch (err) {
      crashed(err instanceof Error ? err.message : String(err));
    }
  }

  private newClient(program: string, crashed: (reason: string) => void): LanguageClient {
    const extra = vscode.workspace.getConfiguration('spindle').get<string[]>('serverArguments', []);
    const run = { command: program, args: ['lsp', ...extra] };
    return new LanguageClient('spindle', 'Spindle', run, {
      ...this.options,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (_error, _message, count) => ({ action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true }),
        // Restarting is this class's business: the client's own has no pause between two tries.
        closed: () => {
          crashed('the server ended');
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    });
  }

  private crashed(generation: number, reason: string): void {
    // A failed start is told of twice: by the connection that closed and by start() itself.
    const next = ++this.generation;
    const decision = this.backoff.crashed();
    this.log.warn(`server ${generation}: ${reason}`);
    if (decision.kind === 'give-up') {
      this.enter('stopped');
      void this.tellStopped(decision.crashes);
      return;
    }
    this.enter('waiting');
    this.log.info(`starting again in ${decision.delay} ms`);
    this.timer = setTimeout(() => {
      this.turn = this.turn.then(async () => {
        if (next !== this.generation) return;
        await this.stop();
        await this.start(next);
      });
    }, decision.delay);
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    try {
      await client.dispose();
    } catch (err) {
      // A client whose server died cannot be asked to shut it down.
      this.log.debug(`stopping: ${String(err)}`);
    }
  }

  private enter(state: SessionState): void {
    this.current = state;
    this.changed.fire(state);
  }

  private tellMissing(located: Exclude<Located, { kind: 'found' }>): void {
    const text = complaint(located, vscode.workspace.isTrusted);
    this.log.error(text);
    if (located.kind === 'missing') this.log.info(`looked at ${located.looked.join(', ')}`);
    void vscode.window.showErrorMessage(text, 'Open Settings', 'Try Again').then(async (choice) => {
      if (choice === 'Open Settings') await vscode.commands.executeCommand('workbench.action.openSettings', 'spindle.path');
      if (choice === 'Try Again') await this.restart();
    });
  }

  private async tellStopped(crashes: number): Promise<void> {
    const text = `Spindle's language server ended ${crashes} times in a row and is not started again. Its log says why.`;
    const choice = await vscode.window.showErrorMessage(text, 'Restart', 'Show Log');
    if (choice === 'Restart') await this.restart();
    if (choice === 'Show Log') this.log.show();
  }
}

function find(extensionDir: string): Located {
  return locate({
    platform: process.platform,
    setting: vscode.workspace.getConfiguration('spindle').get<string>('path', ''),
    extensionDir,
    searchPath: process.env['PATH'] ?? '',
    home: os.homedir(),
    folders: (vscode.workspace.workspaceFolders ?? []).filter((f) => f.uri.scheme === 'file').map((f) => f.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
    isProgram,
  });
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
