package wire

import "context"

// Session is what a task's context has of its channel.
type Session struct {
	*Conn
	// Namespace is that of the run, empty for all.
	Namespace string
}

type sessionKey struct{}

// With returns a context that has the session.
func With(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

// From returns the session of a task's context.
func From(ctx context.Context) (Session, bool) {
	s, ok := ctx.Value(sessionKey{}).(Session)
	return s, ok
}
