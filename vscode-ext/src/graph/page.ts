// The HTML of the graph page. Its content comes in later as data; only names and addresses are written into it.

export interface PageParts {
  readonly title: string;
  /** Addresses as the webview can load them. */
  readonly script: string;
  readonly style: string;
  /** The webview's own source, for the policy. */
  readonly source: string;
  readonly nonce: string;
  /** What is needed to open the page again after the window was reloaded. */
  readonly state: string;
}

/** Text made safe between tags and inside quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The page. Nothing but our script and our style sheet is loaded, nothing is sent anywhere. */
export function page(p: PageParts): string {
  const policy = `default-src 'none'; style-src ${p.source}; script-src 'nonce-${p.nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<title>${escape(p.title)}</title>
<link rel="stylesheet" href="${escape(p.style)}">
</head>
<body data-state="${escape(p.state)}">
<header role="toolbar" aria-label="Graph">
<span id="flow"></span>
<span id="summary" role="status"></span>
<span class="space"></span>
<input id="search" type="search" placeholder="Find step" aria-label="Find step" spellcheck="false">
<button id="out" title="Zoom out (-)" aria-label="Zoom out">&#8722;</button>
<button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button>
<button id="fit" title="Fit (0)" aria-label="Fit the graph into the window">Fit</button>
</header>
<div id="faults" role="status" hidden></div>
<main id="stage">
<svg id="graph" role="group" aria-label="${escape(p.title)}"></svg>
<p id="notice" role="status" hidden></p>
<div id="tip" role="tooltip" hidden></div>
</main>
<script nonce="${escape(p.nonce)}" src="${escape(p.script)}"></script>
</body>
</html>
`;
}
