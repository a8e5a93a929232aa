package wire

// Wires are the five sockets of a kernel.
type Wires struct {
	Shell, Control, Stdin, IOPub, Heartbeat *Socket
}

// Handlers take what comes in. Messages of one peer come one at a time, those of several at the same time.
type Handlers struct {
	Shell, Control, Stdin func(p *Peer, frames [][]byte)
	Subscribed            func(p *Peer, topic string)
	// Left is told of the end of a peer's connection to Shell or Control.
	Left func(p *Peer)
}

// Open opens all sockets, or none.
func Open(c Connection, h Handlers) (*Wires, error) {
	w := &Wires{}
	for _, s := range []struct {
		socket **Socket
		port   int
		opts   Options
	}{
		{&w.Heartbeat, c.Heartbeat, Options{Kind: Echo}},
		{&w.IOPub, c.IOPub, Options{Kind: Publisher, Welcome: h.Subscribed}},
		{&w.Stdin, c.Stdin, Options{Kind: Router, Receive: h.Stdin}},
		{&w.Control, c.Control, Options{Kind: Router, Receive: h.Control, Left: h.Left}},
		{&w.Shell, c.Shell, Options{Kind: Router, Receive: h.Shell, Left: h.Left}},
	} {
		s.opts.Limits = DefaultLimits()
		network, address := c.address(s.port)
		socket, err := Listen(network, address, s.opts)
		if err != nil {
			w.Close()
			return nil, err
		}
		*s.socket = socket
	}
	return w, nil
}

// Close closes all sockets; what is queued still goes out.
func (w *Wires) Close() {
	for _, s := range []*Socket{w.Shell, w.Control, w.Stdin, w.IOPub, w.Heartbeat} {
		if s != nil {
			s.Close()
		}
	}
}
