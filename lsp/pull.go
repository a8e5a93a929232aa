package lsp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// diagnosticsFeature tells what is wrong to clients that ask for it.
func diagnosticsFeature() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentDiagnostic, documentDiagnostic),
			asks(protocol.MethodWorkspaceDiagnostic, workspaceDiagnostic),
		},
		announce: func(s *session, c *protocol.ServerCapabilities) {
			if s.caps.pullDiagnostics {
				c.DiagnosticProvider = &protocol.DiagnosticOptions{
					Identifier: ptr(source), InterFileDependencies: true, WorkspaceDiagnostics: true,
				}
			}
		},
	}
}

// report is the findings of one file with a name by which a client can say that it has them.
type report struct {
	file *snapshot.File
	list []protocol.Diagnostic
	id   string
}

func (r *request) report(ctx context.Context, path string) (report, error) {
	found, err := r.snap.Findings(ctx, path)
	if err != nil {
		return report{}, err
	}
	f := r.snap.File(path)
	out := report{file: f, list: []protocol.Diagnostic{}}
	if f != nil {
		out.list = converter{r.snap, &r.caps}.diagnostics(f, found)
	}
	sum := sha256.New()
	for i := range out.list {
		raw, err := protocol.Marshal(&out.list[i])
		if err != nil {
			return report{}, err
		}
		sum.Write(raw)
	}
	out.id = hex.EncodeToString(sum.Sum(nil)[:12])
	return out, nil
}

func (r report) full() protocol.FullDocumentDiagnosticReport {
	return protocol.FullDocumentDiagnosticReport{Kind: string(protocol.DocumentDiagnosticReportKindFull), ResultID: &r.id, Items: r.list}
}

func (r report) unchanged() protocol.UnchangedDocumentDiagnosticReport {
	return protocol.UnchangedDocumentDiagnosticReport{Kind: string(protocol.DocumentDiagnosticReportKindUnchanged), ResultID: r.id}
}

func documentDiagnostic(ctx context.Context, r *request, p *protocol.DocumentDiagnosticParams) (protocol.DocumentDiagnosticReport, error) {
	path := snapshot.PathOf(p.TextDocument.URI)
	own, err := r.report(ctx, path)
	if err != nil {
		return nil, err
	}
	related, err := r.related(ctx, path)
	if err != nil {
		return nil, err
	}
	if p.PreviousResultID != nil && *p.PreviousResultID == own.id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{UnchangedDocumentDiagnosticReport: own.unchanged(), RelatedDocuments: related}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: own.full(), RelatedDocuments: related}, nil
}

type relatedReports = map[uri.URI]protocol.FullDocumentDiagnosticReportOrUnchangedDocumentDiagnosticReport

// related are the findings of a document's flows that lie in files which are not open: nobody will ask for those.
func (r *request) related(ctx context.Context, path string) (relatedReports, error) {
	if !r.caps.relatedDocuments || r.snap.File(path) == nil {
		return nil, nil
	}
	a, err := r.snap.Analysis(ctx, path)
	if err != nil || a.None {
		return nil, ctx.Err()
	}
	out := relatedReports{}
	for _, d := range a.Told(nil) {
		f := r.snap.File(d.Range.File)
		if f == nil || f.Open || f.Path == path || out[f.URI] != nil {
			continue
		}
		rep, err := r.report(ctx, f.Path)
		if err != nil {
			return nil, err
		}
		full := rep.full()
		out[f.URI] = &full
	}
	return out, nil
}

func workspaceDiagnostic(ctx context.Context, r *request, p *protocol.WorkspaceDiagnosticParams) (*protocol.WorkspaceDiagnosticReport, error) {
	previous := map[string]string{}
	for _, id := range p.PreviousResultIds {
		previous[snapshot.PathOf(id.URI)] = id.Value
	}
	paths, err := r.workspaceFiles(ctx)
	if err != nil {
		return nil, err
	}
	out := &protocol.WorkspaceDiagnosticReport{Items: []protocol.WorkspaceDocumentDiagnosticReport{}}
	for _, path := range paths {
		rep, err := r.report(ctx, path)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			continue
		}
		if item := rep.inWorkspace(path, previous[path]); item != nil {
			out.Items = append(out.Items, item)
		}
	}
	return out, nil
}

// inWorkspace is the entry of a file, nil where there is nothing to say that the client does not know.
func (r report) inWorkspace(path, previous string) protocol.WorkspaceDocumentDiagnosticReport {
	u := snapshot.URIOf(path)
	var version *int32
	if r.file != nil {
		u = r.file.URI
		if r.file.Open {
			version = &r.file.Version
		}
	}
	switch {
	case previous == r.id:
		return &protocol.WorkspaceUnchangedDocumentDiagnosticReport{UnchangedDocumentDiagnosticReport: r.unchanged(), URI: u, Version: version}
	case previous == "" && len(r.list) == 0:
		return nil
	}
	return &protocol.WorkspaceFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: r.full(), URI: u, Version: version}
}

// ask makes a client that asks for findings ask again, where a change of one file may have altered those of others.
func (p *publisher) ask(ctx context.Context, snap *snapshot.Snapshot) {
	if !p.s.caps.refreshDiagnostics || !p.reaches(ctx, snap) || !p.done(ctx) {
		return
	}
	// What is noted as told must be told, even if something changes now: the next work may have no reason to. A client that is gone can't ask.
	_ = p.s.client.DiagnosticRefresh(p.s.ctx)
}

// reaches reports whether what changed matters to a document besides itself. A client asks again by itself for the document it edits.
func (p *publisher) reaches(ctx context.Context, snap *snapshot.Snapshot) bool {
	p.mu.Lock()
	dirty := slices.Collect(maps.Keys(p.dirty))
	p.mu.Unlock()
	if len(dirty) == 0 {
		return true
	}
	for _, path := range dirty {
		for _, f := range snap.Open() {
			if f.Path != path && snap.Related(ctx, f.Path, path) {
				return true
			}
		}
	}
	return false
}
