// Nothing of a workspace is run before its user trusts it.
import * as vscode from 'vscode';

/** Whether something may be run; if not, the user is told why and how to change it. */
export async function mayRun(what: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const text = `${what} would run code of this workspace, which is not trusted. Diagnostics and the graph work without trust.`;
  const choice = await vscode.window.showWarningMessage(text, 'Manage Workspace Trust');
  if (choice !== undefined) await vscode.commands.executeCommand('workbench.trust.manage');
  return vscode.workspace.isTrusted;
}
