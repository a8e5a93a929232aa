// Package wire is Jupyter's message protocol 5.5 on ZeroMQ sockets: the connection file, the framing and signing of messages, and the sockets a
// kernel listens on.
//
// ZMTP, ZeroMQ's transport, is spoken by go-zeromq/zmq4; its connections are used, its sockets are not. A kernel has to know which connection a message came
// from, has to hear of subscriptions (iopub_welcome), must not be held up by a frontend that doesn't read, and must survive whoever connects: frames
// that claim to be huge, garbage instead of a handshake. [Socket] does that.
//
// A message is acted on only when [Codec.Decode] has accepted it: its HMAC is right, compared in constant time, and its signature hasn't been seen before.
package wire
